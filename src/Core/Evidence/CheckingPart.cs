using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Pdf;
using ZXing;
using ZXing.QrCode.Internal;

namespace Vaguemestre.Core.Evidence;

/// <summary>The last part of an attestation: who signs it, when its facts were timestamped and by whom, and how anybody checks that.</summary>
internal static class CheckingPart
{
    private const double SquareSize = 2;

    /// <summary>White around a code, in its squares (ISO/IEC 18004, 6.3.8).</summary>
    private const int QuietZone = 4;

    /// <summary>One mask for all: any can be read (ISO/IEC 18004, 7.8), and to try which of the eight looks best takes longer than the rest of the code.</summary>
    private static readonly Dictionary<EncodeHintType, object> CodeHints = new() { [EncodeHintType.CHARACTER_SET] = "ISO-8859-1", [EncodeHintType.DISABLE_ECI] = true, [EncodeHintType.QR_MASK_PATTERN] = 3 };

    /// <param name="page">Where it is written.</param>
    /// <param name="file">The evidence.</param>
    /// <param name="signer">Who signs.</param>
    /// <param name="counted">How much is sealed, and the last of it.</param>
    public static void Write(PdfDocument page, EvidenceFile file, X509Certificate2 signer, params IEnumerable<(string Label, string Value)> counted)
    {
        var evidence = file.Evidence;
        page.Heading(2, "Vérifier cette attestation");
        page.Facts([
            ("Signée par", French.Lines(Certificates.NameOf(signer), Certificates.IsSelfSigned(signer) ? "Certificat auto-signé : aucun tiers n’atteste de l’identité du signataire" : $"Certificat délivré par {Certificates.IssuerOf(signer)}", $"SHA-256 du certificat : {Certificates.FingerprintOf(signer)}")),
            .. counted,
        ]);
        Seals(page, evidence);
        page.Paragraph(
            $"Chaque événement porte l’empreinte SHA-256 du précédent ; leurs empreintes sont rassemblées dans des sceaux, et l’autorité d’horodatage signe chaque sceau avec son instant. Le fichier {EvidenceFile.Name}, joint à ce document, contient les événements, {(evidence is EvidenceDocument ? "le courrier, les réponses" : "les courriers")}, les sceaux et les jetons d’horodatage tels qu’ils ont été enregistrés.");
        page.Paragraph(
            Text.Bold("Cela établit"), " que ces événements étaient inscrits au journal, tels quels, au plus tard à l’instant de leur horodatage, et que ce document n’a pas changé depuis sa signature. ",
            Text.Bold("Cela n’établit pas"), " l’exactitude de l’horloge de la plateforme avant cet instant, ni l’identité du signataire ou de l’autorité au-delà de ce que leurs certificats en disent.");
        page.Heading(3, "Comment faire");
        page.Paragraph($"Sur {evidence.Verifier}, choisissez ce fichier : la page dit ce qui est établi, par qui, et ce qui ne l’est pas. Elle ne conserve rien.");
        page.Paragraph("Sans réseau ni plateforme : la commande « vaguemestre verify » suivie du nom de ce fichier, sur toute copie du logiciel, qui est libre. Un expert refait tout à la main d’après les documents evidence.md et verify-by-hand.md du logiciel.");
        var sha256 = file.Sha256();
        var link = $"{Plain(evidence.Verifier)}?sha256={sha256}";
        page.Code(Squares(link), SquareSize, $"Code QR qui mène à {link}");
        page.Note($"Le code mène à la page de vérification. Empreinte SHA-256 de {EvidenceFile.Name} : {sha256}");
        page.Note("L’établissement de cette attestation est inscrit au journal, à la suite, avec l’empreinte du présent fichier.");
    }

    private static void Seals(PdfDocument page, AnyEvidence evidence)
    {
        var held = evidence.All().Select((f, i) => (f.Fact.Seal, Place: i + 1)).ToLookup(f => f.Seal?.Number, f => f.Place);
        var waiting = held[null].Count();
        if (waiting > 0)
            page.Paragraph(Text.Bold($"En attente d’horodatage : {French.Count(waiting, "événement")}."), " L’autorité d’horodatage ne répondait pas quand cette attestation a été établie. Demandez-en une nouvelle plus tard : elle les portera scellés.");
        if (evidence.Seals.Count == 0)
            return;
        page.Table(
            [new("Sceau", 0.8), new("Événements", 1.8), new("Horodaté (Paris, UTC)", 2.4), new("Autorité", 5)],
            evidence.Seals.Select(seal =>
            {
                var number = seal.Read().Number;
                var stamp = Stamp.Read(Convert.FromBase64String(seal.Token), Convert.FromHexString(seal.Hash));
                return new[]
                {
                    $"{number}",
                    evidence is EvidenceDocument ? Numbers([.. held[number]]) : French.Number(held[number].Count()),
                    stamp is null ? "" : French.InColumn(stamp.At),
                    stamp is null ? "" : French.Lines(Certificates.NameOf(stamp.Authority), stamp.Policy == BuiltInAuthority.Policy ? "Autorité interne à la plateforme, non qualifiée" : null, $"SHA-256 du certificat : {Certificates.FingerprintOf(stamp.Authority)}"),
                };
            }));
    }

    /// <summary>« 1 à 4, 6 ».</summary>
    private static string Numbers(List<int> numbers) => string.Join(", ", numbers
        .Select((number, i) => (number, Run: number - i)).GroupBy(n => n.Run, n => n.number)
        .Select(run => run.Count() == 1 ? $"{run.First()}" : $"{run.First()} à {run.Last()}"));

    /// <summary>An address in ASCII, whatever letters its host has: no telephone guesses them.</summary>
    private static string Plain(string address) =>
        !System.Text.Ascii.IsValid(address) && Uri.TryCreate(address, UriKind.Absolute, out var uri) ? new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri : address;

    private static IReadOnlyList<IReadOnlyList<bool>> Squares(string link)
    {
        var code = Encoder.encode(link, ErrorCorrectionLevel.M, CodeHints).Matrix;
        var side = code.Width + (2 * QuietZone);
        var squares = new bool[side][];
        for (var row = 0; row < side; row++)
        {
            squares[row] = new bool[side];
            for (var column = 0; row >= QuietZone && row < side - QuietZone && column < code.Width; column++)
                squares[row][column + QuietZone] = code[column, row - QuietZone] == 1;
        }

        return squares;
    }
}
