using System.Globalization;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A DNS server on the loopback that knows the names it is told and no others: a name that is not there does not exist (NXDOMAIN).
/// It asks nobody else.
/// </summary>
public sealed class DnsmasqServer : IAsyncDisposable
{
    private readonly TestProcess _process;

    private DnsmasqServer(string address, int port, TestProcess process)
    {
        (Address, Port) = (address, port);
        _process = process;
    }

    /// <summary>Of the loopback.</summary>
    public string Address { get; }

    /// <summary>Where it answers, over UDP and TCP.</summary>
    public int Port { get; }

    /// <summary>The last lines of its log: every question and its answer.</summary>
    public string Log => _process.Output;

    /// <param name="records">Its options that make records: <c>--mx-host=societe.test,mx.societe.test,10</c>, <c>--host-record=…</c>.</param>
    public static Task<DnsmasqServer> StartAsync(params string[] records) => StartAsync("127.0.0.1", FreePort.Next(), records);

    /// <summary>
    /// On port 53, for programs that read a resolv.conf, which names no port; on an address of its own, so that many may run. Root alone may.
    /// </summary>
    /// <param name="records"><inheritdoc cref="StartAsync(string[])" path="/param"/></param>
    public static Task<DnsmasqServer> StartResolverAsync(params string[] records) =>
        StartAsync(string.Create(CultureInfo.InvariantCulture, $"127.53.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}"), 53, records);

    private static async Task<DnsmasqServer> StartAsync(string address, int port, string[] records)
    {
        var program = DebianProgram.Find("dnsmasq", "dnsmasq-base");
        string[] arguments =
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll", "--pid-file=", "--log-facility=-", "--log-queries",
            $"--port={port}", $"--listen-address={address}", "--bind-interfaces", "--local=/#/", $"--user={Environment.UserName}", .. records,
        ];
        var process = TestProcess.Start(program, arguments);
        await process.WaitForPortAsync(port, address);
        return new DnsmasqServer(address, port, process);
    }

    /// <summary>Waits until its log holds these words: it is written behind the answers.</summary>
    public Task SaidAsync(string words) => _process.WaitUntilAsync(_ => Task.FromResult(Log.Contains(words, StringComparison.Ordinal)), $"its log holds « {words} »");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
