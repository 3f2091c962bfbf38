using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Web.Components;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Verbs;

/// <summary>
/// <c>verify FILE…</c>: checks attestations by themselves, without configuration, database or network. Exit 0: each is whole and consistent,
/// its reservations printed; 1: one is altered, contradicted or not sealed; 2: one is no attestation, or cannot be read.
/// </summary>
public static class VerifyVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task<int> RunAsync(FileInfo[] files, FileInfo[] trusted, FileInfo[] letters, bool json, CancellationToken cancel) => Operator.GuardAsync(async () =>
    {
        var options = new VerificationOptions(trusted.Length == 0 ? null : [.. trusted.SelectMany(Certificates)], [.. await Task.WhenAll(letters.Select(async f => new GivenFile(f.Name, await File.ReadAllBytesAsync(f.FullName, cancel))))]);
        var worst = 0;
        foreach (var file in files)
        {
            var report = await VerifyAsync(file, options, cancel);
            Console.WriteLine(json ? AsJson(file.Name, report) : string.Join('\n', AsText(file.Name, report)));
            worst = Worse(worst, ExitOf(report));
        }

        return worst;
    });

    /// <summary>An export of the journal is read line by line, whatever its size.</summary>
    private static async Task<VerificationReport> VerifyAsync(FileInfo file, VerificationOptions options, CancellationToken cancel)
    {
        await using var content = file.OpenRead();
        var beginning = new byte[4096];
        var read = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancel);
        content.Position = 0;
        if (JournalVerifier.Resembles(beginning.AsSpan(0, read)))
            return await JournalVerifier.VerifyAsync(content, options, cancel);
        return content.Length > AttestationVerifier.LargestFile ? AttestationVerifier.TooLarge : AttestationVerifier.Verify(await File.ReadAllBytesAsync(file.FullName, cancel), options);
    }

    /// <summary>An altered attestation weighs more than a file that is none.</summary>
    private static int Worse(int one, int other) => one == 1 || other == 1 ? 1 : Math.Max(one, other);

    private static int ExitOf(VerificationReport report) => report.Outcome switch
    {
        VerificationOutcome.Whole => 0,
        VerificationOutcome.Refused => 1,
        _ => 2,
    };

    /// <summary>PEM, one certificate or several, or one in DER.</summary>
    private static X509Certificate2Collection Certificates(FileInfo file)
    {
        try
        {
            var pem = new X509Certificate2Collection();
            pem.ImportFromPemFile(file.FullName);
            return pem.Count > 0 ? pem : [X509CertificateLoader.LoadCertificateFromFile(file.FullName)];
        }
        catch (CryptographicException)
        {
            throw new ConfigurationException($"--trust {file.Name} : ce fichier ne contient pas de certificat (PEM ou DER).");
        }
    }

    private static IEnumerable<string> AsText(string file, VerificationReport report)
    {
        yield return $"{file} : {report.Verdict}";
        if (report.Attested is { } attested)
        {
            yield return "";
            foreach (var (label, value) in VerificationWords.Summary(attested))
                yield return $"  {label} : {Printable(value)}";
        }

        foreach (var group in report.Findings.GroupBy(f => f.Kind).OrderBy(g => g.Key))
        {
            yield return "";
            yield return $"  {VerificationWords.Of(group.Key)}";
            foreach (var finding in group)
                yield return $"    - {Printable(finding.Sentence)}";
        }

        if (report.Signers.Count > 0)
        {
            yield return "";
            yield return "  Qui a signé";
        }

        foreach (var signer in report.Signers)
        {
            yield return $"    - {VerificationWords.Of(signer.Role)} : {Printable(signer.Name)} ; {Printable(VerificationWords.Standing(signer))}";
            yield return $"      SHA-256 du certificat : {signer.Sha256}";
        }

        yield return "";
    }

    private static string AsJson(string file, VerificationReport report) => JsonSerializer.Serialize(
        new
        {
            File = file,
            Exit = ExitOf(report),
            Outcome = CoreWords.Of(report.Outcome),
            report.Verdict,
            Findings = report.Findings.Select(f => new { Kind = CoreWords.Of(f.Kind), f.Code, f.Sentence }),
            Signers = report.Signers.Select(s => new { Role = CoreWords.Of(s.Role), s.Name, s.Issuer, s.Sha256, s.SelfSigned, s.Trusted }),
            Attested = report.Attested is not { } a ? null : new { Scope = CoreWords.Of(a.Scope), a.Id, Conversation = a.Scope == AttestationScope.Conversation ? a.Id : (Guid?)null, a.Organisation, a.Recipient, a.Consultation, a.Subject, a.Status, a.IssuedAt, a.Facts, Told = a.Told.Select(t => new { t.Label, t.Value }) },
        },
        Json);

    /// <summary>What strangers wrote reaches a terminal without the characters that command it.</summary>
    private static string Printable(string text) => string.Concat(text.ReplaceLineEndings(" ; ").Select(c => char.IsControl(c) ? ' ' : c));
}
