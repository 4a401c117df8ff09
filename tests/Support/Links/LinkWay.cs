namespace DecisionServer.Tests.Support;

/// <summary>A way through a link.</summary>
[Flags]
public enum LinkWay
{
    None = 0,
    ToServer = 1,
    ToClient = 2,
    Both = ToServer | ToClient,
}
