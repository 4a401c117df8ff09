using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace DecisionServer.Benchmarks.Tests;

/// <summary>Every benchmark runs: each once, with every value of its parameter, as BenchmarkDotNet would call it.</summary>
[Collection(Alone.Name)]
public sealed class LayersTests : IDisposable
{
    private readonly int _members = LayerSettings.Members;

    public LayersTests() => LayerSettings.Members = 200;

    public static TheoryData<Type> Benchmarks =>
        [.. typeof(StoreBenchmarks).Assembly.GetTypes().Where(type => type.GetMethods().Any(Is<BenchmarkAttribute>))];

    public void Dispose()
    {
        LayerSettings.Members = _members;
        BenchmarkWorld.DisposeShared();
    }

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void Benchmark_Once_Runs(Type type)
    {
        foreach (var set in Parameters(type))
        {
            var benchmark = Activator.CreateInstance(type)!;
            set(benchmark);
            Call<GlobalSetupAttribute>(benchmark);
            Assert.NotEqual(0, Call<BenchmarkAttribute>(benchmark));
            Call<GlobalCleanupAttribute>(benchmark);
        }
    }

    private static IEnumerable<Action<object>> Parameters(Type type)
    {
        var property = type.GetProperties().SingleOrDefault(Is<ParamsAttribute>);
        return property is null
            ? [_ => { }]
            : property.GetCustomAttribute<ParamsAttribute>()!.Values.Select(value => (Action<object>)(benchmark => property.SetValue(benchmark, value)));
    }

    private static int Call<TAttribute>(object benchmark)
        where TAttribute : Attribute
    {
        var methods = benchmark.GetType().GetMethods().Where(Is<TAttribute>).ToArray();
        foreach (var method in methods)
        {
            // A task would not be waited for in the process of BenchmarkDotNet.
            Assert.False(method.ReturnType.IsAssignableTo(typeof(Task)), $"{method.Name} is asynchronous");
            Assert.NotEqual(-1, method.Invoke(benchmark, []));
        }

        return methods.Length;
    }

    private static bool Is<TAttribute>(MemberInfo member)
        where TAttribute : Attribute => member.GetCustomAttribute<TAttribute>() is not null;
}
