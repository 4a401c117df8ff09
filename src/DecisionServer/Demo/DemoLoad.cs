using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DecisionServer.Demo;

/// <summary>Generates a week and loads it with the loader, in processes of its own; what they print is seen as they print it.</summary>
internal sealed class DemoLoad(Uri server, string folder)
{
    public const int Members = 100_000;
    private const int Offers = 2_000;
    private static readonly string Loader = Path.Combine(AppContext.BaseDirectory, "loader", "DecisionServer.Loader.dll");

    public async Task Run()
    {
        Console.WriteLine($"== A week of offers: {Members:N0} members, 35 offers each, out of {Offers:N0}");
        await Loads("generate", "--members", $"{Members}", "--offers", $"{Offers}", "--set-size", "35", "--seed", "42", "--format", "pb", "--out", folder);
        Console.WriteLine();
        Console.WriteLine("== The loader brings it in and publishes it");
        await Loads(
            "load", "--server", server.GetLeftPart(UriPartial.Authority), "--generation", "demo-week", "--publish",
            "--offers", Path.Combine(folder, "offers.pb"), "--offer-sets", Path.Combine(folder, "offer_sets.pb"));
        Console.WriteLine();
    }

    private static async Task Loads(params string[] arguments)
    {
        if (!File.Exists(Loader))
            throw new DemoException($"The loader is missing: {Loader}. Build the server with `dotnet build`, which puts it there.");
        using Process loader = Process.Start(new ProcessStartInfo(Dotnet(), [Loader, .. arguments]))!;
        await loader.WaitForExitAsync();
        if (loader.ExitCode != 0)
            throw new DemoException($"The loader ended with {loader.ExitCode}.");
    }

    // The one that runs this process: another one on the PATH may lack the framework. <root>/shared/Microsoft.NETCore.App/<version>/
    private static string Dotnet()
    {
        string host = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }
}
