using Vaguemestre.Core.Files.Scanning;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// Whether clamd answers, knows the harmless test file of all antiviruses, has fresh signatures, and takes files as large as they may be here.
/// Nothing where none is configured.
/// </summary>
internal sealed class AntivirusExamination(Settings settings, TimeProvider clock)
{
    private const string Title = "Antivirus";

    private static readonly TimeSpan Fresh = TimeSpan.FromDays(7);

    /// <summary>The EICAR test file, in two parts: whole, this program would be found by it.</summary>
    private static readonly byte[] TestFile = [.. @"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR"u8, .. "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"u8];

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancel)
    {
        var findings = new Findings(CheckGroup.Host);
        if (settings.Antivirus.ClamAv.Host.Length == 0)
            return [];
        try
        {
            await LookAsync(findings, cancel);
        }
        catch (OperationCanceledException)
        {
            findings.Unknown("antivirus-size", "Taille admise par l'antivirus", "Il n'a pas répondu à temps.");
        }

        return findings.Checks;
    }

    private async Task LookAsync(Findings findings, CancellationToken cancel)
    {
        var clamav = settings.Antivirus.ClamAv;
        var client = new ClamAvClient(clamav.Host, clamav.Port);
        var (version, why) = await client.VersionAsync(cancel);
        if (version is null)
        {
            findings.Fail("antivirus", Title, $"clamd ne répond pas sur {clamav.Host}:{clamav.Port} : {why}", "Démarrez clamd et vérifiez Antivirus:ClamAv:Host et Port. D'ici là, les fichiers attendent et rien ne part avec eux. Voir docs/operate/antivirus.md.");
            return;
        }

        using var test = new MemoryStream(TestFile);
        if ((await client.ScanAsync(test, cancel)).Verdict == ScanVerdict.Found)
            findings.Ok("antivirus", Title, $"{version.Engine} répond et reconnaît le fichier d'essai EICAR.");
        else
            findings.Fail("antivirus", Title, $"{version.Engine} répond, mais ne reconnaît pas le fichier d'essai EICAR : ses signatures manquent.", "Lancez freshclam, puis redémarrez clamd.");
        Age(version, findings);
        await LargestAsync(client, findings, cancel);
    }

    private void Age(ClamAvVersion version, Findings findings)
    {
        const string Name = "antivirus-signatures", About = "Signatures de l'antivirus";
        if (version.SignaturesAt is not { } at)
            findings.Unknown(Name, About, "clamd ne dit pas de quand datent ses signatures.", "Vérifiez que freshclam tourne.");
        else if (clock.GetUtcNow() - at > Fresh)
            findings.Warn(Name, About, $"Elles datent de {Said.Time(clock.GetUtcNow() - at)}.", "Vérifiez que freshclam tourne et atteint son miroir.");
        else
            findings.Ok(Name, About, $"Elles datent du {ParisTime.Text(at)}.");
    }

    /// <summary>As many zeros as a letter's files may weigh.</summary>
    private async Task LargestAsync(ClamAvClient client, Findings findings, CancellationToken cancel)
    {
        const string Name = "antivirus-size", About = "Taille admise par l'antivirus";
        var largest = Math.Max(settings.Limits.TrackedAttachments, settings.Limits.PlainAttachments);
        await using var zeros = new Zeros(largest);
        var answer = await client.ScanAsync(zeros, cancel);
        if (answer.Verdict == ScanVerdict.Clean)
            findings.Ok(Name, About, $"Il prend un fichier de {Said.Size(largest)}.");
        else if (answer.Verdict == ScanVerdict.Unavailable)
            findings.Unknown(Name, About, $"Il n'a pas répondu à temps : {answer.Said}");
        else
            findings.Fail(Name, About, $"Il ne prend pas un fichier de {Said.Size(largest)} : {answer.Said}", $"Dans clamd.conf, portez StreamMaxLength, MaxFileSize et MaxScanSize à {Said.Size(largest)} au moins : les fichiers plus grands sont refusés d'ici là.");
    }

    /// <summary>So many zeros, made as they are read.</summary>
    private sealed class Zeros(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = (int)Math.Min(buffer.Length, length - Position);
            buffer.Span[..read].Clear();
            Position += read;
            return ValueTask.FromResult(read);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
