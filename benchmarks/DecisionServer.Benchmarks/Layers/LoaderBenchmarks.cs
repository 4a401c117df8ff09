using BenchmarkDotNet.Attributes;
using DecisionServer.Loader;

namespace DecisionServer.Benchmarks;

/// <summary>The loader's parsing, from bytes in memory to packed sets; figures are for one set of 35 offers.</summary>
public class LoaderBenchmarks
{
    private const int Sets = 10_000;
    private ParsedFile _file = null!;

    [Params("csv", "ndjson", "pb")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _file = new ParsedFile(Format, Sets);

    [Benchmark(OperationsPerInvoke = Sets)]
    public long Parse() => _file.Parse();
}
