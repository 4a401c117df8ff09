using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>
/// All generations and their life: loading, sealed, current, retired, failed. What is on disk is the truth, what is in memory follows it.
/// </summary>
public sealed class GenerationRegistry : IDisposable
{
    private readonly StoreOptions _options;
    private readonly ErasureLog _erasures;
    private readonly ILogger _log;

    // Changes of state one after the other; some take long (fsync, retiring).
    private readonly Lock _lifecycle = new();

    private readonly GenerationTable _table = new();
    private readonly GenerationMemory _memory;
    private readonly GenerationLoads _loads;
    private readonly GenerationSuccession _succession;
    private readonly GenerationImport _import;
    private readonly GenerationExtension _extension;

    /// <summary>Makes a registry over a folder; call <see cref="Recover"/> before anything else.</summary>
    /// <param name="options">Where they are, and how large one may be.</param>
    /// <param name="serving">Takes what is current.</param>
    /// <param name="clock">Tells when loads begin.</param>
    /// <param name="log">The log.</param>
    /// <param name="erasures">Who was erased, complete before <see cref="Recover"/>. Null: nobody ever is.</param>
    /// <param name="early">Has begun to read what is current. Null: nobody has.</param>
    public GenerationRegistry(StoreOptions options, Serving serving, TimeProvider clock, ILogger<GenerationRegistry> log, ErasureLog? erasures = null, EarlyRead? early = null)
    {
        (_options, _log) = (options, log);
        _erasures = erasures ?? new ErasureLog();
        _memory = new GenerationMemory(options, _table, _erasures, early, log);
        _loads = new GenerationLoads(options, _table, _memory, _erasures, clock, log);
        _succession = new GenerationSuccession(options, _table, _memory, serving, clock, log);
        _import = new GenerationImport(options, _table, _memory, _lifecycle, log);
        _extension = new GenerationExtension(_table, _lifecycle, _erasures, log);
    }

    /// <summary>All generations, the youngest first.</summary>
    public IReadOnlyList<GenerationInfo> List() => _table.List();

    /// <summary>One generation.</summary>
    /// <exception cref="GenerationException">There is none of that id.</exception>
    public GenerationInfo Get(string id) => _table.Get(id);

    /// <summary>Those in memory.</summary>
    public IReadOnlyList<Generation> InMemory => _table.Open();

    /// <summary>Finds what is on disk, and serves again what served before: the current generation, or, where that is damaged, the one before it.</summary>
    /// <param name="serves">Called once decisions can be made, or never will be without a load: what there is to roll back to is read after that.</param>
    /// <param name="truth">Which truth says what was put into generations; what their logs hold of another one, or of none, is put aside. Empty: their logs say it.</param>
    /// <param name="stop">Ends the reading: a server that is told to stop need not read on.</param>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public void Recover(Action? serves = null, string truth = "", CancellationToken stop = default)
    {
        lock (_lifecycle)
        {
            _memory.Truth = truth;
            Directory.CreateDirectory(_options.Directory);
            GenerationImport.CleanUp(_options.Directory);
            ShardExtract.CleanUp(_options.Directory);
            foreach (GenerationSlot slot in GenerationScan.Find(_options.Directory))
            {
                _table.Add(slot);
                if (slot.Failure.Length > 0 && !slot.CanBeForced)
                {
                    Log.GenerationDamaged(_log, slot.Folder.Id, slot.Failure);
                }
            }

            _succession.Recover(serves, stop);
        }
    }

    /// <summary>Opens a generation for loading, or takes up a load that was cut.</summary>
    /// <param name="id">1 to 64 bytes of UTF-8.</param>
    /// <param name="expectedOfferSets">Sets to come, about; 0: unknown.</param>
    /// <param name="resume">Take up rather than open.</param>
    /// <param name="source">The loader's description of what it sends; the same at resume.</param>
    /// <param name="shards">The shards whose members' sets it takes; a load that is taken up keeps those it began with. Null: those of all members.</param>
    /// <exception cref="GenerationException">The id is taken, the load cannot be taken up, or the disk is full.</exception>
    public BegunLoad Begin(string id, long expectedOfferSets, bool resume, string source, ShardSet? shards = null)
    {
        lock (_lifecycle)
        {
            return _loads.Begin(id, expectedOfferSets, resume, source, shards);
        }
    }

    /// <summary>The load of a generation, for its offers and sets.</summary>
    /// <exception cref="GenerationException">There is none, it is not loading, or another loader has taken it over.</exception>
    public LoadSession Load(string id, string token) => _loads.Find(id, token);

    /// <summary>Ends loading: makes the generation durable and runs the gates.</summary>
    /// <returns>The generation, sealed, or failed at a gate.</returns>
    /// <exception cref="GenerationException">It is not loading, has no catalogue, or the disk is full.</exception>
    public GenerationInfo Seal(string id, string token, SealRequest request)
    {
        lock (_lifecycle)
        {
            return _loads.Seal(id, token, request);
        }
    }

