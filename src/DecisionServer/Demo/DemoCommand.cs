using System.Net.Sockets;
using DecisionServer.Hosting;
using DecisionServer.Options;
using DecisionServer.Options.Rules;
using Grpc.Net.Client;

namespace DecisionServer.Demo;

/// <summary>
/// <c>demo [--exit] [--Option:Name=value …]</c>: the real server in this process, a week of offers brought in by the real loader, and a tour
/// through a real client. Everything it writes goes into a temporary folder, which is gone afterwards.
/// </summary>
internal static class DemoCommand
{
    /// <returns>0: the tour was shown. 1: something of it failed. 2: the options are at fault.</returns>
    public static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        string folder = Directory.CreateTempSubdirectory("decisionserver-demo-").FullName;
        try
        {
            bool exit = arguments.Contains("--exit");
            string[] given = [.. arguments.Where(argument => argument != "--exit")];
            if (!OptionsLoader.TryLoad(WithDefaults(given, folder), AppContext.BaseDirectory, out ServerOptions options, out IReadOnlyList<string> errors))
            {
                foreach (string error in errors)
                    await Console.Error.WriteLineAsync(error);
                return 2;
            }

            return await Run(options, folder, exit);
        }
        catch (DemoException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> Run(ServerOptions wanted, string folder, bool exit)
    {
        // 1. The server.
        ServerOptions options = wanted with { Listen = wanted.Listen with { Grpc = Free("gRPC", wanted.Listen.Grpc), Http = Free("HTTP", wanted.Listen.Http) } };
        await using WebApplication app = ServerHost.Build(options);
        await app.StartAsync();
        var kestrel = app.Services.GetRequiredService<KestrelSetup>();
        Console.WriteLine($"The server listens for gRPC on {kestrel.GrpcAddress}, for HTTP (health, metrics) on {kestrel.HttpAddress}");
        Console.WriteLine();

        // 2. A week of offers, as every week comes in.
        await new DemoLoad(kestrel.GrpcAddress, folder).Run();

        // 3. The tour.
        using GrpcChannel channel = GrpcChannel.ForAddress(kestrel.GrpcAddress);
        await new DemoTour(channel, kestrel.GrpcAddress).Run();
        if (exit)
        {
            await app.StopAsync();
            return 0;
        }

        Console.WriteLine("The server goes on until Ctrl-C.");
        await app.WaitForShutdownAsync();
        return 0;
    }

    // What was given comes last and must not be given twice.
    private static string[] WithDefaults(string[] given, string folder)
    {
        string[] defaults = [$"--Data:Directory={Path.Combine(folder, "data")}", "--Log:Level=Warning"];
        return [.. defaults.Where(option => !given.Any(argument => argument.StartsWith(option[..(option.IndexOf('=') + 1)], StringComparison.OrdinalIgnoreCase))), .. given];
    }

    private static Uri Free(string what, Uri address)
    {
        try
        {
            using var probe = new TcpListener(AddressRule.Resolve(address)!, address.Port);
            probe.Start();
            return address;
        }
        catch (SocketException)
        {
            Console.WriteLine($"{address} is taken; {what} gets a free port instead.");
            return new UriBuilder(address) { Port = 0 }.Uri;
        }
    }
}
