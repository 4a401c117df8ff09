namespace DecisionServer.Engine;

/// <summary>What a score is made of.</summary>
/// <param name="Propensity">P: the score in the offer set or ladder list.</param>
/// <param name="Context">C: the placement's lift where focus or basket match, else 1.</param>
/// <param name="Value">V: the offer's business value.</param>
/// <param name="Boost">L: the offer's lever.</param>
public readonly record struct ScoreParts(float Propensity, float Context, float Value, float Boost);
