using System.Diagnostics;
using System.Text;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Tests.Wire;

/// <summary>What the client makes of answers, down to the byte.</summary>
public sealed class AnswerTests
{
    private static readonly byte[] Headers = RawPeer.Frame(FrameType.Headers, FrameFlags.EndHeaders, 1, 0x88);
    private static readonly byte[] Hello = RawPeer.Frame(FrameType.Data, 0, 1, RawPeer.Message("hello"));
    private static readonly byte[] Success = Trailers("0");

    [Fact]
    public async Task Call_AnswerByteByByte_IsOk()
    {
        WireReply reply = await Ask(Headers, Hello, Success);

        Assert.Equal(CallStatus.Ok, reply.Status);
        Assert.Equal("hello", Encoding.ASCII.GetString(reply.Message!));
    }

    [Fact]
    public async Task Call_MessageOverSeveralFramesWithPaddingAndContinuation_IsOk()
    {
        byte[] message = RawPeer.Message("hello");
        byte[] trailer = RawPeer.Status("0");

        WireReply reply = await Ask(
            RawPeer.Frame(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.Priority, 1, 0, 0, 0, 0, 16, 0x88),
            RawPeer.Frame(FrameType.Data, 0, 1, message[..2]),
            RawPeer.Frame(FrameType.Ping, 0, 0, new byte[8]),
            RawPeer.Frame(FrameType.Data, FrameFlags.Padded, 1, [2, .. message[2..7], 0, 0]),
            RawPeer.Frame(FrameType.Data, 0, 1, message[7..]),
            RawPeer.Frame(FrameType.Headers, FrameFlags.EndStream, 1, trailer[..4]),
            RawPeer.Frame(FrameType.Continuation, FrameFlags.EndHeaders, 1, trailer[4..]));

        Assert.Equal(CallStatus.Ok, reply.Status);
        Assert.Equal("hello", Encoding.ASCII.GetString(reply.Message!));
    }

    [Fact]
    public async Task Call_AnswerAfterTheDeadline_IsLate()
    {
        using var peer = new RawPeer(Headers, Hello, Success);
        using WireClient client = WireClient.ServedByCaller(peer.Address, connections: 1, streams: 1);
        var calls = new Impatient();

        // Both were due a second ago. The first is sent all the same; the second finds no stream.
        client.NextIsDue(Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        Task<WireReply> first = client.Call(calls).AsTask();
        Assert.False(client.HasRoom);
        client.NextIsDue(Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        Task<WireReply> second = client.Call(calls).AsTask();

        Assert.True(second.IsCompleted);
        Assert.Equal((CallStatus.DeadlineExceeded, 1), ((await second).Status, calls.Sent));
        long patience = Stopwatch.GetTimestamp() + (30 * Stopwatch.Frequency);
        while (!first.IsCompleted && Stopwatch.GetTimestamp() < patience)
            client.Run(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100));
        Assert.Equal(CallStatus.DeadlineExceeded, (await first).Status);
    }

    [Fact]
    public async Task Call_StatusOfTrailersOnly_IsTold() =>
        Assert.Equal(CallStatus.ResourceExhausted, (await Ask(RawPeer.Frame(
            FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, [0x88, .. RawPeer.Status("8")]))).Status);

    [Fact]
    public async Task Call_MessageShorterThanItSays_IsNotOk() =>
        Assert.Equal(CallStatus.Malformed, (await Ask(Headers, RawPeer.Frame(FrameType.Data, 0, 1, RawPeer.Message("hello")[..^1]), Success)).Status);

    [Fact]
    public async Task Call_CompressedMessage_IsNotOk() =>
        Assert.Equal(CallStatus.Malformed, (await Ask(Headers, RawPeer.Frame(FrameType.Data, 0, 1, [1, .. RawPeer.Message("hello")[1..]]), Success)).Status);

    [Fact]
    public async Task Call_OkWithoutMessage_IsNotOk() => Assert.Equal(CallStatus.Malformed, (await Ask(Headers, Success)).Status);

    [Fact]
    public async Task Call_EndWithoutStatus_IsNotOk() =>
        Assert.Equal(CallStatus.NoStatus, (await Ask(Headers, RawPeer.Frame(FrameType.Data, FrameFlags.EndStream, 1, RawPeer.Message("hello")))).Status);

    [Fact]
    public async Task Call_HttpError_IsNotOk() =>
        Assert.Equal(CallStatus.HttpError, (await Ask(RawPeer.Frame(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, 0x8D))).Status);

    [Fact]
    public async Task Call_Reset_IsTold() =>
        Assert.Equal(CallStatus.Reset, (await Ask(Headers, RawPeer.Frame(FrameType.RstStream, 0, 1, 0, 0, 0, 7))).Status);

    [Fact]
    public async Task Call_GoAwayBelowItsStream_IsLost() =>
        Assert.Equal(CallStatus.ConnectionLost, (await Ask(RawPeer.Frame(FrameType.GoAway, 0, 0, new byte[8]))).Status);

    [Fact]
    public async Task Call_OversizedFrame_EndsTheConnection() =>
        Assert.Equal(CallStatus.ConnectionLost, (await Ask([0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1])).Status);

    private static byte[] Trailers(string status) =>
        RawPeer.Frame(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, RawPeer.Status(status));

    private static async Task<WireReply> Ask(params byte[][] answer)
    {
        using var peer = new RawPeer(answer);
        using var client = new WireClient(peer.Address, connections: 1, streams: 10);
        return await client.Call(new NextBestOffersCalls(new MemberIds(1, 1)), keep: WireClient.Whole).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class Impatient : ICallSource
    {
        public string Path => "/a.B/C";

        public CallDeadline Deadline { get; } = new(250);

        public int MaxLength => 0;

        public int Sent { get; private set; }

        public int WriteNext(Span<byte> into)
        {
            Sent++;
            return 0;
        }

        public string? Check(ReadOnlySpan<byte> message) => null;
    }
}
