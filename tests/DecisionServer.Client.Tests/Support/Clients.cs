using DecisionServer.Client.Endpoints;
using DecisionServer.Client.Routing;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;

namespace DecisionServer.Client.Tests.Support;

internal static class Clients
{
    public static DecisionServerClient Of(Action<DecisionServerClientOptions> configure, params Uri[] endpoints)
    {
        // Machines may be slow; what is tested here is not the default deadline.
        var options = new DecisionServerClientOptions { Deadline = TimeSpan.FromSeconds(30) };
        foreach (Uri endpoint in endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        configure(options);
        return new DecisionServerClient(options);
    }

    public static DecisionServerClient Of(params Uri[] endpoints) => Of(_ => { }, endpoints);

    public static Uri Of(FaultProxy link) => new("http://" + link.Address);

    /// <summary>Waits until the client knows that all of its endpoints serve.</summary>
    public static Task Ready(DecisionServerClient client) => Eventually.True(
        () => client.Pool.All.All(endpoint => endpoint.State == EndpointState.Serving), "all endpoints serve");

    /// <summary>A member whose calls go to an endpoint first.</summary>
    public static string MemberAt(DecisionServerClient client, Uri endpoint) => Enumerable.Range(0, LoadedData.Members).Select(LoadedData.Member)
        .First(member => client.Pool.Choose(MemberHash.Of(member), null, []).Address == endpoint);

    public static NextBestOffersRequest Ask(string member) => new() { MemberId = member };
}
