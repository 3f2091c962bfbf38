using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>What every attestation goes through, whatever it is of: its facts are sealed, its evidence and its pages signed. Holds no transaction while an authority is asked.</summary>
public sealed class SealAndSign(VaguemestreDb db, SealFacts seals, SigningCertificate certificate, ITimestampAuthority authority, RevocationAnswers revocations)
{
    /// <summary>Facts of other conversations that wait are sealed before it; this much older than the first of its own.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromHours(2);

    /// <summary>Seals what no seal holds, until these facts are sealed or the authority gives no token: then it is not asked again.</summary>
    internal async Task<(SealProofs Proofs, bool Waiting)> SealAsync(IReadOnlyList<Fact> facts, CancellationToken cancel)
    {
        var (unsealed, waiting) = (await SealProofs.UnsealedAsync(db, facts, cancel), false);
        while (unsealed.MinBy(f => f.At) is { } oldest)
        {
            var turn = await seals.RunAsync(oldest.At - Before, cancel);
            unsealed = await SealProofs.UnsealedAsync(db, unsealed, cancel);
            if (turn.Facts > 0)
                continue;
            waiting = unsealed.Count > 0 && turn.Waiting is not null;
            break;
        }

        return (await SealProofs.OfAsync(db, facts, cancel), waiting);
    }

    /// <summary>What the issuers of the certificates that signed, and of those that will, say of their revocation; null where there is nothing.</summary>
    internal async Task<IReadOnlyList<EvidenceRevocation>?> RevocationsAsync(SealProofs proofs, CancellationToken cancel)
    {
        var tokens = proofs.Seals.SelectMany(s => (s.Renewals ?? []).Select(r => r.Token).Prepend(s.Token));
        var paths = tokens.Distinct(StringComparer.Ordinal).Select(t => Stamp.PathOf(Convert.FromBase64String(t))).Prepend(certificate.Path);
        return await revocations.OfAsync(paths, cancel) is { Count: > 0 } found ? found : null;
    }

    /// <param name="evidence">Complete.</param>
    /// <param name="waiting">The authority gave no token just now, and is not asked for one over the signature.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task<(byte[] Pdf, byte[] Evidence)> SignAsync(AnyEvidence evidence, bool waiting, CancellationToken cancel)
    {
        foreach (var seal in evidence.Seals)
            Stamp.Remember(Convert.FromBase64String(seal.Token), Convert.FromHexString(seal.Hash));
        var file = EvidenceFile.Sign(evidence, certificate);
        var unsigned = AttestationPage.Write(file, certificate.Certificate);
        var signature = waiting ? Signature.Make(certificate, unsigned.ToSign) : await Signature.MakeTimestampedAsync(certificate, unsigned.ToSign, authority, cancel);
        return (unsigned.With(signature), file.Bytes());
    }
}
