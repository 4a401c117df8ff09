using System.Buffers;
using System.Text;
using DecisionServer.Engine;
using DecisionServer.Store;
using Grpc.Core;

namespace DecisionServer.Services.Decisions;

/// <summary>
/// Writes decisions in the wire format of NextBestOffersResponse, fields in the order of their numbers: byte for byte what the
/// generated classes write. Lengths stand before what they are of, so everything is measured first.
/// </summary>
internal static class AnswerEncoder
{
    // The connection's memory comes in pages of 4 KiB; longer answers are put together elsewhere.
    private const int LongestInPlace = 4_000;

    /// <summary>Writes an answer and releases it.</summary>
    public static void Serialize(DecisionAnswer answer, SerializationContext context)
    {
        Span<int> lengths = stackalloc int[NextBestOffersReader.MaxPlacements];
        var length = Measure(answer, lengths);
        context.SetPayloadLength(length);
        var output = context.GetBufferWriter();
        if (length <= LongestInPlace)
        {
            Write(answer, lengths, output.GetSpan(length)[..length]);
            output.Advance(length);
        }
        else
        {
            var scratch = ArrayPool<byte>.Shared.Rent(length);
            Write(answer, lengths, scratch.AsSpan(0, length));
            output.Write(scratch.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(scratch);
        }

        context.Complete();
        answer.Release();
    }

    /// <summary>The bytes of an answer, which stays as it is.</summary>
    public static byte[] ToArray(DecisionAnswer answer)
    {
        Span<int> lengths = stackalloc int[NextBestOffersReader.MaxPlacements];
        var bytes = new byte[Measure(answer, lengths)];
        Write(answer, lengths, bytes);
        return bytes;
    }

    private static int Measure(DecisionAnswer answer, Span<int> placementLengths)
    {
        var result = answer.Result;
        var length = 1 + WireWriter.SizeOfDelimited(answer.Id.Length) + 1 + WireWriter.SizeOfDelimited(Encoding.UTF8.GetByteCount(result.GenerationId));
        if (result.AvailabilityEpoch != 0) length += 1 + WireWriter.SizeOf(result.AvailabilityEpoch);
        for (var i = 0; i < result.PlacementCount; i++)
        {
            placementLengths[i] = PlacementEncoder.Measure(result.Placement(i), answer.OmitsContent);
            length += 1 + WireWriter.SizeOfDelimited(placementLengths[i]);
        }

        if (answer.LagMilliseconds != 0) length += 1 + WireWriter.SizeOf(answer.LagMilliseconds);
        return length;
    }

    private static void Write(DecisionAnswer answer, ReadOnlySpan<int> placementLengths, Span<byte> into)
    {
        var result = answer.Result;
        var writer = new WireWriter(into);

        // 1 decision_id
        writer.Byte(0x0A);
        writer.Number((uint)answer.Id.Length);
        answer.Id.CopyTo(writer.Take(answer.Id.Length));

        // 2 generation_id
        writer.Byte(0x12);
        writer.Text(result.GenerationId, Encoding.UTF8.GetByteCount(result.GenerationId));

        // 3 availability_epoch
        if (result.AvailabilityEpoch != 0)
        {
            writer.Byte(0x18);
            writer.Number(result.AvailabilityEpoch);
        }

        // 4 placements
        for (var i = 0; i < result.PlacementCount; i++)
        {
            writer.Byte(0x22);
            writer.Number((uint)placementLengths[i]);
            PlacementEncoder.Write(result.Placement(i), answer.OmitsContent, ref writer);
        }

        // 5 lag_ms
        if (answer.LagMilliseconds != 0)
        {
            writer.Byte(0x28);
            writer.Number(answer.LagMilliseconds);
        }

        if (writer.Length != into.Length) throw new InvalidOperationException($"The answer has {writer.Length} bytes, {into.Length} were measured.");
    }
}
