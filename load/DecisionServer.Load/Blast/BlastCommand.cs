using System.CommandLine;
using System.CommandLine.Parsing;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Blast;

/// <summary><c>blast</c>: one kind of call, as fast as the server answers or at a rate.</summary>
internal static class BlastCommand
{
    private const int Done = 0;
    private const int NothingAnswered = 1;
    private const int Unreachable = 3;

    private static readonly string[] Kinds = ["next-best-offers", "activate", "rank-search"];

    public static Command Create(TextWriter output, TextWriter error)
    {
        var server = new Option<Uri>("--server") { Required = true, Description = "http://host:port of the gRPC listener", CustomParser = Address };
        var method = new Option<string?>("--method") { Description = "package.Service/Method; default: that of --call" };
        var call = new Option<string>("--call") { DefaultValueFactory = _ => Kinds[0], Description = "which request to send" };
        call.AcceptOnlyFromAmong(Kinds);
        Option<int> members = NumberOption.Positive("--members", 2_000_000, "random members M00000000 on, as the loader generates them");
        Option<int> catalogue = NumberOption.Positive("--catalogue-offers", 2_000, "offers of the generated catalogue, for searches");
        var offer = new Option<string>("--offer") { DefaultValueFactory = _ => "OF000000", Description = "offer to activate" };
        Option<int> connections = NumberOption.Positive("--connections", 4, "connections");
        Option<int> streams = NumberOption.Positive("--streams", 64, "calls in flight on each");
        Option<int> bunch = NumberOption.Positive("--bunch", 1, "open loop: calls in a row on one connection");
        var deadline = new Option<int>("--deadline") { Description = "ms that a caller waits for its answer; the server is told. 0: any time" };
        deadline.Validators.Add(result =>
        {
            if (result.Errors.Any() is false && result.GetValueOrDefault<int>() is < 0 or > 99_999_999)
                result.AddError("--deadline must be 0 to 99999999");
        });
        Option<int> threads = NumberOption.Positive("--threads", 1, "threads");
        Option<double> seconds = Seconds("--seconds", 5, "measured time");
        Option<double> warmup = Seconds("--warmup", 2, "time before it");
        Option<double> rate = Seconds("--rate", 0, "calls a second (open loop; latency counts from when a call was due); 0: closed loop");
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "the same seed, the same members" };
        var verify = new Option<int>("--verify") { Description = "decode and check every Nth answer; 0: none" };
        var json = new Option<bool>("--json") { Description = "one JSON object" };
        var command = new Command("blast", "Sends one kind of call for random members and prints rate, failures by status and latency.")
        {
            server, method, call, members, catalogue, offer, connections, streams, bunch, deadline, threads, seconds, warmup, rate, seed, verify, json,
        };
        command.SetAction(parsed =>
        {
            var options = new BlastOptions
            {
                Server = parsed.GetRequiredValue(server),
                Method = parsed.GetValue(method),
                Call = (CallKind)Array.IndexOf(Kinds, parsed.GetRequiredValue(call)),
                Members = parsed.GetValue(members),
                CatalogueOffers = parsed.GetValue(catalogue),
                Offer = parsed.GetRequiredValue(offer),
                Connections = parsed.GetValue(connections),
                Streams = parsed.GetValue(streams),
                Bunch = parsed.GetValue(bunch),
                DeadlineMs = parsed.GetValue(deadline),
                Threads = parsed.GetValue(threads),
                Seconds = parsed.GetValue(seconds),
                Warmup = parsed.GetValue(warmup),
                Rate = parsed.GetValue(rate),
                Seed = parsed.GetValue(seed),
                Verify = parsed.GetValue(verify),
            };
            return Run(options, parsed.GetValue(json), output, error);
        });
        return command;
    }

    private static int Run(BlastOptions options, bool json, TextWriter output, TextWriter error)
    {
        try
        {
            BlastResult result = BlastRun.Run(options);
            output.WriteLine(json ? result.ToJson() : result.ToText());
            return result.Calls > 0 ? Done : NothingAnswered;
        }
        catch (WireException fault)
        {
            error.WriteLine(fault.Message);
            return Unreachable;
        }
    }

    private static Uri? Address(ArgumentResult argument)
    {
        string text = argument.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == "http")
            return address;
        argument.AddError($"{text}: not an address of the form http://host:port");
        return null;
    }

    private static Option<double> Seconds(string name, double value, string description)
    {
        var option = new Option<double>(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() is false && !(result.GetValueOrDefault<double>() >= 0 && result.GetValueOrDefault<double>() < 1e9))
                result.AddError($"{name} must be 0 or more");
        });
        return option;
    }
}
