using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vaguemestre.Core.Journal;
using Vaguemestre.Pdf;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>A letter's or a reply's file, to be looked for among those that the attestation names.</summary>
public sealed record GivenFile(string Name, byte[] Content);

/// <param name="Trusted">The certificates believed; null when the reader names none.</param>
/// <param name="At">The instant of the check; null: now.</param>
public sealed record VerificationOptions(X509Certificate2Collection? Trusted = null, IReadOnlyList<GivenFile>? Files = null, DateTimeOffset? At = null)
{
    internal DateTimeOffset Now => At ?? TimeProvider.System.GetUtcNow();
}

/// <summary>
/// Checks an attestation, or its evidence, by itself: no database, no network, nothing believed but what is given. Says what it establishes,
/// by whom, and what it does not.
/// </summary>
public static class AttestationVerifier
{
    /// <summary>Of a file that is looked at, in bytes.</summary>
    public const int LargestFile = 32 * 1024 * 1024;

    private const string NoLongerAsWritten = "Ce fichier est une attestation de Vaguemestre, ou les preuves d’une, qui n’est plus telle qu’elle a été écrite : au moins un octet de sa structure a changé.";

    /// <summary>The attached file's name as a PDF holds it, several times: in UTF-16, in hexadecimal.</summary>
    private static readonly byte[] NameInPdf = Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(EvidenceFile.Name)));

    public static VerificationReport Verify(byte[] file, VerificationOptions? options = null)
    {
        if (file.Length > LargestFile)
            return TooLarge;
        try
        {
            if (file.AsSpan().IndexOf(NameInPdf) >= 0)
                return SignedPdf.Read(file) is { } pdf && pdf.Attachment is { } attached && EvidenceFile.Read(attached) is { } embedded ? Check(embedded, pdf, options) : Altered;
            if (EvidenceFile.Read(file) is { } evidence)
                return Check(evidence, null, options);
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            // An instant beyond the calendar, a certificate with no readable date: whoever made the file chose what is in it.
            return Altered;
        }

        return EvidenceFile.Resembles(file) ? Altered : NotOurs("Ce fichier ne contient aucune preuve de Vaguemestre.");
    }

    public static VerificationReport TooLarge => NotOurs("Ce fichier est plus grand qu’une attestation ne peut l’être.");

    private static VerificationReport Altered => new([new Finding(FindingKind.Fault, "form", NoLongerAsWritten)], [], null);

    private static VerificationReport Check(EvidenceFile evidence, SignedPdf? pdf, VerificationOptions? options)
    {
        var findings = new Findings();
        var signatures = new SignatureChecks(findings);
        signatures.Check(evidence, pdf);
        if (!evidence.Evidence.IsOfKnownFormat() && !findings.HasFault)
            return NotOurs($"Ces preuves sont au format « {evidence.Evidence.Format} », que cette version ne connaît pas. Vérifiez-les avec la version qui les a écrites, ou une plus récente.");
        var (facts, named, attested) = Content(findings, evidence.Evidence);
        new SealChecks(findings, signatures, evidence.Evidence, (options ?? new VerificationOptions()).Now).Check(facts);
        if (pdf is not null)
            new PageChecks(findings).Check(evidence, pdf, signatures.Signer);
        new RevocationChecks(findings, evidence.Evidence).Check(signatures.Seen);
        if (attested is not null)
            Match(findings, named, options?.Files ?? []);
        return new VerificationReport(findings.All, signatures.Judge(options?.Trusted), attested, evidence.Sha256());
    }

    private static (IReadOnlyList<Fact> Facts, IReadOnlyList<(string What, string Sha256)> Named, Attested? Attested) Content(Findings findings, AnyEvidence evidence)
    {
        if (evidence is EvidenceCollection collection)
        {
            var collected = new CollectionChecks(findings, collection);
            collected.Check();
            return (collected.Facts, [.. collected.Named], collected.Attested);
        }

        var content = new ContentChecks(findings, (EvidenceDocument)evidence);
        content.Check();
        return (content.Facts, content.Named, content.Attested);
    }

    /// <summary>Files that the reader has: each is one that the facts name, or it is not.</summary>
    private static void Match(Findings findings, IReadOnlyList<(string What, string Sha256)> named, IReadOnlyList<GivenFile> files)
    {
        foreach (var file in files)
        {
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Content));
            if (named.FirstOrDefault(k => k.Sha256 == sha256) is { Sha256: not null } found)
                findings.Established("file", $"Le fichier « {file.Name} » est, octet pour octet, {found.What}.");
            else
                findings.Fault("file", $"Le fichier « {file.Name} » n’est aucun de ceux dont cette attestation porte l’empreinte.");
        }
    }

    private static VerificationReport NotOurs(string why) => new([new Finding(FindingKind.Fault, "not-an-attestation", why)], [], null, IsAttestation: false);
}

/// <summary>What the checks found, in order.</summary>
internal sealed class Findings
{
    private readonly List<Finding> all = [];

    public IReadOnlyList<Finding> All => all;

    public bool HasFault => all.Exists(f => f.Kind == FindingKind.Fault);

    public void Established(string code, string sentence) => all.Add(new(FindingKind.Established, code, sentence));

    public void Reserve(string code, string sentence) => all.Add(new(FindingKind.Reservation, code, sentence));

    public void NotSealed(string code, string sentence) => all.Add(new(FindingKind.NotSealed, code, sentence));

    public void Fault(string code, string sentence) => all.Add(new(FindingKind.Fault, code, sentence));
}
