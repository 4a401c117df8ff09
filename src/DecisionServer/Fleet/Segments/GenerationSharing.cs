using DecisionServer.Store;

namespace DecisionServer.Fleet.Segments;

/// <summary>Puts generations of this node into the shared directory and removes them from there, where there is one. Works on threads that give way to decisions.</summary>
public sealed class GenerationSharing(GenerationRegistry generations, TransferOptions options, ILogger<GenerationSharing> logger)
{
    /// <summary>Whether there is a shared directory.</summary>
    public bool IsUsed => options.SharedDirectory.Length > 0;

    /// <summary>Puts a complete generation there, unless it is there already. Where that fails it is logged: nodes can still fetch it from each other.</summary>
    public Task Offer(string id) => Run(id, shared => shared.Offer(generations.Files(id)));

    /// <summary>Removes a generation from there, once the fleet has dropped it.</summary>
    public Task Remove(string id) => Run(id, shared => shared.Remove(id));

    private Task Run(string id, Action<SharedGenerations> act) => !IsUsed ? Task.CompletedTask : SideThread.RunAlone(() =>
    {
        try
        {
            Directory.CreateDirectory(options.SharedDirectory);
            act(new SharedGenerations(options.SharedDirectory));
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or GenerationException)
        {
            Log.NotShared(logger, id, fault.Message);
            return false;
        }
    });
}
