namespace DecisionServer.Loader;

/// <summary>The server came back without chunks that it had acknowledged: the inputs have to be read again from the beginning.</summary>
internal sealed class RewindException() : Exception("the server came back without chunks that it had acknowledged");
