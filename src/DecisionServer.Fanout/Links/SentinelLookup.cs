using System.Net;
using StackExchange.Redis;

namespace DecisionServer.Fanout;

/// <summary>Asks sentinels where the master is. The client of this version does not do it by itself.</summary>
internal static class SentinelLookup
{
    /// <summary>The master that the first sentinel with an answer names.</summary>
    /// <exception cref="LinkException">No sentinel knows one.</exception>
    public static async Task<EndPoint> Master(RedisSettings settings, CancellationToken cancellation)
    {
        Exception? last = null;
        foreach (EndPoint sentinel in settings.EndPoints)
        {
            // Most sentinels have no password, and refuse one then.
            foreach (bool withPassword in settings.Password.Length > 0 ? new[] { false, true } : [false])
            {
                try
                {
                    if (await Ask(settings, sentinel, withPassword, cancellation) is { } master)
                        return master;
                }
                catch (Exception fault) when (LinkFaults.IsExpected(fault, cancellation))
                {
                    last = fault;
                }
            }
        }

        throw new LinkException(last is null
            ? $"no sentinel knows a master of {settings.ServiceName}; check serviceName= in Fanout:Redis"
            : "no sentinel names a master: " + LinkFaults.Describe(last));
    }

    private static async Task<EndPoint?> Ask(RedisSettings settings, EndPoint sentinel, bool withPassword, CancellationToken cancellation)
    {
        ConnectionMultiplexer connection = await RedisLink.Open(settings.ForSentinel(sentinel, withPassword), settings.ConnectTimeout, cancellation);
        try
        {
            return await connection.GetServer(sentinel).SentinelGetMasterAddressByNameAsync(settings.ServiceName)
                .WaitAsync(settings.OperationTimeout, cancellation);
        }
        finally
        {
            RedisLink.Discard(connection);
        }
    }
}
