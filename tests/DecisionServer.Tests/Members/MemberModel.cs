using DecisionServer.V1;

namespace DecisionServer.Tests.Members;

/// <summary>What members do, on plain collections: the rules written once more, as simply as possible.</summary>
internal sealed class MemberModel
{
    public const int MaxActivated = 10;

    public List<string> Activated { get; } = [];

    public List<string> Redeemed { get; } = [];

    public List<string> Consents { get; private set; } = [];

    /// <summary>Clicks recorded.</summary>
    public int Clicks { get; private set; }

    public MemberModel Copy()
    {
        var copy = new MemberModel { Consents = [.. Consents], Clicks = Clicks };
        copy.Activated.AddRange(Activated);
        copy.Redeemed.AddRange(Redeemed);
        return copy;
    }

    public Refusal Apply(ModelAction action)
    {
        switch (action.Kind)
        {
            case ActionKind.Activate:
                if (Redeemed.Contains(action.OfferId)) return Refusal.AlreadyRedeemed;
                if (Activated.Contains(action.OfferId)) return Refusal.AlreadyActivated;
                if (Activated.Count == MaxActivated) return Refusal.LimitReached;
                Activated.Add(action.OfferId);
                return Refusal.Unspecified;
            case ActionKind.Deactivate:
                return Activated.Remove(action.OfferId) ? Refusal.Unspecified
                    : Redeemed.Contains(action.OfferId) ? Refusal.AlreadyRedeemed : Refusal.NotActivated;
            case ActionKind.Redeem:
                if (Redeemed.Contains(action.OfferId)) return Refusal.AlreadyRedeemed;
                Activated.Remove(action.OfferId);
                Redeemed.Add(action.OfferId);
                return Refusal.Unspecified;
            case ActionKind.Profile:
                Consents = [action.OfferId];
                return Refusal.Unspecified;
            case ActionKind.Click:
                Clicks++;
                return Refusal.Unspecified;
            default:
                Clicks = 0;
                Activated.Clear();
                Redeemed.Clear();
                Consents = [];
                return Refusal.Unspecified;
        }
    }

    public bool Is(MemberState state) =>
        state.Activated.Select(offer => offer.OfferId).SequenceEqual(Activated)
        && state.Redeemed.Select(offer => offer.OfferId).SequenceEqual(Redeemed)
        && (state.Profile?.Consents ?? []).SequenceEqual(Consents);
}

internal enum ActionKind
{
    Activate,
    Deactivate,
    Redeem,
    Profile,
    Erase,
    Click,
}

/// <summary>An action under its key. For a profile, the offer id is the consent.</summary>
internal sealed record ModelAction(ActionKind Kind, string MemberId, string OfferId, string Key)
{
    public static ModelAction Random(Random random, string memberId, int offers, double eraseChance = 0.02, double clickChance = 0) => new(
        random.NextDouble() is var dice && dice < eraseChance ? ActionKind.Erase : dice < eraseChance + clickChance ? ActionKind.Click : (ActionKind)random.Next(4), memberId, $"o{random.Next(offers)}", new Guid(Bytes(random)).ToString("N"));

    /// <summary>Sends it; the refusal that was answered.</summary>
    public async Task<Refusal> Send(MemberService.MemberServiceClient members)
    {
        var deadline = DateTime.UtcNow + Processes.Eventually.Bound;
        switch (Kind)
        {
            case ActionKind.Activate:
                return (await members.ActivateOfferAsync(new() { MemberId = MemberId, OfferId = OfferId, IdempotencyKey = Key }, deadline: deadline)).Refusal;
            case ActionKind.Deactivate:
                return (await members.DeactivateOfferAsync(new() { MemberId = MemberId, OfferId = OfferId, IdempotencyKey = Key }, deadline: deadline)).Refusal;
            case ActionKind.Redeem:
                return (await members.RedeemOfferAsync(new() { MemberId = MemberId, OfferId = OfferId, IdempotencyKey = Key }, deadline: deadline)).Refusal;
            case ActionKind.Profile:
                await members.PutProfileAsync(new() { MemberId = MemberId, Profile = new() { Consents = { OfferId } }, IdempotencyKey = Key }, deadline: deadline);
                return Refusal.Unspecified;
            case ActionKind.Click:
                var click = new MemberEvent { MemberId = MemberId, OfferId = OfferId, Kind = EventKind.Click };
                await members.RecordEventsAsync(new() { Events = { click }, IdempotencyKey = Key }, deadline: deadline);
                return Refusal.Unspecified;
            default:
                await members.EraseMemberAsync(new() { MemberId = MemberId, IdempotencyKey = Key }, deadline: deadline);
                return Refusal.Unspecified;
        }
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }
}
