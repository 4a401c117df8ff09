using DecisionServer.V1;

namespace DecisionServer.Load.Calls;

/// <summary>NextBestOffers for a random member: placement "default", 10 offers.</summary>
public sealed class NextBestOffersCalls(MemberIds members, string path = NextBestOffersCalls.DefaultPath, CallDeadline? deadline = null) : ICallSource
{
    /// <summary>The real method. The benchmark server's canned one takes the same message.</summary>
    public const string DefaultPath = "/decisionserver.v1.DecisionService/NextBestOffers";

    private const int Wanted = 10;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public CallDeadline? Deadline { get; } = deadline;

    /// <inheritdoc/>
    public int MaxLength => MemberIds.FieldLength;

    /// <inheritdoc/>
    public int WriteNext(Span<byte> into)
    {
        members.WriteNext(into);
        return MemberIds.FieldLength;
    }

    /// <inheritdoc/>
    public string? Check(ReadOnlySpan<byte> message)
    {
        NextBestOffersResponse answer = NextBestOffersResponse.Parser.ParseFrom(message);
        if (answer.Placements.Count != 1)
            return $"{answer.Placements.Count} placements instead of 1";
        PlacementDecision placement = answer.Placements[0];
        if (placement.Offers.Count != Wanted)
            return $"{placement.Offers.Count} offers instead of {Wanted}";
        return answer.GenerationId.Length == 0 || placement.Offers.Any(offer => offer.OfferId.Length == 0) ? "an empty id" : null;
    }
}
