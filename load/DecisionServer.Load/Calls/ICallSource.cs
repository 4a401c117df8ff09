namespace DecisionServer.Load.Calls;

/// <summary>Makes the requests of one kind of call. One instance a thread.</summary>
public interface ICallSource
{
    /// <summary>/package.Service/Method.</summary>
    string Path { get; }

    /// <summary>How long a caller waits for the answer, from the time the call was due; null: as long as it takes.</summary>
    CallDeadline? Deadline => null;

    /// <summary>The longest message that <see cref="WriteNext"/> makes, bytes.</summary>
    int MaxLength { get; }

    /// <summary>The next request.</summary>
    /// <param name="into">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Its length.</returns>
    int WriteNext(Span<byte> into);

    /// <summary>Checks an answer.</summary>
    /// <param name="message">The message that came.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    string? Check(ReadOnlySpan<byte> message);
}
