using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;
using Vaguemestre.Core;

namespace Vaguemestre.Web.Access;

/// <summary>Where requests come from, for what is bounded by source.</summary>
internal static class RequestSource
{
    /// <summary>An IPv4 address; of an IPv6 address its /64, since one machine has all of that.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        address ??= IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. address.GetAddressBytes().Take(8), .. new byte[8]]) : address;
    }

    /// <summary>Takes the visitor's address and scheme from the proxies that are trusted; from nobody else.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, Settings settings)
    {
        var networks = settings.ProxyNetworks();
        if (networks.Count == 0)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}