    /// <summary>Makes a generation current by one exchange. A generation whose gates failed needs <paramref name="force"/>.</summary>
    /// <returns>The generation, and the id of the one before (empty: none).</returns>
    /// <exception cref="GenerationException">It is not sealed, has failed, or the disk is full; nothing was changed.</exception>
    public (GenerationInfo Generation, string Previous) Publish(string id, bool force)
    {
        lock (_lifecycle)
        {
            return _succession.Publish(id, force);
        }
    }

    /// <summary>Reads a generation into memory that is about to be published, if it is not there.</summary>
    /// <exception cref="GenerationException">It is not complete, or damaged, or there is no room.</exception>
    public void Prepare(string id)
    {
        lock (_lifecycle)
        {
            _memory.Open(_table.Slot(id));
        }
    }

    /// <summary>Makes the previous generation current again.</summary>
    /// <returns>The generation, and the id of the one before.</returns>
    /// <exception cref="GenerationException">There is none, or the disk is full; nothing was changed.</exception>
    public (GenerationInfo Generation, string Previous) Rollback()
    {
        lock (_lifecycle)
        {
            return _succession.Rollback();
        }
    }

    /// <summary>The files of a complete generation as it was sealed, to be handed on to another node.</summary>
    /// <exception cref="GenerationException">There is none of that id, it is not complete, or it is damaged.</exception>
    public GenerationFiles Files(string id)
    {
        GenerationSlot slot = _table.Slot(id);
        return slot.Manifest is { } manifest
            ? new GenerationFiles(slot.Folder, manifest)
            : throw slot.Refuse(slot.Failure.Length > 0 ? slot.Failure : "it is not sealed yet");
    }

    /// <summary>Makes a generation of some shards of a complete one, as it was sealed, to be handed on to another node. Takes as long as reading its files; run it on a <see cref="SideThread"/>.</summary>
    /// <exception cref="GenerationException">There is none of that id, it is not complete or not in memory, or it does not hold these shards.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public ShardExtract Extract(string id, ShardSet shards, CancellationToken stop)
    {
        GenerationSlot slot = _table.Slot(id);
        if (slot.Manifest is null)
        {
            throw slot.Refuse(slot.Failure.Length > 0 ? slot.Failure : "it is not sealed yet");
        }

        return slot.Generation is { } generation && generation.TryAcquire()
            ? ShardExtract.Make(_options.Directory, slot.Folder, generation, _erasures, shards, stop)
            : throw slot.Refuse("it is not in memory here; ask another node");
    }

    /// <summary>
    /// Takes in a generation that has come from elsewhere: reads it into memory by the code of a restart, which verifies every byte, and makes its folder
    /// one of this node's by one rename. It takes the place of a damaged one of the same id. What serves is not touched. Takes as long as a restart; run it on a <see cref="SideThread"/>.
    /// Where other shards of the same generation are here, these join them.
    /// </summary>
    /// <returns>The generation, sealed (or failed at a gate, as it was where it came from).</returns>
    /// <exception cref="GenerationException">It is incomplete or damaged, the id is taken by another content, or there is no room; nothing was changed.</exception>
    /// <exception cref="IOException">The disk failed; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop; nothing was changed.</exception>
    public GenerationInfo Import(StagedGeneration staged, CancellationToken stop = default)
    {
        if (_extension.Extends(staged))
        {
            _extension.Run(staged, stop);
        }
        else if (_import.Run(staged, stop) is { } generation)
        {
            // Whoever was erased while it was read in.
            _memory.Follow(generation);
        }

        return Get(staged.Id);
    }

    /// <summary>Removes a generation that is not current from memory and disk.</summary>
    /// <exception cref="GenerationException">There is none of that id, it is current, or the disk failed.</exception>
    public void Drop(string id)
    {
        lock (_lifecycle)
        {
            _succession.Drop(_table.Slot(id));
        }
    }

    /// <summary>
    /// Takes what the generations in memory hold of members erased since the last time. Others follow before they serve: when they are sealed, opened or published.
    /// Waits for writers of single sets, which wait for the disk.
    /// </summary>
    public void FollowErasures()
    {
        foreach (Generation generation in _table.Open())
        {
            _memory.Follow(generation);
        }
    }

    /// <summary>A sum over what was put into the current generation since it was sealed, as it is in memory; 0: nothing was.</summary>
    public ulong ChangesDigest()
    {
        if (_table.Current?.Generation is not { } generation || !generation.TryAcquire())
        {
            return 0;
        }

        try
        {
            return generation.ChangesDigest();
        }
        finally
        {
            generation.Release();
        }
    }

    /// <summary>Ends loads under way (they can be resumed) and closes files.</summary>
    public void Dispose()
    {
        lock (_lifecycle)
        {
            _table.CloseLoads();
        }
    }
}
