using Vaguemestre.Core.Letters.Bodies;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>What a template holds. As given it may be anything; see <see cref="Check"/>.</summary>
/// <param name="Mode">What the letter's mode starts as.</param>
/// <param name="ReplyExpected">Only with <see cref="DeliveryMode.Tracked"/>; otherwise it counts as false.</param>
/// <param name="Subject">Liquid, one line.</param>
/// <param name="Body">Liquid in HTML.</param>
public sealed record TemplateContent(DeliveryMode Mode, bool ReplyExpected, string Subject, string Body)
{
    public const int LongestSubject = 1_000;
    public const int LongestBody = 100_000;

    public static TemplateContent Of(LetterTemplate template) => new(template.Mode, template.ReplyExpected, template.Subject, template.Body);

    /// <summary>The content with a sanitised body. Problem <c>invalid</c> names every fault with its line and column.</summary>
    public static Result<TemplateContent> Check(TemplateContent given)
    {
        var errors = new List<FieldError>();
        var subject = given.Subject.Trim();
        if (subject.Length == 0)
            errors.Add(new FieldError("subject", "Saisissez l'objet du modèle."));
        else if (subject.Length > LongestSubject || !SoundText.IsOneLine(subject))
            errors.Add(new FieldError("subject", $"L'objet tient sur une seule ligne d'au plus {LongestSubject} caractères, sans caractère de commande."));
        else
            errors.AddRange(TemplateCheck.FaultsOf(subject).Select(f => new FieldError("subject", f.ToString())));
        var body = given.Body.ReplaceLineEndings("\n");
        if (body.Length > LongestBody)
            errors.Add(new FieldError("bodyHtml", $"Le texte du modèle dépasse {LongestBody} caractères, mise en forme comprise. Raccourcissez-le."));
        else if (!SoundText.CanBeKept(body))
            errors.Add(new FieldError("bodyHtml", "Le texte contient un caractère qui ne peut pas être conservé. Saisissez-le à nouveau sans lui."));
        else if (BodyHtml.IsEmpty(body))
            errors.Add(new FieldError("bodyHtml", "Saisissez le texte du modèle."));
        else
            errors.AddRange(TemplateCheck.FaultsOf(body).Select(f => new FieldError("bodyHtml", f.ToString())));
        return errors.Count > 0
            ? Problem.Invalid(errors)
            : new TemplateContent(given.Mode, given is { Mode: DeliveryMode.Tracked, ReplyExpected: true }, subject, TemplateBody.Tidy(body));
    }
}
