namespace DecisionServer.Load.Running;

/// <summary>Says yes to every n-th, from any thread.</summary>
internal sealed class Every(int number)
{
    private uint _count;

    public bool Next() => Interlocked.Increment(ref _count) % (uint)number == 0;
}
