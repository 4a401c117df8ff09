using System.Security.Cryptography;
using Google.Protobuf;

namespace DecisionServer.Services.Members;

/// <summary>Tells requests apart.</summary>
internal static class RequestHash
{
    /// <summary>128 bits of SHA-256 of the request. Deterministic, so that maps sent again in another order are the same request.</summary>
    public static UInt128 Of(IMessage request)
    {
        var bytes = new byte[request.CalculateSize()];
        using var output = new CodedOutputStream(bytes) { Deterministic = true };
        request.WriteTo(output);
        output.CheckNoSpaceLeft();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }
}
