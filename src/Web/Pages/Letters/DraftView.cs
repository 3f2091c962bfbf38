using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>A draft as the write page shows it around the form.</summary>
public sealed class DraftView(Letter letter, IReadOnlyList<RegisterView> registers, IReadOnlyList<RecipientHint> hints, Settings settings)
{
    /// <summary>As many as one takes in at a glance; the rest stand on the page of recipients.</summary>
    public const int MostChips = 60;

    /// <summary>Of each register; the rest are found by the field.</summary>
    public const int MostContacts = 100;

    private readonly HashSet<string> chosen = [.. letter.Recipients.Select(r => EmailAddress.Fold(r.Email))];

    public Letter Letter => letter;

    public Consultation Consultation => letter.Consultation!;

    public IReadOnlyList<RegisterView> Registers => registers;

    public IReadOnlyList<RecipientHint> Hints => hints;

    public IEnumerable<LetterRecipient> Chips => letter.Recipients.Take(MostChips);

    public int Unshown => Math.Max(0, letter.Recipients.Count - MostChips);

    /// <summary>A mail without receipt proves no notification: these three types say so.</summary>
    public bool IsNotice => letter.Type is LetterType.Notification or LetterType.Award or LetterType.Rejection;

    public bool IsOverLimit => letter.AttachmentsSize > Limit;

    /// <summary>Files that the antivirus has not looked through yet, a recipient's own included.</summary>
    public int Waiting => letter.Attachments.Concat(letter.Recipients.SelectMany(r => r.Attachments)).Count(a => a.File?.Scan == FileScan.Waiting);

    public long Limit => AttachmentLimits.For(letter.Mode, settings);

    public string RecipientCount => French.Count(letter.Recipients.Count, "destinataire");

    public static IEnumerable<Option> Types => LetterTemplate.All.Select(t => new Option(t.Type.ToString(), t.Title));

    public IEnumerable<Option> Modes =>
    [
        Mode(DeliveryMode.Tracked, "Le message porte un lien personnel ; ouvrir le courrier laisse un accusé de réception horodaté."),
        Mode(DeliveryMode.Plain, "Le message porte le texte et les fichiers. Ni accusé de réception, ni réponse sur la plateforme" + (IsNotice ? ", ni preuve de la notification." : ".")),
    ];

    /// <summary>What each recipient reads in its own words.</summary>
    public static IReadOnlyList<Option> Variables { get; } =
    [
        new("{{ recipient.company }}", "Nom de l’entreprise"),
        new("{{ recipient.name }}", "Nom du destinataire"),
        new("{{ recipient.email }}", "Adresse électronique"),
        new("{{ recipient.paragraph }}", "Paragraphe propre au destinataire"),
        new("{{ reply.due }}", "Date limite de réponse"),
    ];

    public string BodyHint => BodyHtml.FromText(BodyHtml.ToText(letter.Body)) == letter.Body
        ? "Une ligne vide sépare deux paragraphes."
        : "Le texte a une mise en forme (gras, listes), qui ne se voit pas ici mais part avec le courrier. Elle est gardée tant que vous ne changez pas le texte ; dès que vous le changez, il part en paragraphes simples, séparés par une ligne vide.";

    public bool IsChosen(Contact contact) => contact.Email is { } email && chosen.Contains(EmailAddress.Fold(email));

    public static string LabelOf(LetterRecipient recipient) => recipient.Company ?? recipient.Name ?? recipient.Email;

    /// <summary>The address, unless it is the label already, and where it comes from.</summary>
    public static string DetailOf(LetterRecipient recipient) =>
        (LabelOf(recipient) == recipient.Email ? "" : recipient.Email + " · ") + Glossary.OfRegister(recipient.Register);

    public static string? LotsOf(Contact contact) =>
        contact.Lots.Count == 0 ? null : (contact.Lots.Count == 1 ? "Lot " : "Lots ") + string.Join(", ", contact.Lots);

    private Option Mode(DeliveryMode mode, string what) =>
        new(mode.ToString(), Glossary.Of(mode), $"{what} {French.Size(AttachmentLimits.For(mode, settings))} de fichiers au plus.");
}
