using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>
/// All generations and their life: loading, sealed, current, retired, failed. What is on disk is the truth, what is in memory follows it.
/// </summary>
public sealed class GenerationRegistry : IDisposable
{
    private readonly StoreOptions _options;
    private readonly Serving _serving;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly PointerFile _pointer;
    private readonly ErasureLog _erasures;
    private readonly EarlyRead? _early;

    // Changes of state one after the other; some take long (fsync, retiring).
    private readonly Lock _lifecycle = new();

    private readonly GenerationTable _table = new();

    // Which truth says what was put into generations; empty: their own logs do.
    private string _truth = "";
    private readonly MemoryBudget _memory;
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
        _early = early;
        (_options, _serving, _clock, _log) = (options, serving, clock, log);
        _erasures = erasures ?? new ErasureLog();
        _pointer = new PointerFile(options.Directory);
        _memory = new MemoryBudget(options, _table);
        _import = new GenerationImport(options, _table, _memory, _lifecycle, LetGo, log);
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
            _truth = truth;
            System.IO.Directory.CreateDirectory(_options.Directory);
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

            var faults = new List<string>();
            ServingPointer? pointer = _pointer.Read(faults);
            foreach (string fault in faults)
            {
                Log.PointerDamaged(_log, fault);
            }

            // 1. What is current, first: then decisions can be made.
            GenerationSlot? current = Reopen(pointer?.Current, stop), previous = null;
            if (current is null)
            {
                current = Reopen(pointer?.Previous, stop);
                if (current is not null)
                {
                    Log.PreviousServes(_log, pointer!.Current, current.Folder.Id);
                    _pointer.Write(current.Folder.Id, null, _clock.GetUtcNow());
                }
            }

            if (current is not null)
            {
                current.PublishedAt = pointer!.PublishedAt;
                Serve(current);
            }

            serves?.Invoke();

