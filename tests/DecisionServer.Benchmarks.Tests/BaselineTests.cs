using DecisionServer.Baseline;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace DecisionServer.Benchmarks.Tests;

#pragma warning disable CA1001 // IAsyncLifetime disposes what the test owns.
/// <summary>The service that the server is compared with gives the same offers, or the comparison would mean nothing.</summary>
[Collection(Alone.Name)]
public sealed class BaselineTests : IAsyncLifetime
{
    private const int Members = 500;
    private readonly TemporaryFolder _folder = new();
    private RedisServer _redis = null!;
    private InProcessServer _server = null!;
    private WebApplication _baseline = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.Start();
        var sets = new GeneratedWeek(Members).WriteProtobuf(_folder.Path);
        Assert.Equal(Members, await RedisLoader.Run(_redis.Address, "week", Path.Combine(_folder.Path, "offers.pb"), sets));
        _server = await InProcessServer.Start(Members);
        await StartBaseline();
    }

    public async Task DisposeAsync()
    {
        await StopBaseline();
        await _server.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task NextBestOffers_EveryMember_AreThoseOfTheServer()
    {
        using var caller = _server.Connect();
        var client = new DecisionService.DecisionServiceClient(_channel);
        for (var member = 0; member < Members; member++)
        {
            var request = new NextBestOffersRequest { MemberId = GeneratedWeek.MemberId(member) };

            var expected = Call(caller, request).Placements.Single();
            var actual = (await client.NextBestOffersAsync(request)).Placements.Single();

            Assert.Equal(10, actual.Offers.Count);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public async Task NextBestOffers_OfferTurnedOff_IsLeftOut()
    {
        var client = new DecisionService.DecisionServiceClient(_channel);
        var request = new NextBestOffersRequest { MemberId = GeneratedWeek.MemberId(7) };
        var before = Ids(await client.NextBestOffersAsync(request));
        using (var connection = await ConnectionMultiplexer.ConnectAsync(_redis.Address))
            await connection.GetDatabase().SetAddAsync("unavailable", before[0]);

        // It looks once a second.
        string[] after = before;
        for (var tries = 0; tries < 600 && after.Contains(before[0]); tries++)
        {
            await Task.Delay(50);
            after = Ids(await client.NextBestOffersAsync(request));
        }

        Assert.Equal(before[1..], after[..^1]);
        Assert.Equal(10, after.Length);
    }

    private static string[] Ids(NextBestOffersResponse response) => [.. response.Placements.Single().Offers.Select(offer => offer.OfferId)];

    private static NextBestOffersResponse Call(Http2Caller caller, NextBestOffersRequest request)
    {
        var answer = new byte[1 << 16];
        var length = caller.Call(Http2Caller.Head(InProcessServer.NextBestOffers), request.ToByteArray(), answer);
        Assert.True(length > 0, "the server refused the call");
        return NextBestOffersResponse.Parser.ParseFrom(answer, 0, length);
    }

    private async Task StartBaseline()
    {
        _baseline = await BaselineServer.Build(_redis.Address, new Uri("http://127.0.0.1:0"));
        await _baseline.StartAsync();
        var address = _baseline.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _channel = GrpcChannel.ForAddress(address);
    }

    private async Task StopBaseline()
    {
        _channel.Dispose();
        await _baseline.StopAsync();
        await _baseline.DisposeAsync();
    }
}
