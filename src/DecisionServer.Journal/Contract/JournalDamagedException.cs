namespace DecisionServer.Journal;

/// <summary>The journal's files are not as they were written, or one is missing. The server refuses to start rather than start with less than it acknowledged.</summary>
/// <param name="path">The file.</param>
/// <param name="fault">What is wrong with it.</param>
/// <param name="remedy">What to do about it.</param>
public sealed class JournalDamagedException(string path, string fault, string remedy) : Exception($"{path}: {fault}. {remedy}")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Fault { get; } = fault;
}
