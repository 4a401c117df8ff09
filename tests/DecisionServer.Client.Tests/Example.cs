// <example>
using DecisionServer.Client;
using DecisionServer.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

internal static class Example
{
    public static async Task Run(TextWriter output, params string[] servers)
    {
        // 1. Register: once, where the application is put together.
        var services = new ServiceCollection();
        services.AddDecisionServerClient(options =>
        {
            foreach (string server in servers) options.Endpoints.Add(new Uri(server));
            options.Deadline = TimeSpan.FromSeconds(5);
        });
        await using ServiceProvider provider = services.BuildServiceProvider();

        // 2. Use: generated clients, anywhere a constructor asks for them.
        var decisions = provider.GetRequiredService<DecisionService.DecisionServiceClient>();
        var members = provider.GetRequiredService<MemberService.MemberServiceClient>();

        NextBestOffersResponse answer = await decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = "M00000042" });
        foreach (DecidedOffer offer in answer.Placements[0].Offers)
            await output.WriteLineAsync($"{offer.Rank}. {offer.OfferId} ({offer.Score:0.000})");

        // 3. Write: tried again under one key, so it takes effect once. A refusal is an answer, not an exception.
        ActivateOfferResponse activated = await members.ActivateOfferAsync(new ActivateOfferRequest
        {
            MemberId = "M00000042",
            OfferId = answer.Placements[0].Offers[0].OfferId,
        });
        await output.WriteLineAsync(activated.Refusal == Refusal.Unspecified ? "activated" : $"refused: {activated.Detail}");

        // 4. Failures that attempts did not mend arrive as they are.
        try
        {
            await decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = "M00000042", Placements = { new PlacementRequest { Placement = "none" } } });
        }
        catch (RpcException refusal) when (refusal.StatusCode == StatusCode.InvalidArgument)
        {
            await output.WriteLineAsync(refusal.Status.Detail);
        }
    }
}
// </example>
