namespace DecisionServer.Load.Wire;

/// <summary>Deals calls out to connections: a bunch to one, then to the next.</summary>
/// <remarks>
/// Bunches are what a busy client sends, or a proxy in front of many. One call a connection at a time costs driver and server a call of the system each,
/// several times what the call itself costs.
/// </remarks>
/// <param name="bunch">Calls in a row on one connection.</param>
internal sealed class ConnectionTurn(int bunch)
{
    private int _at;
    private int _given;

    /// <summary>The connection for the next call, the one of the call before while its bunch lasts.</summary>
    /// <param name="connections">All of them.</param>
    /// <param name="messageLength">Bytes of the call's message, at most.</param>
    /// <returns>Null: none takes it now.</returns>
    public WireConnection? Peek(WireConnection?[] connections, int messageLength)
    {
        for (int i = 0; i < connections.Length; i++)
        {
            if (_given < bunch && connections[_at] is { } connection && connection.CanStart(messageLength))
                return connection;
            _at = (_at + 1) % connections.Length;
            _given = 0;
        }

        return null;
    }

    /// <summary>The call goes to the connection that was last seen.</summary>
    public void Take() => _given++;
}
