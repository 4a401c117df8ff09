using Grpc.Core;

namespace Grpc.Contract.Tests.Types;

/// <summary>Compilers write the numbers of enums into the assemblies that use them: a wrong one would link and then mean something else.</summary>
public class EnumTests
{
    [Fact]
    public void StatusCode_Numbers_AreThoseOfTheProtocol() => Assert.Equal(
        [
            "OK", "Cancelled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
            "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
        ],
        Enumerable.Range(0, 17).Select(code => ((StatusCode)code).ToString()));

    [Fact]
    public void MethodType_Numbers_AreThoseOfThePackages() => Assert.Equal(
        ["Unary", "ClientStreaming", "ServerStreaming", "DuplexStreaming"],
        Enumerable.Range(0, 4).Select(type => ((MethodType)type).ToString()));

    [Fact]
    public void WriteFlags_Numbers_AreThoseOfThePackages() => Assert.Equal((1, 2), ((int)WriteFlags.BufferHint, (int)WriteFlags.NoCompress));

    [Fact]
    public void ConnectivityState_Numbers_AreThoseOfThePackages() => Assert.Equal(
        ["Idle", "Connecting", "Ready", "TransientFailure", "Shutdown"],
        Enumerable.Range(0, 5).Select(state => ((ConnectivityState)state).ToString()));
}
