using System.Globalization;

namespace DecisionServer.Store;

/// <summary>The checks a generation has to pass at seal before it can be published.</summary>
internal static class Gates
{
    private const int CoverageSample = 20_000;

    public static IReadOnlyList<Gate> Run(GenerationCounts counts, OfferSetStore sets, SealRequest request, Generation? current, ShardSet? shards = null)
    {
        long sent = counts.OfferSets + counts.AffinitySets + counts.Rejected;
        var gates = new List<Gate>
        {
            Count("offer-count", "offers", counts.Offers, request.Offers, 0),
            Count("offer-set-count", "offer sets", counts.OfferSets, request.OfferSets, counts.Rejected),
            Count("affinity-set-count", "affinity sets", counts.AffinitySets, request.AffinitySets, counts.Rejected),
            Rejected(counts.Rejected + request.RejectedByLoader, sent + request.RejectedByLoader, request.MaxRejected),
            Coverage(sets, request.MinCoverage, current, shards),
            Range(counts, request),
            Drift(counts, request.MaxDrift, current),
        };
        return gates;
    }

    private static Gate Count(string name, string what, long found, long? sent, long rejected)
    {
        if (what == "offer sets" && found == 0 && sent is null or 0)
        {
            return new Gate(name, false, 0, 1, "there are no offer sets at all");
        }

        // A refused set may have been one of either kind, so refusals widen the bound rather than shift it.
        bool passed = sent is null || (found <= sent && found >= sent - rejected);
        return new Gate(name, passed, found, sent ?? found, sent is null
            ? Text($"{found} {what}, the loader did not say how many it sent")
            : Text($"{found} {what} of {sent} sent{(rejected > 0 ? $", {rejected} sets refused" : "")}"));
    }

    private static Gate Rejected(long rejected, long sent, double max)
    {
        double share = sent == 0 ? 0 : (double)rejected / sent;
        return new Gate("rejected-rows", share <= max, share, max, Text($"{rejected} of {sent} sets refused, {max:P2} allowed at most"));
    }

    private static Gate Coverage(OfferSetStore sets, double min, Generation? current, ShardSet? shards)
    {
        // The current one may still hold shards that have moved to other nodes since.
        IReadOnlyList<MemberKey> sample = [.. (current?.Sample(CoverageSample) ?? []).Where(member => shards is null || shards.Holds(member))];
        if (sample.Count == 0)
        {
            return new Gate("coverage", true, 1, min, "nothing to compare with: no generation is current");
        }

        int covered = 0;
        foreach (MemberKey member in sample)
        {
            covered += sets.Contains(member) ? 1 : 0;
        }

        double share = (double)covered / sample.Count;
        return new Gate("coverage", share >= min, share, min,
            Text($"{share:P1} of a sample of {sample.Count} members of '{current!.Id}' are in it, {min:P1} demanded at least"));
    }

    private static Gate Range(GenerationCounts counts, SealRequest request)
    {
        bool low = request.MinScore is { } min && counts.LowestScore < min;
        bool high = request.MaxScore is { } max && counts.HighestScore > max;
        return new Gate("score-range", !low && !high,
            high ? counts.HighestScore : counts.LowestScore,
            (high ? request.MaxScore : request.MinScore) ?? counts.LowestScore,
            Text($"scores from {counts.LowestScore} to {counts.HighestScore}, allowed from {request.MinScore?.ToString(CultureInfo.InvariantCulture) ?? "any"} to {request.MaxScore?.ToString(CultureInfo.InvariantCulture) ?? "any"}"));
    }

    private static Gate Drift(GenerationCounts counts, double max, Generation? current)
    {
        if (current is null || current.Counts.MeanScore == 0)
        {
            return new Gate("score-drift", true, 0, max, "nothing to compare with: no generation is current, or its mean score is 0");
        }

        double drift = Math.Abs(counts.MeanScore - current.Counts.MeanScore) / Math.Abs(current.Counts.MeanScore);
        return new Gate("score-drift", drift <= max, drift, max,
            Text($"mean score {counts.MeanScore:0.####}, that of '{current.Id}' {current.Counts.MeanScore:0.####}: {drift:P1} apart, {max:P1} allowed at most"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
