using System.CommandLine;

namespace DecisionServer.Load;

/// <summary>Options that are numbers, checked where they are read.</summary>
internal static class NumberOption
{
    /// <summary>A whole number of at least 1.</summary>
    public static Option<int> Positive(string name, int value, string description)
    {
        var option = new Option<int>(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() is false && result.GetValueOrDefault<int>() < 1)
                result.AddError($"{name} must be at least 1");
        });
        return option;
    }
}
