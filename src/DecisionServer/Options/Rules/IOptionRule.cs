namespace DecisionServer.Options.Rules;

/// <summary>One thing that must be true of the options. Each error says where, what and what to do about it.</summary>
internal interface IOptionRule
{
    /// <summary>Adds what is wrong to <paramref name="errors"/>; returns the options, completed where the rule resolves something.</summary>
    ServerOptions Apply(ServerOptions options, ICollection<string> errors);
}
