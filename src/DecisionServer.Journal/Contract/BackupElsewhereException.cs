namespace DecisionServer.Journal;

/// <summary>This journal's backup is its database's affair. gRPC: FAILED_PRECONDITION.</summary>
/// <param name="remedy">How it is backed up, in words.</param>
public sealed class BackupElsewhereException(string remedy) : Exception(remedy);
