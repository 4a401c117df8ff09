using System.Text.Json;

namespace DecisionServer.Tests.Clients;

/// <summary>buf curl, which knows nothing but what the server says of itself by reflection.</summary>
public sealed class BufClientTests(LoadedServer loaded) : IClassFixture<LoadedServer>
{
    [Fact]
    public async Task ListMethods_ByReflection_EveryMethodOfEveryService()
    {
        string output = await Curl("--list-methods", loaded.Server.Grpc.GetLeftPart(UriPartial.Authority));

        Assert.Equal(
            ServiceRegistration.Services.SelectMany(service => service.Methods.Select(method => $"{service.FullName}/{method.Name}")).Order(StringComparer.Ordinal),
            output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task NextBestOffers_ByReflection_AnswersInJson()
    {
        string output = await Curl(
            "-d", """{"memberId":"M00000007","placements":[{"placement":"app.home","count":3}],"explain":true}""",
            loaded.Server.Grpc.GetLeftPart(UriPartial.Authority) + "/decisionserver.v1.DecisionService/NextBestOffers");

        using JsonDocument answer = JsonDocument.Parse(output);
        Assert.Equal(LoadedServer.Generation, answer.RootElement.GetProperty("generationId").GetString());
        JsonElement placement = answer.RootElement.GetProperty("placements")[0];
        Assert.Equal(3, placement.GetProperty("offers").GetArrayLength());
        Assert.Equal("REASON_SHOWN", placement.GetProperty("candidates")[0].GetProperty("reason").GetString());
    }

    private static Task<string> Curl(params string[] arguments) =>
        LoadedServer.Run("buf", ["curl", "--protocol", "grpc", "--http2-prior-knowledge", .. arguments]);
}
