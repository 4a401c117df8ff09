using System.Diagnostics;
using StackExchange.Redis;

namespace DecisionServer.Benchmarks.Tests;

/// <summary>A real Redis on a free port, without persistence.</summary>
internal sealed class RedisProcess : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private RedisProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<RedisProcess> Start()
    {
        var port = FreePorts.Take(1)[0];
        var start = new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true };
        var redis = new RedisProcess(Process.Start(start)!, $"127.0.0.1:{port}");
        redis._process.OutputDataReceived += (_, _) => { };
        redis._process.BeginOutputReadLine();
        var begun = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Address);
                return redis;
            }
            catch (RedisConnectionException) when (begun.Elapsed < Bound)
            {
                await Task.Delay(20);
            }
            catch
            {
                redis.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit(Bound);
        _process.Dispose();
    }
}
