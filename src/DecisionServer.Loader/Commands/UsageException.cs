namespace DecisionServer.Loader;

/// <summary>A command line that cannot be carried out: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
