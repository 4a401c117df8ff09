using DecisionServer.Engine;

namespace DecisionServer.Services.Members;

/// <summary>Why an action is refused.</summary>
/// <param name="Refusal">The reason.</param>
/// <param name="Detail">The reason in a sentence.</param>
internal readonly record struct Refused(V1.Refusal Refusal, string Detail)
{
    /// <summary>The refusal that a filter of the engine stands for; null where the offer passed.</summary>
    public static Refused? By(Reason reason) => reason switch
    {
        Reason.Shown => null,
        Reason.NotYetValid => new Refused(V1.Refusal.NotYetValid, "the offer is not valid yet"),
        Reason.Expired => new Refused(V1.Refusal.Expired, "the offer is past its validity"),
        Reason.Unavailable => new Refused(V1.Refusal.Unavailable, "the offer is switched off"),
        Reason.OutOfStock => new Refused(V1.Refusal.Unavailable, "the offer is out of stock"),
        Reason.WrongChannel => new Refused(V1.Refusal.NotEligible, "the offer is for other channels"),
        Reason.WrongChain => new Refused(V1.Refusal.NotEligible, "the offer is for other chains"),
        Reason.WrongStore => new Refused(V1.Refusal.NotEligible, "the offer is for other stores"),
        Reason.ConsentMissing => new Refused(V1.Refusal.NotEligible, "the member has not given the consent that the offer needs"),
        Reason.Segment => new Refused(V1.Refusal.NotEligible, "the member is in none of the offer's segments"),
        _ => new Refused(V1.Refusal.NotEligible, $"the offer is not for this member ({reason})"),
    };
}
