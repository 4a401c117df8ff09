namespace DecisionServer.Metrics;

/// <summary>
/// The values of up to three tags as a dictionary key. An instrument has the same tags in the same order every time; more than three are
/// told apart by a text.
/// </summary>
internal readonly record struct TagKey(object? First, object? Second, object? Third, int Count)
{
    /// <summary>Stands for every set of tags beyond the limit.</summary>
    public static readonly TagKey Overflow = new(null, null, null, -1);

    public static TagKey From(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
    {
        0 => default,
        1 => new(tags[0].Value, null, null, 1),
        2 => new(tags[0].Value, tags[1].Value, null, 2),
        3 => new(tags[0].Value, tags[1].Value, tags[2].Value, 3),
        _ => new(string.Join('\u001f', tags.ToArray()), null, null, tags.Length),
    };
}
