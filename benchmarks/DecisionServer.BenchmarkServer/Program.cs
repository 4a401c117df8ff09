using DecisionServer.Hosting;
using DecisionServer.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.BenchmarkServer;

/// <summary>The real server, with the same options, and one more service to compare it with.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (!OptionsLoader.TryLoad(arguments, AppContext.BaseDirectory, out ServerOptions options, out IReadOnlyList<string> errors))
        {
            foreach (string error in errors)
                await Console.Error.WriteLineAsync(error);
            return 2;
        }

        await using WebApplication app = ServerHost.Build(options, builder => builder.Services.AddSingleton<CannedGrpcService>());
        app.MapContractService<CannedGrpcService>(CannedBinding.Bind);
        await app.RunAsync();
        return 0;
    }
}
