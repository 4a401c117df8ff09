using BenchmarkDotNet.Attributes;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>The packed record of 35 offers.</summary>
public class CodecBenchmarks
{
    private readonly OfferSetBuffer _buffer = new();
    private readonly byte[] _into = new byte[RecordCodec.MaxBytes];
    private readonly ScoredOffer[] _offers;
    private readonly byte[] _record;

    public CodecBenchmarks() => (_offers, _record) = Scenes.Record();

    [Benchmark]
    public int Pack() => RecordCodec.PackOffers(1, _offers, _into);

    [Benchmark]
    public void Unpack() => RecordCodec.UnpackOffers(_record, _buffer);
}
