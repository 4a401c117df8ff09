using BenchmarkDotNet.Attributes;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Benchmarks;

/// <summary>
/// The topmost layer: whole gRPC calls through the server's pipeline over loopback, one after the other. What the canned method takes is
/// Kestrel, gRPC and the client; the rest is the decision and its encoding. All allocated bytes are the server's.
/// </summary>
public class CallBenchmarks
{
    private readonly byte[] _answer = new byte[1 << 16];
    private readonly byte[] _decide = Http2Caller.Head(InProcessServer.NextBestOffers);
    private readonly byte[] _canned = Http2Caller.Head(InProcessServer.Canned);
    private InProcessServer _server = null!;
    private Http2Caller _caller = null!;
    private byte[][] _requests = [];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        // BenchmarkDotNet waits for no task here when it runs in its own process.
        _server = InProcessServer.Start(LayerSettings.Members).GetAwaiter().GetResult();
        _caller = _server.Connect();
        var members = new RandomMembers(LayerSettings.Members);
        _requests = [.. Enumerable.Range(0, 4_096).Select(_ => new NextBestOffersRequest { MemberId = members.Next() }.ToByteArray())];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _caller.Dispose();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [Benchmark(Baseline = true)]
    public int Canned() => _caller.Call(_canned, _requests[_next++ & 4_095], _answer);

    [Benchmark]
    public int NextBestOffers() => _caller.Call(_decide, _requests[_next++ & 4_095], _answer);
}
