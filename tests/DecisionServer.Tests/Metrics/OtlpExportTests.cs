using System.Threading.Channels;
using DecisionServer.Tests.Processes;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Tests.Metrics;

public sealed class OtlpExportTests
{
    [Fact]
    public async Task Export_HttpProtobuf_CollectorReceivesTheMetrics()
    {
        var received = Channel.CreateUnbounded<(string Path, string? Type, byte[] Body)>();
        await using WebApplication collector = await StartCollector(received.Writer);
        string address = collector.Urls.Single();

        await using ServerProcess server = await ServerProcess.Start($"Otlp:Endpoint={address}", "Otlp:IntervalSeconds=0.2", "Node:Name=node-7");

        // The first export may come before every instrument has spoken.
        using var bound = new CancellationTokenSource(Eventually.Bound);
        (string path, string? type, byte[] body) = ("", "", []);
        while (!MetricNames(body).Contains("decisionserver.availability.epoch") || !MetricNames(body).Contains("dotnet.process.memory.working_set"))
            (path, type, body) = await received.Reader.ReadAsync(bound.Token);
        Assert.Equal("/v1/metrics", path);
        Assert.Equal("application/x-protobuf", type);
        Assert.Contains("node-7", System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_LongInterval_LastMetricsAreSentWhenTheServerStops()
    {
        var received = Channel.CreateUnbounded<(string Path, string? Type, byte[] Body)>();
        await using WebApplication collector = await StartCollector(received.Writer);
        await using ServerProcess server = await ServerProcess.Start($"Otlp:Endpoint={collector.Urls.Single()}", "Otlp:IntervalSeconds=3600");

        Assert.Equal(0, await server.Stop());

        Assert.True(received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Export_NobodyListens_ServerRunsAndStopsWithoutError()
    {
        await using ServerProcess server = await ServerProcess.Start("Otlp:Endpoint=http://127.0.0.1:1", "Otlp:IntervalSeconds=0.1");

        Assert.Equal(0, await server.Stop());
    }

    private static async Task<WebApplication> StartCollector(ChannelWriter<(string Path, string? Type, byte[] Body)> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await received.WriteAsync((context.Request.Path, context.Request.ContentType, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync();
        return collector;
    }

    // ExportMetricsServiceRequest.resource_metrics(1).scope_metrics(2).metrics(2).name(1)
    private static IReadOnlyList<string> MetricNames(byte[] request) =>
        [.. Fields(request, 1).SelectMany(each => Fields(each, 2)).SelectMany(each => Fields(each, 2)).SelectMany(each => Fields(each, 1)).Select(System.Text.Encoding.UTF8.GetString)];

    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        using var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                found.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }

        return found;
    }
}
