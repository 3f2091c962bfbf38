using System.Diagnostics;
using Vaguemestre.Core;

namespace Vaguemestre.TestKit.Faults;

/// <summary>The product itself, <c>vaguemestre serve --Roles=worker</c>, in a process of its own; killed without warning, started again.</summary>
internal sealed class WorkerProcess(Settings settings, int relay) : IAsyncDisposable
{
    private Process? _process;

    public bool Runs => _process is { HasExited: false };

    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "dotnet", Path.Combine(AppContext.BaseDirectory, "vaguemestre.dll"), "serve", .. Arguments()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The last line that told of an error.</summary>
    public string? LastError { get; private set; }

    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private void Keep(string? line)
    {
        if (line is not null && (line.StartsWith("fail", StringComparison.Ordinal) || line.StartsWith("Arrêt", StringComparison.Ordinal)))
            LastError = line;
    }

    private IEnumerable<string> Arguments() =>
    [
        "--Roles=worker", "--Urls=http://127.0.0.1:0", $"--PublicUrl={settings.PublicUrl}", $"--DataDirectory={settings.DataDirectory}",
        $"--Database:Provider={settings.Database.Provider}", $"--Database:ConnectionString={settings.Database.ConnectionString}",
        "--Smtp:Host=127.0.0.1", $"--Smtp:Port={relay}", $"--Smtp:Connections={settings.Smtp.Connections}",
        $"--Mail:FromAddress={settings.Mail.FromAddress}", $"--Mail:BounceDomain={settings.Mail.BounceDomain}", "--Recipients:DnsServer=off",
    ];
}
