using System.CommandLine;
using System.Text;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary><c>status</c>, <c>publish</c>, <c>rollback</c>, <c>drop</c>.</summary>
internal static class GenerationCommands
{
    public static Command Status(LoaderHost host) => Create(host, "status", "Lists the generations of the server.", null, null, async (server, _, _, token) =>
    {
        var answer = await server.CallAsync("status", options => server.Ingest.ListGenerationsAsync(new ListGenerationsRequest(), options), token).ConfigureAwait(false);
        return new(
            output => GenerationText.WriteGenerations(output, answer.Generations),
            json =>
            {
                json.WriteStartArray("generations");
                foreach (var generation in answer.Generations) JsonReport.WriteGeneration(json, generation);
                json.WriteEndArray();
            });
    });

    public static Command Publish(LoaderHost host)
    {
        var force = new Option<bool>("--force") { Description = "Publish although a gate failed. The server writes it to its audit log." };
        return Create(host, "publish", "Makes a sealed generation current.", Id(), force, async (server, id, forced, token) =>
        {
            var request = new PublishGenerationRequest { GenerationId = id, Force = forced };
            var answer = await server.CallLongAsync($"publishing '{id}'", options => server.Ingest.PublishGenerationAsync(request, options), token).ConfigureAwait(false);
            return Current(answer.Generation, answer.PreviousGenerationId);
        });
    }

    public static Command Rollback(LoaderHost host) => Create(host, "rollback", "Makes the previous generation current again.", null, null, async (server, _, _, token) =>
    {
        var answer = await server.CallLongAsync("rolling back", options => server.Ingest.RollbackGenerationAsync(new RollbackGenerationRequest(), options), token).ConfigureAwait(false);
        return Current(answer.Generation, answer.PreviousGenerationId);
    });

    public static Command Drop(LoaderHost host) => Create(host, "drop", "Removes a generation that is not current, from memory and disk.", Id(), null, async (server, id, _, token) =>
    {
        var request = new DropGenerationRequest { GenerationId = id };
        await server.CallAsync($"dropping '{id}'", options => server.Ingest.DropGenerationAsync(request, options), token).ConfigureAwait(false);
        return new(output => output.WriteLine($"generation {id} is dropped"), json => json.WriteString("dropped", id));
    });

    private static Answer Current(Generation generation, string previous) => new(
        output => output.WriteLine($"generation {generation.GenerationId} is current{(previous.Length > 0 ? $", before it was {previous}" : "")}"),
        json =>
        {
            json.WritePropertyName("generation");
            JsonReport.WriteGeneration(json, generation);
            json.WriteString("previous_generation_id", previous);
        });

    private static Argument<string> Id() => new("ID") { Description = "The generation." };

    private static Command Create(LoaderHost host, string name, string description, Argument<string>? id, Option<bool>? force, Func<Server, string, bool, CancellationToken, Task<Answer>> run)
    {
        var shared = new ServerOptions();
        var command = new Command(name, description);
        if (id is not null) command.Arguments.Add(id);
        if (force is not null) command.Options.Add(force);
        shared.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = id is null ? "" : RequireId(parsed.GetValue(id)!, "ID");
            using var server = shared.Connect(parsed, host);
            var answer = await run(server, given, force is not null && parsed.GetValue(force), cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(shared.Json)) JsonReport.Write(host, answer.Json);
            else answer.Text(host.Output);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Checks an id given on the command line.</summary>
    /// <exception cref="UsageException">It is not one.</exception>
    internal static string RequireId(string id, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(id);
        return Loader.Id.IsValid(utf8) ? id : throw new UsageException($"{name}: {Loader.Id.Fault(utf8)} (ids are 1 to 64 bytes of UTF-8)");
    }

    private sealed record Answer(Action<TextWriter> Text, Action<System.Text.Json.Utf8JsonWriter> Json);
}
