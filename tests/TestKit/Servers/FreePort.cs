using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// Ports of the loopback for servers that must be told one. They are taken below the range from which the system serves
/// outgoing connections, so that none is lost between the choice and its use; this process never gives one twice.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int End = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Next()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port between {First} and {End} on 127.0.0.1.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
