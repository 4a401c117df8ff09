namespace Grpc.Core;

/// <summary>A connection to a server, or the idea of one; clients share it.</summary>
public abstract class ChannelBase
{
    /// <summary>Creates the channel.</summary>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>The address that was given for the server.</summary>
    public string Target { get; }

    /// <summary>Creates what makes calls on this channel.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Closes the channel.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>Implements <see cref="ShutdownAsync"/>.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
