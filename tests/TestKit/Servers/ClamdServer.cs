using System.IO.Compression;
using System.Text;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A real clamd on the loopback that knows one signature, of our own: the harmless test file of all antiviruses (EICAR), in archives too.
/// </summary>
public sealed class ClamdServer : IAsyncDisposable
{
    /// <summary>Whole it stands nowhere in this repository: an antivirus would find it.</summary>
    private const string First = @"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", Second = "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private readonly string _streamMaxLength;
    private TestProcess? _process;

    private ClamdServer(int port, string streamMaxLength, TestProcess process) => (Port, _streamMaxLength, _process) = (port, streamMaxLength, process);

    public int Port { get; }

    /// <summary>What it finds.</summary>
    public static byte[] Eicar { get; } = Encoding.ASCII.GetBytes(First + Second);

    /// <summary>The same in an archive, behind a file that is sound.</summary>
    public static byte[] EicarInZip()
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("lisez-moi.txt", "Bonjour"u8.ToArray()), ("dossier/prix.txt", Eicar) })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return archive.ToArray();
    }

    /// <param name="streamMaxLength">As its configuration writes it.</param>
    public static async Task<ClamdServer> StartAsync(string streamMaxLength = "64M")
    {
        var port = FreePort.Next();
        return new ClamdServer(port, streamMaxLength, await RunAsync(port, streamMaxLength));
    }

    public async ValueTask StopAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>On the same port, after it was stopped.</summary>
    public async Task StartAgainAsync() => _process = await RunAsync(Port, _streamMaxLength);

    public ValueTask DisposeAsync() => StopAsync();

    private static async Task<TestProcess> RunAsync(int port, string streamMaxLength)
    {
        var program = DebianProgram.Find("clamd", "clamav-daemon");
        var folder = Directory.CreateTempSubdirectory("vaguemestre-clamd-").FullName;
        var signatures = Directory.CreateDirectory(Path.Combine(folder, "signatures")).FullName;
        await File.WriteAllTextAsync(Path.Combine(signatures, "essai.ndb"), $"Essai.Eicar:0:0:{Convert.ToHexStringLower(Eicar)}\n");
        var file = Path.Combine(folder, "clamd.conf");
        await File.WriteAllTextAsync(
            file,
            $"""
            Foreground yes
            TCPAddr 127.0.0.1
            TCPSocket {port}
            DatabaseDirectory {signatures}
            TemporaryDirectory {folder}
            StreamMaxLength {streamMaxLength}
            MaxFileSize 64M
            MaxScanSize 128M
            AlertExceedsMax yes
            MaxThreads 4

            """);
        var process = TestProcess.Start(program, [$"--config-file={file}"], folder);
        await process.WaitForPortAsync(port);
        return process;
    }
}
