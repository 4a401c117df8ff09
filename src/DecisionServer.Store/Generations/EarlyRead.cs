namespace DecisionServer.Store;

/// <summary>
/// Reads the generation that served last while the rest of the server is still being put together: a thread of its own from the process's first moments on.
/// </summary>
/// <remarks>A shortcut, nothing more: whatever keeps it from a whole generation is left for <see cref="GenerationRegistry.Recover"/> to find again and to tell.</remarks>
public sealed class EarlyRead : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StoreOptions _options;
    private readonly Thread _thread;
    private Generation? _generation;

    private EarlyRead(StoreOptions options)
    {
        _options = options;
        _thread = new Thread(Read) { IsBackground = true, Name = "early-read" };
        _thread.UnsafeStart();
    }

    /// <summary>Begins. Nobody else may use the folder meanwhile.</summary>
    public static EarlyRead Begin(StoreOptions options) => new(options);

    /// <summary>Waits for the generation of this id and hands it over, once. Null: it was not to be had.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    internal Generation? Take(string id, CancellationToken stop)
    {
        using (stop.UnsafeRegister(static early => ((EarlyRead)early!)._stop.Cancel(), this))
        {
            _thread.Join();
        }

        stop.ThrowIfCancellationRequested();
        return _generation?.Id == id ? Interlocked.Exchange(ref _generation, null) : null;
    }

    /// <summary>Ends reading.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Read()
    {
        try
        {
            if (new PointerFile(_options.Directory).Read([]) is { } pointer)
            {
                GenerationFolder folder = GenerationFolder.Of(_options.Directory, pointer.Current);
                ErasurePosition begun = folder.TryRead(out LoadManifest load, out _) ? load.Begun : default;
                _generation = GenerationReader.Open(folder, _options.MaxGenerationBytes, begun, _stop.Token, out _);
            }
        }
        catch (Exception)
        {
            // Recover comes by the same place and tells. Here nobody would hear it.
        }
    }
}
