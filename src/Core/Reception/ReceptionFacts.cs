using Vaguemestre.Core.Access;
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
    /// <summary>« l’adresse n’est pas celle de l’entreprise ».</summary>
    public static string InFrench(this WrongRecipientReason reason) => reason switch
    {
        WrongRecipientReason.OtherCompany => "l’adresse n’est pas celle de l’entreprise",
        WrongRecipientReason.OtherPerson => "une autre personne de l’entreprise s’en occupe",
        WrongRecipientReason.NotConcerned => "l’entreprise ne participe pas à la consultation",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "This reason has no French words yet."),
    };

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

/// <param name="Recipient">The address that the followed link was sent to; null in facts written before it was told.</param>
public sealed record Download(Guid Attachment, string Name, string Sha256, string? Recipient = null) : FactContent;

/// <summary>What was replied: the hash of its text and of each file.</summary>
/// <param name="Recipient">The address that the followed link was sent to: the recipient's, or an invited colleague's.</param>
public sealed record ReplyContent(string Recipient, string BodySha256, IReadOnlyList<FileDigest> Attachments, bool AfterDue) : FactContent;

public sealed record ReplyOpenedContent(string Agent) : FactContent;

/// <param name="Email">Whom the colleague's own link was sent to.</param>
/// <param name="By">The address whose link invited it.</param>
public sealed record Invitation(string Email, string? Name, string By) : FactContent;

/// <summary>The recipient says that it is not the right one.</summary>
/// <param name="Recipient">The address that the page showed.</param>
/// <param name="Reason">Why, as chosen; null where nothing was.</param>
/// <param name="Proof">How the act was shown to be deliberate.</param>
/// <param name="UserAgent">As sent, at most 300 characters.</param>
public sealed record NotTheRecipient(string Recipient, WrongRecipientReason? Reason, ReceiptProof Proof, string? UserAgent) : FactContent;

/// <summary>Why somebody is not the right recipient.</summary>
public enum WrongRecipientReason
{
    /// <summary>The address is none of the company's.</summary>
    OtherCompany,

    /// <summary>The person has nothing to do with it: another one of the company has.</summary>
    OtherPerson,

    /// <summary>The company takes no part in the consultation.</summary>
    NotConcerned,
}

/// <summary>What an organisation chose for its recipients' pages.</summary>
/// <param name="Trigger">Null: as the platform's settings say.</param>
public sealed record ReceptionChosen(ReceiptTrigger? Trigger, LateReplies LateReplies, string Author) : FactContent;

public sealed record LinkEndedBy(string Agent) : FactContent;
