using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Templates;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>A recipient as chosen or typed, before it is checked.</summary>
public sealed record RecipientInput(string Email, string? Name = null, string? Company = null, string? Register = null)
{
    /// <summary>The address it corrects: the recipient is the same, with its own words and files. Null for everyone else.</summary>
    public string? Formerly { get; init; }
}

/// <summary>
/// What a caller wants a draft to be. Null: left as it is (a change), or as the template says (a new draft).
/// </summary>
public sealed record DraftInput
{
    public LetterType? Type { get; init; }

    public DeliveryMode? Mode { get; init; }

    public bool? ReplyExpected { get; init; }

    public DateTimeOffset? ReplyDue { get; init; }

    /// <summary>True takes the deadline away; <see cref="ReplyDue"/> null alone leaves it.</summary>
    public bool ClearReplyDue { get; init; }

    public string? Subject { get; init; }

    public string? BodyHtml { get; init; }

    public IReadOnlyList<RecipientInput>? Recipients { get; init; }

    /// <summary>What the draft would be: this, and the letter where this says nothing.</summary>
    internal DraftContent Over(Letter letter) => new(
        Type ?? letter.Type,
        Mode ?? letter.Mode,
        ReplyExpected ?? letter.ReplyExpected,
        ClearReplyDue ? null : ReplyDue ?? letter.ReplyDue,
        Subject ?? letter.Subject,
        BodyHtml ?? letter.Body,
        Recipients ?? [.. letter.Recipients.Select(r => r.AsInput())]);
}

/// <summary>What a draft holds, checked: addresses are addresses and differ, the body is sanitised, nothing is too long.</summary>
public sealed record DraftContent(
    LetterType Type,
    DeliveryMode Mode,
    bool ReplyExpected,
    DateTimeOffset? ReplyDue,
    string Subject,
    string Body,
    IReadOnlyList<RecipientInput> Recipients)
{
    public const int LongestSubject = 300;
    public const int LongestBody = 500_000;
    public const int MostRecipients = 5_000;

    /// <summary>Duplicates fold into the first of them. Problem <c>invalid</c> names every field that cannot be taken.</summary>
    /// <param name="given">What is to be taken.</param>
    /// <param name="historique">A message of the messagerie historique, which has no variables: words between double braces are words.</param>
    public static Result<DraftContent> Check(DraftContent given, bool historique = false)
    {
        var errors = new List<FieldError>();
        var subject = given.Subject.Trim();
        if (subject.Length > LongestSubject)
            errors.Add(new FieldError("subject", $"L'objet compte {subject.Length} caractères ; il en admet au plus {LongestSubject}. Raccourcissez-le."));
        else if (!SoundText.IsOneLine(subject))
            errors.Add(new FieldError("subject", "L'objet tient sur une seule ligne, sans retour à la ligne ni caractère de commande."));
        if (!SoundText.CanBeKept(given.Body))
            errors.Add(new FieldError("bodyHtml", SoundText.Refusal));
        var body = given.Body.Length > LongestBody ? given.Body : BodyHtml.Sanitise(given.Body);
        if (body.Length > LongestBody)
            errors.Add(new FieldError("bodyHtml", $"Le texte dépasse {LongestBody} caractères, mise en forme comprise. Joignez-le plutôt en fichier."));
        if (given.Recipients.Count > MostRecipients)
            errors.Add(new FieldError("recipients", $"Un courrier part à au plus {MostRecipients} destinataires."));
        else if (!historique)
            errors.AddRange(LetterVariables.Unknown(subject, given.Body).Take(20));
        var recipients = CheckRecipients([.. given.Recipients.Take(MostRecipients)], errors);
        return errors.Count > 0
            ? Problem.Invalid(errors)
            : given with { Subject = subject, Body = body, Recipients = recipients };
    }

    private static List<RecipientInput> CheckRecipients(IReadOnlyList<RecipientInput> given, List<FieldError> errors)
    {
        var recipients = new List<RecipientInput>(given.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < given.Count && errors.Count < 100; i++)
        {
            var recipient = given[i];
            var register = string.IsNullOrEmpty(recipient.Register) ? null : recipient.Register;
            if (EmailAddress.Parse(recipient.Email, out var why) is not { } address)
                errors.Add(new FieldError($"recipients[{i}].email", why));
            else if (!IsName(recipient.Name) || !IsName(recipient.Company))
                errors.Add(new FieldError($"recipients[{i}].name", "Le nom et l'entreprise tiennent sur une ligne et comptent au plus 500 caractères."));
            else if (register is not null && register != ReadRegisters.PriorPhase && Words.Parse<Register>(register) is null)
                errors.Add(new FieldError($"recipients[{i}].register", "Ce registre n'existe pas."));
            else if (seen.Add(address.Folded))
                recipients.Add(new RecipientInput(address.Text, NullIfBlank(recipient.Name), NullIfBlank(recipient.Company), register) { Formerly = recipient.Formerly });
        }

        return recipients;
    }

    private static bool IsName(string? text) => text is null || (text.Length <= 500 && SoundText.IsOneLine(text));

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
