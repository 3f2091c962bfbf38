using System.Net;
using System.Net.Sockets;

namespace Vaguemestre.Mail.Smtp;

/// <summary>Counts the open connections, in all and by source: one IPv4 address, or the IPv6 /64 that one subscriber holds.</summary>
internal sealed class SmtpSources(int most, int mostPerSource)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private int _all;

    /// <summary>Counts one connection until the place is given back.</summary>
    public Place Enter(IPAddress address)
    {
        var source = SourceOf(address);
        lock (_lock)
        {
            _open[source] = _open.GetValueOrDefault(source) + 1;
            _all++;
            return new Place(this, source, _all > most || _open[source] > mostPerSource);
        }
    }

    private static IPAddress SourceOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private void Leave(IPAddress source)
    {
        lock (_lock)
        {
            _all--;
            if (--_open[source] == 0)
                _open.Remove(source);
        }
    }

    /// <summary>One connection's place among those open.</summary>
    public sealed class Place(SmtpSources sources, IPAddress source, bool isOneTooMany) : IDisposable
    {
        public bool IsOneTooMany => isOneTooMany;

        public void Dispose() => sources.Leave(source);
    }
}
