using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Store;

/// <summary>Loads under way: begun or taken up again after a cut, given to those who send, and sealed in the end. Called under the lock of the life cycle, but for <see cref="Find"/>.</summary>
internal sealed class GenerationLoads(StoreOptions options, GenerationTable table, GenerationMemory memory, ErasureLog erasures, TimeProvider clock, ILogger log)
{
    /// <inheritdoc cref="GenerationRegistry.Begin"/>
    public BegunLoad Begin(string id, long expectedOfferSets, bool resume, string source, ShardSet? shards)
    {
        string token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        GenerationSlot slot = resume ? TakeUp(id, source, token) : Open(id, expectedOfferSets, source, token, shards);
        Log.LoadBegun(log, id, resume);
        return new BegunLoad(table.Get(id), token, slot.Session!.Positions, slot.Session.Catalogue is not null);
    }

    /// <inheritdoc cref="GenerationRegistry.Load"/>
    public LoadSession Find(string id, string token)
    {
        GenerationSlot slot = table.Slot(id);
        if (slot.State != GenerationState.Loading || slot.Session is not { } session)
        {
            throw slot.Refuse(slot.State switch
            {
                GenerationState.Loading => "take its load up with resume first",
                GenerationState.Failed => slot.Failure,
                _ => "it is not loading",
            });
        }

        session.RequireOpen(token);
        return session;
    }

    /// <inheritdoc cref="GenerationRegistry.Seal"/>
    public GenerationInfo Seal(string id, string token, SealRequest request)
    {
        GenerationSlot slot = Require(id, "it is not loading");
        LoadSession session = Find(id, token);
        if (session.Catalogue is not { } catalogue)
        {
            throw slot.Refuse("it has no catalogue; call LoadOffers first");
        }

        session.Close();
        try
        {
            (IReadOnlyList<SegmentFile> segments, Statistics statistics) = session.Complete();
            slot.Manifest = Sealing.Describe(session.Manifest, segments, statistics, catalogue, session.Sets!, request, table.Current?.Generation, clock.GetUtcNow());
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

        table.Change(() =>
        {
            slot.Session = null;
            slot.State = slot.Manifest.Passed ? GenerationState.Sealed : GenerationState.Failed;
            slot.Failure = slot.Manifest.Passed ? "" : Sealing.DescribeFailure(slot.Manifest);
        });

        session.Dispose();
        Log.Sealed(log, id, slot.State, slot.Manifest.Counts.OfferSets, slot.Failure);
        return table.Get(id);
    }

    private GenerationSlot Open(string id, long expectedOfferSets, string source, string token, ShardSet? shards)
    {
        if (table.TryFind(id, out GenerationSlot taken))
        {
            throw new GenerationException(GenerationError.AlreadyExists,
                $"generation '{id}' exists and is {taken.State.ToString().ToUpperInvariant()}; "
                + (taken.State == GenerationState.Loading ? "another loader may be at work: take its load up with resume, or drop it" : "choose another id, or drop it"));
        }

        long maxBytes = memory.MakeRoom(id, expectedOfferSets);
        GenerationFolder folder = GenerationFolder.Of(options.Directory, id);
        ErasurePosition begun = erasures.End;
        var load = new LoadManifest(id, expectedOfferSets, source, clock.GetUtcNow(), begun.Count, begun.Stamp, shards);
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
        table.Add(slot);
        return slot;
    }

    private GenerationSlot TakeUp(string id, string source, string token)
    {
        GenerationSlot slot = Require(id, "only a generation that is loading can be resumed");
        if (slot.Incoming > 0)
        {
            throw slot.Refuse("it comes from another node; there is nothing to resume");
        }

        if (slot.Load!.Source != source)
        {
            throw slot.Refuse($"its load was begun from another source ({slot.Load.Source}); resume with the same files and settings, or drop it");
        }

        if (slot.Session is { } session)
        {
            session.TakeOver(token);
        }
        else
        {
            long maxBytes = memory.MakeRoom(id, slot.Load.ExpectedOfferSets);
            LoadSession resumed = GenerationReader.Resume(slot.Folder, slot.Load, token, maxBytes, reason => Fail(slot, reason));
            table.Change(() => slot.Session = resumed);
        }

        return slot;
    }

    // Called from within a load; the memory is given back once its other streams have noticed.
    private void Fail(GenerationSlot slot, string reason)
    {
        LoadSession? session = null;
        table.Change(() =>
        {
            (slot.State, slot.Failure) = (GenerationState.Failed, reason);
            (session, slot.Session) = (slot.Session, null);
        });

        Log.LoadFailed(log, slot.Folder.Id, reason);
        _ = SideThread.RunAlone(() =>
        {
            session?.Dispose();
            MemoryReturn.ToSystem();
            return true;
        });
    }

    private GenerationSlot Require(string id, string otherwise)
    {
        GenerationSlot slot = table.Slot(id);
        return slot.State == GenerationState.Loading ? slot : throw slot.Refuse(otherwise);
    }
}
