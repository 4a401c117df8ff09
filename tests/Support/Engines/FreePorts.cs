using System.Net;
using System.Net.Sockets;

namespace DecisionServer.Tests.Support;

/// <summary>
/// Loopback ports that stay the caller's until its process ends, so that what listens there can be killed and started again. They lie below the
/// range that the system gives to outgoing connections, and a name in the abstract socket namespace keeps other test processes off.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 22_000;
    private static readonly Lock Taking = new();
    private static readonly List<Socket> Held = [];

    /// <summary>A port that nobody listens on.</summary>
    public static int Take()
    {
        lock (Taking)
        {
            for (var tries = 0; tries < 1_000; tries++)
            {
                int port = First + Random.Shared.Next(Count);
                if (Hold(port))
                    return port;
            }
        }

        throw new InvalidOperationException("no free port found");
    }

    private static bool Hold(int port)
    {
        var name = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            name.Bind(new UnixDomainSocketEndPoint($"\0decisionserver-test-port-{port}"));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            Held.Add(name);
            return true;
        }
        catch (SocketException)
        {
            name.Dispose();
            return false;
        }
    }
}
