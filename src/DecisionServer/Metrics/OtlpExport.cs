using DecisionServer.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace DecisionServer.Metrics;

/// <summary>Sends the same metrics to a collector by OTLP, where <c>Otlp:Endpoint</c> is set; what is left is sent when the server stops.</summary>
internal sealed class OtlpExport(ServerOptions options, ILogger<OtlpExport> logger) : IHostedService, IDisposable
{
    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Otlp.Endpoint is not { } endpoint)
            return Task.CompletedTask;

        // The exporter takes an address that was set in code as it is, path and all.
        Uri target = options.Otlp.Grpc ? endpoint : new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/metrics");
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("decisionserver", serviceInstanceId: options.NodeName))
            .AddMeter(DecisionMetrics.MeterName, "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = target;
                exporter.Protocol = options.Otlp.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Otlp.Interval.TotalMilliseconds;
                reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = 5000;
            })
            .Build();
        Log.Exporting(logger, target, options.Otlp.Grpc ? "gRPC" : "HTTP", options.Otlp.Interval.TotalSeconds);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Shutdown exports once more; a collector that does not answer must not hold up the exit.
        if (_provider is { } provider)
            await Task.Run(() => provider.Shutdown(3000), CancellationToken.None);
    }

    public void Dispose() => _provider?.Dispose();
}
