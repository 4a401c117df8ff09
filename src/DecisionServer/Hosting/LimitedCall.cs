namespace DecisionServer.Hosting;

/// <summary>Endpoint metadata: calls count against the limits and are shed beyond them.</summary>
internal sealed class LimitedCall
{
    public static readonly LimitedCall Instance = new();

    private LimitedCall()
    {
    }
}
