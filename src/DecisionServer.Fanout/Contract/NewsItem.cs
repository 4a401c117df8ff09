namespace DecisionServer.Fanout;

/// <summary>One piece of news.</summary>
/// <param name="Sequence">Its number, above 0; truth gives them out without holes.</param>
/// <param name="Content">What happened, opaque here.</param>
public readonly record struct NewsItem(long Sequence, ReadOnlyMemory<byte> Content);
