using System.CommandLine;
using System.Text;
using System.Text.Json;
using DecisionServer.V1;
using Grpc.Core;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace DecisionServer.Loader;

/// <summary><c>status</c>, <c>publish</c>, <c>rollback</c>, <c>drop</c>.</summary>
internal static class GenerationCommands
{
    public static Command Status(LoaderHost host) => Create(host, "status", "Lists the generations of the server, and the nodes of its fleet.", [], async (server, _, token) =>
    {
        var generations = (await server.CallAsync("status", options => server.Ingest.ListGenerationsAsync(new ListGenerationsRequest(), options), token).ConfigureAwait(false)).Generations;
        var fleet = await FleetAsync(server, "status", token).ConfigureAwait(false);
        return new(
            output =>
            {
                GenerationText.WriteGenerations(output, generations);
                FleetText.Write(output, fleet);
            },
            json =>
            {
                json.WriteStartArray("generations");
                foreach (var generation in generations) JsonReport.WriteGeneration(json, generation);
                json.WriteEndArray();
                FleetText.Write(json, fleet);
            });
    });

    public static Command Publish(LoaderHost host)
    {
        var id = new Argument<string>("ID") { Description = "The generation." };
        var force = new Option<bool>("--force") { Description = "Publish although a gate failed. The server writes it to its audit log." };
        var fleet = new FleetArguments();
        return Create(host, "publish", "Makes a sealed generation current.", [id, force, .. fleet.Options], async (server, parsed, token) =>
        {
            var request = new PublishGenerationRequest { GenerationId = RequireId(parsed.GetValue(id)!, "ID"), Force = parsed.GetValue(force), Quorum = fleet.Quorum(parsed), Wait = fleet.Wait(parsed) };
            var answer = await server.CallLongAsync($"publishing '{request.GenerationId}'", options => server.Ingest.PublishGenerationAsync(request, options), token).ConfigureAwait(false);
            return Current(answer.Generation, answer.PreviousGenerationId, answer.EffectiveAt);
        });
    }

    public static Command Rollback(LoaderHost host)
    {
        var fleet = new FleetArguments();
        return Create(host, "rollback", "Makes the previous generation current again.", fleet.Options, async (server, parsed, token) =>
        {
            var request = new RollbackGenerationRequest { Quorum = fleet.Quorum(parsed), Wait = fleet.Wait(parsed) };
            var answer = await server.CallLongAsync("rolling back", options => server.Ingest.RollbackGenerationAsync(request, options), token).ConfigureAwait(false);
            return Current(answer.Generation, answer.PreviousGenerationId, answer.EffectiveAt);
        });
    }

    public static Command Drop(LoaderHost host)
    {
        var id = new Argument<string>("ID") { Description = "The generation." };
        return Create(host, "drop", "Removes a generation that is not current, from memory and disk.", [id], async (server, parsed, token) =>
        {
            var request = new DropGenerationRequest { GenerationId = RequireId(parsed.GetValue(id)!, "ID") };
            await DropEverywhereAsync(server, await FleetAsync(server, $"dropping '{request.GenerationId}'", token).ConfigureAwait(false), request, host, token).ConfigureAwait(false);
            return new(output => output.WriteLine($"generation {request.GenerationId} is dropped"), json => json.WriteString("dropped", request.GenerationId));
        });
    }

    // What is sealed the fleet drops by itself; a load that was cut is each owner's own.
    private static async Task DropEverywhereAsync(Server server, GetFleetResponse fleet, DropGenerationRequest request, LoaderHost host, CancellationToken token)
    {
        RpcException? missing = null;
        var dropped = 0;
        foreach (var node in fleet.ShardCount == 0 ? [] : fleet.Nodes.Where(node => node.Shards.Count > 0 && node.Name != fleet.Self && node.State != NodeState.Lost))
        {
            using var other = new Server(node.Address, host.Clock);
            dropped += await TryDropAsync(other).ConfigureAwait(false);
        }

        dropped += await TryDropAsync(server).ConfigureAwait(false);
        if (dropped == 0) throw ServerException.Of($"dropping '{request.GenerationId}'", missing!);

        async Task<int> TryDropAsync(Server at)
        {
            try
            {
                await at.Ingest.DropGenerationAsync(request, at.Options(token)).ConfigureAwait(false);
                return 1;
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.NotFound)
            {
                missing = failure;
                return 0;
            }
            catch (RpcException failure)
            {
                token.ThrowIfCancellationRequested();
                throw ServerException.Of($"dropping '{request.GenerationId}'", failure);
            }
        }
    }

    /// <summary>Checks an id given on the command line.</summary>
    /// <exception cref="UsageException">It is not one.</exception>
    internal static string RequireId(string id, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(id);
        return Loader.Id.IsValid(utf8) ? id : throw new UsageException($"{name}: {Loader.Id.Fault(utf8)} (ids are 1 to 64 bytes of UTF-8)");
    }

    // Servers of earlier versions know of no fleet.
    private static async Task<GetFleetResponse> FleetAsync(Server server, string what, CancellationToken token)
    {
        try
        {
            return await server.Fleet.GetFleetAsync(new GetFleetRequest(), server.Options(token)).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return new GetFleetResponse();
        }
        catch (RpcException failure)
        {
            token.ThrowIfCancellationRequested();
            throw ServerException.Of(what, failure);
        }
    }

    private static Answer Current(Generation generation, string previous, Timestamp? at) => new(
        output => output.WriteLine($"generation {generation.GenerationId} is current{(previous.Length > 0 ? $", before it was {previous}" : "")}"),
        json =>
        {
            json.WritePropertyName("generation");
            JsonReport.WriteGeneration(json, generation);
            json.WriteString("previous_generation_id", previous);
            if (at is not null) json.WriteString("effective_at", at.ToDateTimeOffset());
        });

    private static Command Create(LoaderHost host, string name, string description, IReadOnlyList<Symbol> symbols, Func<Server, ParseResult, CancellationToken, Task<Answer>> run)
    {
        var shared = new ServerOptions();
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>()) command.Arguments.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Options.Add(option);
        shared.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var server = shared.Connect(parsed, host);
            var answer = await run(server, parsed, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(shared.Json)) JsonReport.Write(host, answer.Json);
            else answer.Text(host.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private sealed record Answer(Action<TextWriter> Text, Action<Utf8JsonWriter> Json);
}
