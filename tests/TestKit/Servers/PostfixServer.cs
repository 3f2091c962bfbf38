namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A Postfix of the tests' own, used as relay: it accepts mail on a port of the loopback and carries it by SMTP to the ports
/// that its routes name. It asks no DNS, unless a test gives it a server of its own; a recipient of any other domain is refused at once (5.1.2), so that nothing leaves the machine.
/// Postfix must be started by root.
/// </summary>
public sealed class PostfixServer : IAsyncDisposable
{
    private const string DaemonFolder = "/usr/lib/postfix/sbin";

    private const string Services = """
        pickup     unix  n - n 60    1 pickup
        cleanup    unix  n - n -     0 cleanup
        qmgr       unix  n - n 300   1 qmgr
        tlsmgr     unix  - - n 1000? 1 tlsmgr
        rewrite    unix  - - n -     - trivial-rewrite
        bounce     unix  - - n -     0 bounce
        defer      unix  - - n -     0 bounce
        trace      unix  - - n -     0 bounce
        verify     unix  - - n -     1 verify
        flush      unix  n - n 1000? 0 flush
        proxymap   unix  - - n -     - proxymap
        proxywrite unix  - - n -     1 proxymap
        smtp       unix  - - n -     - smtp
        relay      unix  - - n -     - smtp
        showq      unix  n - n -     - showq
        error      unix  - - n -     - error
        retry      unix  - - n -     - error
        discard    unix  - - n -     - discard
        virtual    unix  - n n -     - virtual
        anvil      unix  - - n -     1 anvil
        scache     unix  - - n -     1 scache
        postlog    unix-dgram n - n - 1 postlogd

        """;

    /// <summary>What <c>postfix start</c> does in two seconds: the folders with their owners, then the master, which heeds our
    /// signals since no shell stays above it. Arguments: master, configuration folder, data folder, queue folder.</summary>
    private const string LayOutAndServe = """
        install -d "$3" "$3/pid" &&
        install -d -o postfix -m 700 "$2" &&
        cd "$3" &&
        install -d -o postfix -m 700 active bounce corrupt defer deferred flush hold incoming private saved trace &&
        install -d -o postfix -g postdrop -m 710 public &&
        install -d -o postfix -g postdrop -m 730 maildrop &&
        exec "$0" -c "$1" -s
        """;

    private readonly TestProcess _process;

    private PostfixServer(int port, TestProcess process)
    {
        Port = port;
        _process = process;
    }

    /// <summary>Where it accepts mail on 127.0.0.1, in clear and without authentication.</summary>
    public int Port { get; }

    /// <summary>The last lines of its log.</summary>
    public string Log => _process.Output;

    /// <summary>Starts a relay and waits until it accepts mail.</summary>
    /// <param name="routes">Domain to port of the loopback.</param>
    /// <param name="settings">Further lines of main.cf, which win over ours.</param>
    /// <param name="dns">Asked for the servers of all other domains, which are then tried; itself asks nobody. Null: they are refused.</param>
    public static async Task<PostfixServer> StartAsync(
        IReadOnlyDictionary<string, int> routes,
        IReadOnlyDictionary<string, string>? settings = null,
        DnsmasqServer? dns = null)
    {
        var port = FreePort.Next();
        var main = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["compatibility_level"] = "3.6",
            ["myhostname"] = "relay.test",
            ["mydestination"] = "",
            ["alias_maps"] = "",
            ["local_recipient_maps"] = "",
            ["inet_interfaces"] = "127.0.0.1",
            ["inet_protocols"] = "ipv4",
            ["mynetworks"] = "127.0.0.0/8",
            ["smtpd_relay_restrictions"] = "permit_mynetworks, reject",
            ["smtp_dns_support_level"] = "disabled",
            ["smtp_host_lookup"] = "native",
            ["biff"] = "no",
            ["transport_maps"] = TransportMap(routes),
            ["default_transport"] = "error:5.1.2 no route to this domain",
        };
        if (dns is not null)
        {
            // The routes need none: they name addresses.
            main["default_transport"] = "by-dns";
            main.Remove("smtp_dns_support_level");
            main.Remove("smtp_host_lookup");
        }

        foreach (var (key, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            main[key] = value;
        }

        return await StartAsync(string.Join('\n', main.Select(s => $"{s.Key} = {s.Value}")), $"127.0.0.1:{port} inet n - n - - smtpd\nby-dns unix - - y - - smtp", port, dns);
    }

    /// <summary>Starts a Postfix with a configuration as somebody wrote it, in folders of the tests' own.</summary>
    /// <param name="main">main.cf, without its folders and its log.</param>
    /// <param name="listeners">The lines of master.cf that listen; the others are Debian's.</param>
    /// <param name="port">Where one of them accepts mail.</param>
    /// <param name="dns">What its services within the queue folder (chroot) ask; null for no file that names any.</param>
    public static async Task<PostfixServer> StartAsync(string main, string listeners, int port, DnsmasqServer? dns = null)
    {
        var master = DebianProgram.Find("master", "postfix", DaemonFolder);
        if (!Environment.IsPrivilegedProcess)
        {
            throw new InvalidOperationException("Postfix can only be started by root: run the tests that need it as root.");
        }

        var folder = Directory.CreateTempSubdirectory("vaguemestre-postfix-");
        var queue = Path.Combine(folder.FullName, "queue");
        var data = Path.Combine(folder.FullName, "data");
        var configuration = folder.CreateSubdirectory("configuration").FullName;
        await Command.RunAsync("chmod", "a+x", folder.FullName);

        if (dns is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(queue, "etc")).FullName, "resolv.conf"), $"nameserver {dns.Address}\n");
        }

        string[] place =
        [
            $"queue_directory = {queue}", $"data_directory = {data}", "command_directory = /usr/sbin", $"daemon_directory = {DaemonFolder}",
            "mail_owner = postfix", "setgid_group = postdrop", "maillog_file = /dev/stdout", "",
        ];
        await File.WriteAllTextAsync(Path.Combine(configuration, "main.cf"), $"{main.TrimEnd()}\n{string.Join('\n', place)}");
        await File.WriteAllTextAsync(Path.Combine(configuration, "master.cf"), $"{listeners.TrimEnd()}\n{Services}");

        var process = TestProcess.Start("/bin/sh", ["-c", LayOutAndServe, master, configuration, data, queue], folder.FullName);
        await process.WaitForPortAsync(port);
        return new PostfixServer(port, process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string TransportMap(IReadOnlyDictionary<string, int> routes)
    {
        var entries = routes.Select(route => $"{{ {route.Key} = smtp:[127.0.0.1]:{route.Value} }}");
        return routes.Count == 0 ? "" : $"inline:{{ {string.Join(", ", entries)} }}";
    }
}
