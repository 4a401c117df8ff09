using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Keeps count of what a server has stored and refused, and turns its refusals into faults with their place. Thread-safe.</summary>
/// <param name="faults">Takes them.</param>
/// <param name="whole">Counts along, for all servers of a load. Null: there is one.</param>
internal sealed class LoadLedger(FaultLog faults, LoadLedger? whole = null)
{
    private long _sent;
    private long _skipped;
    private long _known;

    /// <summary>Sets acknowledged in this run.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Sets that the server had from a run before.</summary>
    public long Skipped => Volatile.Read(ref _skipped);

    /// <summary>Sets that the server refused, as far as known here.</summary>
    public long Refused => Volatile.Read(ref _known);

    public void Acknowledged(Chunk chunk, LoadOfferSetsResponse response)
    {
        Count(chunk.Sets, 0, response.Rejected.Count);
        foreach (var rejected in response.Rejected) faults.Add(new InputFault(chunk.Place(rejected.Index), rejected.Message, Remedy(rejected.Reason)), byServer: true);
    }

    public void Skip(Chunk chunk) => Count(0, chunk.Sets, 0);

    /// <summary>
    /// Compares with the server's own count: refusals of a run before, or whose acknowledgement was lost in a cut, count too, though
    /// their rows are not known here. Returns how many were new.
    /// </summary>
    public long Reconcile(Generation generation)
    {
        var unseen = generation.Rejected - Refused;
        if (unseen <= 0) return 0;
        Count(0, 0, unseen);
        faults.AddUnseen(unseen);
        return unseen;
    }

    private void Count(long sent, long skipped, long known)
    {
        Interlocked.Add(ref _sent, sent);
        Interlocked.Add(ref _skipped, skipped);
        Interlocked.Add(ref _known, known);
        whole?.Count(sent, skipped, known);
    }

    /// <summary>What to do about a set that the server refused.</summary>
    public static string Remedy(RejectReason reason) => reason switch
    {
        RejectReason.DuplicateMember => "put the member's rows together, and each member into the file once",
        RejectReason.UnknownOffer => "add the offer to the catalogue or take it out here",
        RejectReason.TooManyOffers => "keep the best 64 offers",
        RejectReason.TooManyAffinities => "keep the best 64 affinities",
        RejectReason.MemberId => "ids are 1 to 64 bytes of UTF-8",
        RejectReason.Score => "scores are finite numbers",
        RejectReason.Empty => "leave the member out",
        RejectReason.OtherShard => "load through the loader, which sends each member to the node that owns it",
        _ => "correct the set",
    };
}
