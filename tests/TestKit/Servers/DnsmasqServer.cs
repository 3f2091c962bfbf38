namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A DNS server on the loopback that knows the names it is told and no others: a name that is not there does not exist (NXDOMAIN).
/// It asks nobody else.
/// </summary>
public sealed class DnsmasqServer : IAsyncDisposable
{
    private readonly TestProcess _process;

    private DnsmasqServer(int port, TestProcess process)
    {
        Port = port;
        _process = process;
    }

    /// <summary>Where it answers on 127.0.0.1, over UDP and TCP.</summary>
    public int Port { get; }

    /// <summary>The last lines of its log: every question and its answer.</summary>
    public string Log => _process.Output;

    /// <param name="records">Its options that make records: <c>--mx-host=societe.test,mx.societe.test,10</c>, <c>--host-record=…</c>.</param>
    public static async Task<DnsmasqServer> StartAsync(params string[] records)
    {
        var program = DebianProgram.Find("dnsmasq", "dnsmasq-base");
        var port = FreePort.Next();
        string[] arguments =
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll", "--pid-file=", "--log-facility=-", "--log-queries",
            $"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--local=/#/", $"--user={Environment.UserName}", .. records,
        ];
        var process = TestProcess.Start(program, arguments);
        await process.WaitForPortAsync(port);
        return new DnsmasqServer(port, process);
    }

    /// <summary>Waits until its log holds these words: it is written behind the answers.</summary>
    public Task SaidAsync(string words) => _process.WaitUntilAsync(_ => Task.FromResult(Log.Contains(words, StringComparison.Ordinal)), $"its log holds « {words} »");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
