namespace Vaguemestre.TestKit.Servers;

/// <summary>Debian's opendkim, which signs the mail that a Postfix shows it.</summary>
public sealed class OpendkimServer : IAsyncDisposable
{
    private readonly TestProcess _process;

    private OpendkimServer(TestProcess process) => _process = process;

    /// <summary>The last lines it printed.</summary>
    public string Log => _process.Output;

    /// <param name="configuration">Full path of its opendkim.conf.</param>
    /// <param name="port">Where that says it listens on 127.0.0.1.</param>
    /// <param name="folder">Goes with it.</param>
    public static async Task<OpendkimServer> StartAsync(string configuration, int port, string folder)
    {
        var process = TestProcess.Start(DebianProgram.Find("opendkim", "opendkim"), ["-f", "-x", configuration], folder);
        await process.WaitForPortAsync(port);
        return new OpendkimServer(process);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
