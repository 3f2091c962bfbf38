using System.Security.Cryptography.X509Certificates;
using Vaguemestre.Pdf;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>Whether the pages say what the evidence says: they are written anew from it, and compared.</summary>
internal sealed class PageChecks(Findings findings)
{
    public void Check(EvidenceFile evidence, SignedPdf pdf, X509Certificate2? signer)
    {
        if (signer is null)
            return;
        if (evidence.Evidence.Page is < 1 or > AttestationPage.Edition)
            findings.Fault("pages", $"Les preuves disent que les pages sont de l’édition n° {evidence.Evidence.Page}, que cette version ne connaît pas : rien n’établit qu’elles disent ce que disent les preuves. Vérifiez-les avec une version plus récente.");
        else if (evidence.Evidence.Page != AttestationPage.Edition)
            findings.Reserve("other-edition", $"Les pages sont d’une édition que cette version n’écrit plus (n° {evidence.Evidence.Page}) : elles n’ont pas été comparées aux preuves. La signature, du même certificat, répond des deux.");
        else if (Rewritten(evidence, pdf, signer) is { } rewritten && rewritten.SaysTheSameAs(pdf))
            findings.Established("pages", "Récrites d’après les preuves, les pages sont les mêmes, au mot près.");
        else
            findings.Fault("pages", "Les pages du PDF ne disent pas ce que disent les preuves jointes.");
    }

    /// <summary>Null where the evidence cannot be told: its words are whoever's who made the file.</summary>
    private static SignedPdf? Rewritten(EvidenceFile evidence, SignedPdf pdf, X509Certificate2 signer)
    {
        try
        {
            return SignedPdf.Read(AttestationPage.Write(evidence, signer).With(pdf.Signature));
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            return null;
        }
    }
}
