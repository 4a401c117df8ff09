using DecisionServer.Hosting;
using DecisionServer.Options;
using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Tests.Members;

/// <summary>The whole server in this process over a folder that outlives it, with a published generation and short ways to act.</summary>
internal sealed class MemberServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _keys;

    private MemberServer(WebApplication app)
    {
        _app = app;
        Channel = GrpcChannel.ForAddress(app.Services.GetRequiredService<KestrelSetup>().GrpcAddress);
    }

    public GrpcChannel Channel { get; }

    public V1.MemberService.MemberServiceClient Members => new(Channel);

    public V1.DecisionService.DecisionServiceClient Decisions => new(Channel);

    public V1.CatalogService.CatalogServiceClient Catalog => new(Channel);

    public V1.AvailabilityService.AvailabilityServiceClient Availability => new(Channel);

    public Serving Serving => _app.Services.GetRequiredService<Serving>();

    public static async Task<MemberServer> Start(string directory, params string[] options)
    {
        string[] all = ["--Listen:Grpc=http://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={directory}", "--Log:Level=Warning", .. options];
        Assert.True(OptionsLoader.TryLoad(all, directory, out var parsed, out var errors), string.Join('\n', errors));
        var app = ServerHost.Build(parsed);
        await app.StartAsync();
        var lifecycle = app.Services.GetRequiredService<ServerLifecycle>();
        await Eventually.True(() => lifecycle.Phase == ServerPhase.Serving, "the server serves");
        return new MemberServer(app);
    }

    /// <summary>A generation of these offers, the set of member "m" holding all of them, best first.</summary>
    public MemberServer Publish(params OfferConfig[] offers)
    {
        var registry = _app.Services.GetRequiredService<GenerationRegistry>();
        var token = registry.Begin("g1", 1, false, "test").Token;
        var load = registry.Load("g1", token);
        load.LoadOffers(token, offers);
        load.Store(token, "only", 1, [new OfferSetConfig("m", [.. offers.Take(64).Select((offer, i) => new ScoredOfferConfig(offer.OfferId, 1f - (i / 100f)))], [])]);
        registry.Seal("g1", token, new SealRequest());
        registry.Publish("g1", force: true);
        return this;
    }

    public string Key() => $"key-{Interlocked.Increment(ref _keys)}-{Guid.NewGuid():N}";

    public async Task<V1.ActivateOfferResponse> Activate(string member, string offer, string? key = null, string channel = "", string chain = "") =>
        await Members.ActivateOfferAsync(new() { MemberId = member, OfferId = offer, IdempotencyKey = key ?? Key(), Channel = channel, ChainId = chain });

    public async Task<V1.DeactivateOfferResponse> Deactivate(string member, string offer, string? key = null) =>
        await Members.DeactivateOfferAsync(new() { MemberId = member, OfferId = offer, IdempotencyKey = key ?? Key() });

    public async Task<V1.RedeemOfferResponse> Redeem(string member, string offer, string? key = null, string store = "") =>
        await Members.RedeemOfferAsync(new() { MemberId = member, OfferId = offer, IdempotencyKey = key ?? Key(), StoreId = store });

    public async Task<V1.MemberState> Get(string member) => (await Members.GetMemberAsync(new() { MemberId = member })).Member;

    public async Task<string[]> Shown(string member, string placement = "default", int count = 50)
    {
        var answer = await Decisions.NextBestOffersAsync(new() { MemberId = member, Placements = { new V1.PlacementRequest { Placement = placement, Count = count } } });
        return [.. answer.Placements[0].Offers.Select(offer => offer.OfferId)];
    }

    public static async Task<RpcException> Refused(Task call, StatusCode code)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Eventually.Bound));
        Assert.True(refusal.StatusCode == code, refusal.Message);
        return refusal;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