            // 2. What to roll back to; where there is no room for it, it stays in its files until it is asked for.
            if (current is not null)
            {
                previous = pointer!.Previous == current.Folder.Id ? null : Keep(pointer.Previous, stop);
                _table.MakePrevious(previous);
                Log.Recovered(_log, current.Folder.Id, previous?.Folder.Id ?? "none");
            }
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
            string token = RandomNumberGenerator.GetHexString(32, lowercase: true);
            GenerationSlot slot = resume ? TakeUp(id, source, token) : Open(id, expectedOfferSets, source, token, shards);
            Log.LoadBegun(_log, id, resume);
            return new BegunLoad(Get(id), token, slot.Session!.Positions, slot.Session.Catalogue is not null);
        }
    }

    /// <summary>The load of a generation, for its offers and sets.</summary>
    /// <exception cref="GenerationException">There is none, it is not loading, or another loader has taken it over.</exception>
    public LoadSession Load(string id, string token)
    {
        GenerationSlot slot = _table.Slot(id);
        if (slot.State != GenerationState.Loading || slot.Session is not { } session)
        {
            throw WrongState(slot, slot.State switch
            {
                GenerationState.Loading => "take its load up with resume first",
                GenerationState.Failed => slot.Failure,
                _ => "it is not loading",
            });
        }

        session.RequireOpen(token);
        return session;
    }

    /// <summary>Ends loading: makes the generation durable and runs the gates.</summary>
    /// <returns>The generation, sealed, or failed at a gate.</returns>
    /// <exception cref="GenerationException">It is not loading, has no catalogue, or the disk is full.</exception>
    public GenerationInfo Seal(string id, string token, SealRequest request)
    {
        lock (_lifecycle)
        {
            GenerationSlot slot = Require(id, GenerationState.Loading, "it is not loading");
            LoadSession session = Load(id, token);
            if (session.Catalogue is not { } catalogue)
            {
                throw WrongState(slot, "it has no catalogue; call LoadOffers first");
            }

            session.Close();
            try
            {
                (IReadOnlyList<SegmentFile> segments, Statistics statistics) = session.Complete();
                slot.Manifest = Sealing.Describe(session.Manifest, segments, statistics, catalogue, session.Sets!, request, _table.Current?.Generation, _clock.GetUtcNow());
                slot.Folder.Write(slot.Manifest);
                DeltaLog.TryOpen(slot.Folder.Path, static (in BlockHeader _, ReadOnlyMemory<byte> _) => { }, out DeltaLog delta, out _);
                slot.Generation = new Generation(slot.Manifest, catalogue, session.TakeSets(), delta, slot.Load!.Begun, PutPosition.None, 0);
            }
            catch (IOException fault)
            {
                slot.Manifest = null;
                Fail(slot, $"the segment files cannot be written: {fault.Message}");
                throw new GenerationException(GenerationError.StorageFull, $"generation '{id}' has failed: {slot.Failure}");
            }

            _table.Change(() =>
            {
                slot.Session = null;
                slot.State = slot.Manifest.Passed ? GenerationState.Sealed : GenerationState.Failed;
                slot.Failure = slot.Manifest.Passed ? "" : Sealing.DescribeFailure(slot.Manifest);
            });

            session.Dispose();
            Log.Sealed(_log, id, slot.State, slot.Manifest.Counts.OfferSets, slot.Failure);
            return Get(id);
        }
    }

    /// <summary>Makes a generation current by one exchange. A generation whose gates failed needs <paramref name="force"/>.</summary>
    /// <returns>The generation, and the id of the one before (empty: none).</returns>
    /// <exception cref="GenerationException">It is not sealed, has failed, or the disk is full; nothing was changed.</exception>
    public (GenerationInfo Generation, string Previous) Publish(string id, bool force)
    {
        lock (_lifecycle)
        {
            GenerationSlot slot = _table.Slot(id);
            switch (slot.State)
            {
                case GenerationState.Current:
                    return (Get(id), _table.Previous?.Folder.Id ?? "");
                case GenerationState.Loading:
                    throw WrongState(slot, "it is not sealed yet");
                case GenerationState.Failed when !(slot.CanBeForced && force):
                    throw WrongState(slot, slot.Failure + (slot.CanBeForced ? "; publish it by force, or drop it and load it again" : "; drop it and load it again"));
                case GenerationState.Failed:
                    Log.PublishedByForce(_log, id, slot.Failure);
                    break;
            }

            string before = _table.Current?.Folder.Id ?? "";
            MakeCurrent(slot);
            Log.Published(_log, id, before);
            return (Get(id), before);
        }
    }

    /// <summary>Reads a generation into memory that is about to be published, if it is not there.</summary>
    /// <exception cref="GenerationException">It is not complete, or damaged, or there is no room.</exception>
    public void Prepare(string id)
    {
        lock (_lifecycle)
        {
            OpenSlot(_table.Slot(id));
        }
    }

    /// <summary>Makes the previous generation current again.</summary>
    /// <returns>The generation, and the id of the one before.</returns>
    /// <exception cref="GenerationException">There is none, or the disk is full; nothing was changed.</exception>
    public (GenerationInfo Generation, string Previous) Rollback()
    {
        lock (_lifecycle)
        {
            if (_table.Previous is not { } slot)
            {
                throw new GenerationException(GenerationError.WrongState, "there is no previous generation to roll back to");
            }

            string before = _table.Current!.Folder.Id;
            MakeCurrent(slot);
            Log.RolledBack(_log, slot.Folder.Id, before);
            return (Get(slot.Folder.Id), before);
        }
    }

    /// <summary>The files of a complete generation as it was sealed, to be handed on to another node.</summary>
    /// <exception cref="GenerationException">There is none of that id, it is not complete, or it is damaged.</exception>
    public GenerationFiles Files(string id)
    {
        GenerationSlot slot = _table.Slot(id);
        return slot.Manifest is { } manifest
            ? new GenerationFiles(slot.Folder, manifest)
            : throw WrongState(slot, slot.Failure.Length > 0 ? slot.Failure : "it is not sealed yet");
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
            throw WrongState(slot, slot.Failure.Length > 0 ? slot.Failure : "it is not sealed yet");
        }

        return slot.Generation is { } generation && generation.TryAcquire()
            ? ShardExtract.Make(_options.Directory, slot.Folder, generation, _erasures, shards, stop)
            : throw WrongState(slot, "it is not in memory here; ask another node");
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
            Follow(generation);
        }

        return Get(staged.Id);
    }

    /// <summary>Removes a generation that is not current from memory and disk.</summary>
    /// <exception cref="GenerationException">There is none of that id, it is current, or the disk failed.</exception>
    public void Drop(string id)
    {
        lock (_lifecycle)
        {
            GenerationSlot slot = _table.Slot(id);
            if (slot.Incoming > 0)
            {
                throw WrongState(slot, "it is being read in from another node's files; try again when that is done");
            }

            if (slot == _table.Current)
            {
                throw WrongState(slot, "it is current; publish or roll back to another one first");
            }

            if (slot == _table.Previous)
            {
                WritePointer(_table.Current!.Folder.Id, null, _table.Current.PublishedAt!.Value);
            }

            Remove(slot);
            Log.Dropped(_log, id);
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
            Follow(generation);
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

    private GenerationSlot Require(string id, GenerationState state, string otherwise)
    {
        GenerationSlot slot = _table.Slot(id);
        return slot.State == state ? slot : throw WrongState(slot, otherwise);
    }

    private static GenerationException WrongState(GenerationSlot slot, string what) =>
        new(GenerationError.WrongState, $"generation '{slot.Folder.Id}' is {slot.State.ToString().ToUpperInvariant()}: {what}");

    private GenerationSlot Open(string id, long expectedOfferSets, string source, string token, ShardSet? shards)
    {
        if (_table.TryFind(id, out GenerationSlot taken))
        {
            throw new GenerationException(GenerationError.AlreadyExists,
                $"generation '{id}' exists and is {taken.State.ToString().ToUpperInvariant()}; "
                + (taken.State == GenerationState.Loading ? "another loader may be at work: take its load up with resume, or drop it" : "choose another id, or drop it"));
        }

        long maxBytes = _memory.MakeRoom(id, expectedOfferSets, LetGo);
        GenerationFolder folder = GenerationFolder.Of(_options.Directory, id);
        ErasurePosition begun = _erasures.End;
        var load = new LoadManifest(id, expectedOfferSets, source, _clock.GetUtcNow(), begun.Count, begun.Stamp, shards);
        try
        {
            folder.Create();
            folder.Write(load);
        }
        catch (IOException fault)
        {
            folder.Delete();
            throw new GenerationException(GenerationError.StorageFull, $"generation '{id}' cannot be opened: {fault.Message}");
        }

        var slot = new GenerationSlot(folder, load);
        slot.Session = new LoadSession(load, token, new SegmentWriter(folder.Path, []), maxBytes, reason => Fail(slot, reason));
        _table.Add(slot);
        return slot;
    }

    private GenerationSlot TakeUp(string id, string source, string token)
    {
        GenerationSlot slot = Require(id, GenerationState.Loading, "only a generation that is loading can be resumed");
        if (slot.Incoming > 0)
        {
            throw WrongState(slot, "it comes from another node; there is nothing to resume");
        }

        if (slot.Load!.Source != source)
        {
            throw WrongState(slot, $"its load was begun from another source ({slot.Load.Source}); resume with the same files and settings, or drop it");
        }

        if (slot.Session is { } session)
        {
            session.TakeOver(token);
        }
        else
        {
            long maxBytes = _memory.MakeRoom(id, slot.Load.ExpectedOfferSets, LetGo);
            LoadSession resumed = GenerationReader.Resume(slot.Folder, slot.Load, token, maxBytes, reason => Fail(slot, reason));
            _table.Change(() => slot.Session = resumed);
        }

        return slot;
    }

    // Called from within a load; the memory is given back once its other streams have noticed.
    private void Fail(GenerationSlot slot, string reason)
    {
        LoadSession? session = null;
        _table.Change(() =>
        {
            (slot.State, slot.Failure) = (GenerationState.Failed, reason);
            (session, slot.Session) = (slot.Session, null);
        });

        Log.LoadFailed(_log, slot.Folder.Id, reason);
        _ = SideThread.RunAlone(() =>
        {
            session?.Dispose();
            MemoryReturn.ToSystem();
            return true;
        });
    }

    private void MakeCurrent(GenerationSlot slot)
    {
        // 1. In memory, if it is not.
        OpenSlot(slot);

        // 2. Truth, then serving.
        slot.PublishedAt = _clock.GetUtcNow();
        WritePointer(slot.Folder.Id, _table.Current?.Folder.Id, slot.PublishedAt.Value);
        GenerationSlot? oldest = _table.Previous == slot ? null : _table.Previous;
        GenerationSlot? before = _table.Current;
        Serve(slot);
        _table.MakePrevious(before);

        // 3. The one before the previous has served its time.
        if (oldest is not null)
        {
            Remove(oldest);
        }
    }

    // It was sealed before a restart, or let go for want of room.
    private void OpenSlot(GenerationSlot slot)
    {
        if (slot.Generation is null && slot.Manifest is { } manifest)
        {
            _memory.MakeRoom(slot.Folder.Id, manifest.Counts.OfferSets, LetGo);
        }

        if (slot.Generation is null && Reopen(slot.Folder.Id, CancellationToken.None) is null)
        {
            throw WrongState(slot, slot.Failure);
        }
    }

    private void Serve(GenerationSlot slot)
    {
        Follow(slot.Generation!);
        _serving.Publish(slot.Generation!);
        _table.MakeCurrent(slot);
    }

    private GenerationSlot? Keep(string? id, CancellationToken stop) =>
        id is null || !_table.TryFind(id, out GenerationSlot slot) || slot.Manifest is null ? null
        : _memory.HasRoom(id, slot.Manifest.Counts.OfferSets) ? Reopen(id, stop)
        : slot;

    // From memory only: the files stay, and a roll back reads them.
    private void LetGo(GenerationSlot slot)
    {
        Generation generation = slot.Generation!;
        Log.LetGo(_log, slot.Folder.Id, generation.MemoryBytes >> 20);
        _table.Change(() => slot.Generation = null);
        generation.Retire();
    }

    private GenerationSlot? Reopen(string? id, CancellationToken stop)
    {
        if (id is null || !_table.TryFind(id, out GenerationSlot slot) || slot.Manifest is null)
        {
            return null;
        }

        slot.Generation ??= OfTruth(_early?.Take(id, stop) ?? Read());
        return slot.Generation is null ? null : slot;

        Generation? Read() =>
            GenerationReader.Open(slot.Folder, _options.MaxGenerationBytes, slot.Load?.Begun ?? default, stop, out string fault) ?? Damaged(fault);

        // What was put by a history that does not exist any more, or while this server was alone, other nodes do not have.
        Generation? OfTruth(Generation? generation)
        {
            if (generation is null || _truth.Length == 0 || !generation.IsChanged || generation.Puts.Truth == _truth)
            {
                return generation;
            }

            generation.Retire();
            Log.ChangesPutAside(_log, id, DeltaLog.PutAside(slot.Folder.Path));
            return Read();
        }

        Generation? Damaged(string fault)
        {
            _table.Change(() => (slot.State, slot.Failure, slot.Manifest) = (GenerationState.Failed, fault, null));

            Log.GenerationDamaged(_log, id, fault);
            return null;
        }
    }

    private void Follow(Generation generation)
    {
        if (!generation.TryAcquire())
        {
            return;
        }

        try
        {
            generation.Follow(_erasures);
        }
        finally
        {
            generation.Release();
        }
    }

    private void Remove(GenerationSlot slot)
    {
        _table.Remove(slot);
        slot.Session?.Dispose();
        slot.Generation?.Retire();
        slot.Folder.Delete();
        if (slot.Session is not null)
        {
            MemoryReturn.ToSystem();
        }
    }

    private void WritePointer(string current, string? previous, DateTimeOffset publishedAt)
    {
        try
        {
            _pointer.Write(current, previous, publishedAt);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new GenerationException(GenerationError.StorageFull, $"which generation is current cannot be written, so nothing was changed: {fault.Message}");
        }
    }
}
