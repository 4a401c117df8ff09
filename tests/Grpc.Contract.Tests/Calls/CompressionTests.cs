using System.IO.Compression;
using Grpc.Contract.Tests.Protos;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Contract.Tests.Calls;

public class CompressionTests
{
    // Asks Grpc.Net.Client to compress the requests of a call.
    private const string RequestEncoding = "grpc-internal-encoding-request";

    private static readonly Note Long = new() { Text = new string('a', 100_000) };

    public static TheoryData<string> Encodings => ["gzip", "deflate"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Unary_ResponsesCompressed_ClientReadsThem(string encoding)
    {
        var (onServer, onClient) = (Create(encoding), Create(encoding));
        await using var server = await StartAsync(onServer, onClient, encoding);

        var response = await server.Client.UnaryAsync(Long);

        Assert.Equal(Long, response);
        Assert.Equal((1, 1), (onServer.Compressed, onClient.Decompressed));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Unary_RequestsCompressed_ServerReadsThem(string encoding)
    {
        var (onServer, onClient) = (Create(encoding), Create(encoding));
        await using var server = await StartAsync(onServer, onClient, null);

        var response = await server.Client.UnaryAsync(Long, new Metadata { { RequestEncoding, encoding } });

        Assert.Equal(Long, response);
        Assert.Equal((1, 1), (onClient.Compressed, onServer.Decompressed));
    }

    [Fact]
    public async Task Duplex_BothSidesCompressed_EveryMessageArrives()
    {
        var (onServer, onClient) = (Create("gzip"), Create("gzip"));
        await using var server = await StartAsync(onServer, onClient, "gzip");

        using var call = server.Client.Duplex(new Metadata { { RequestEncoding, "gzip" } });
        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(Long);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(Long, call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal((10, 10, 10, 10), (onClient.Compressed, onServer.Decompressed, onServer.Compressed, onClient.Decompressed));
    }

    [Fact]
    public async Task Unary_HandlerAsksForNoCompression_ResponseIsNotCompressed()
    {
        var (onServer, onClient) = (Create("gzip"), Create("gzip"));
        await using var server = await StartAsync(onServer, onClient, "gzip");
        server.Service.OnUnary = (request, context) =>
        {
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            return Task.FromResult(request);
        };

        var response = await server.Client.UnaryAsync(Long);

        Assert.Equal(Long, response);
        Assert.Equal((0, 0), (onServer.Compressed, onClient.Decompressed));
    }

    private static Task<ContractServer> StartAsync(ICompressionProvider onServer, ICompressionProvider onClient, string? responseEncoding) => ContractServer.StartAsync(
        options =>
        {
            options.CompressionProviders = [onServer];
            options.ResponseCompressionAlgorithm = responseEncoding;
            options.ResponseCompressionLevel = CompressionLevel.Fastest;
        },
        options => options.CompressionProviders = [onClient]);

    private static CountingCompressionProvider Create(string encoding) => new(encoding == "gzip"
        ? new GzipCompressionProvider(CompressionLevel.Fastest)
        : new DeflateCompressionProvider(CompressionLevel.Fastest));
}
