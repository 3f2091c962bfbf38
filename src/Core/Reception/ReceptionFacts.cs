using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>A visit of the link that is no reading: a program, or a person who went no further.</summary>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="UserAgent">As sent, at most 300 characters.</param>
public sealed record Visit(string Method, string? UserAgent) : FactContent;

/// <summary>The receipt.</summary>
/// <param name="Recipient">The address that the page showed: the conversation's, or an invited colleague's.</param>
/// <param name="Proof">How the act was shown to be deliberate: see <see cref="ReceiptProof"/>.</param>
/// <param name="UserAgent">As sent, at most 300 characters.</param>
/// <param name="Capacity">What the person declared: for which company; null where nothing was declared.</param>
/// <param name="Signals">What looked automatic about the request, as words; empty where nothing did. They never block a receipt.</param>
public sealed record Receipt(string Recipient, string? Company, ReceiptProof Proof, string? UserAgent, string? Capacity, IReadOnlyList<string> Signals) : FactContent;

/// <summary>How an opening was shown to be a person's deliberate act.</summary>
public enum ReceiptProof
{
    /// <summary>A box ticked by hand, then the button pressed; the way without script.</summary>
    Declaration,

    /// <summary>The button pressed by a gesture that the browser itself vouches for (<c>isTrusted</c>), on a page that a person acted upon.</summary>
    Gesture,

    /// <summary>The link followed by what looks like a person's navigation, where the organisation chose <c>Receipts:Trigger=link</c>.</summary>
    Link,
}

public static class ReceiptWords
{
    /// <summary>How the opening was shown to be deliberate, before a French reader.</summary>
    public static string ProofInFrench(this Receipt receipt) => receipt.Proof switch
    {
        ReceiptProof.Declaration => "case de déclaration cochée, puis bouton « Ouvrir le courrier » pressé",
        ReceiptProof.Gesture => "bouton « Ouvrir le courrier » pressé par un geste constaté par le navigateur",
        _ => "lien personnel suivi, sans autre acte demandé par l’acheteur",
    };

    /// <summary>What looked automatic about the opening, before a French reader; empty where nothing did.</summary>
    public static string SignsInFrench(this Receipt receipt) => string.Join(" ; ", receipt.Signals.Select(AutomaticSigns.InFrench));
}

public sealed record Download(Guid Attachment, string Name, string Sha256) : FactContent;

/// <summary>What was replied: the hash of its text and of each file.</summary>
public sealed record ReplyContent(string Recipient, string BodySha256, IReadOnlyList<FileDigest> Attachments, bool AfterDue) : FactContent;

public sealed record ReplyOpenedContent(string Agent) : FactContent;

/// <param name="Email">Whom the colleague's own link was sent to.</param>
/// <param name="By">The address whose link invited it.</param>
public sealed record Invitation(string Email, string? Name, string By) : FactContent;

public sealed record LinkEndedBy(string Agent) : FactContent;
