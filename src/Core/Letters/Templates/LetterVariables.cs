using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>
/// Names between double braces in a letter, such as <c>{{ recipient.company }}</c>, that are replaced by what they name when
/// the letter is sent or previewed. Plain replacement, without filters or conditions: those belong to a template, before
/// it becomes a letter. Whatever else stands between braces is text and stays.
/// </summary>
public sealed partial class LetterVariables
{
    /// <summary>Every name, and what it stands for in French.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        ("consultation.reference", "Référence de la consultation"),
        ("consultation.title", "Intitulé de la consultation"),
        ("organisation.name", "Nom de l'acheteur"),
        ("agent.name", "Nom de l'agent"),
        ("agent.email", "Adresse de l'agent"),
        ("today", "Date d'envoi"),
        ("reply.due", "Date limite de réponse"),
        ("recipient.company", "Entreprise destinataire"),
        ("recipient.name", "Nom du destinataire"),
        ("recipient.email", "Adresse du destinataire"),
        (Paragraph, "Paragraphe propre au destinataire"),
    ];

    /// <summary>What stands for a deadline that nobody chose; in brackets, as templates mark what is left to write.</summary>
    public const string NoDeadline = "[date et heure limites]";

    /// <summary>What stands for the address of a program, which has none; in brackets too.</summary>
    public const string NoAddress = "[adresse électronique de contact]";

    private const string Paragraph = "recipient.paragraph";

    private static readonly FrozenSet<string> Names = All.Select(v => v.Name).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Roots = All.Select(v => v.Name.Split('.')[0]).ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, string> values;

    private LetterVariables(Dictionary<string, string> values) => this.values = values;

    /// <summary>What is the same for every recipient.</summary>
    public static LetterVariables Common(Letter letter, string organisation, DateTimeOffset now) => new(new(StringComparer.Ordinal)
    {
        ["consultation.reference"] = letter.Consultation!.Reference,
        ["consultation.title"] = letter.Consultation.Title,
        ["organisation.name"] = organisation,
        ["agent.name"] = letter.AuthorName,
        ["agent.email"] = letter.AuthorEmail ?? NoAddress,
        ["today"] = ParisTime.Day(now),
        ["reply.due"] = letter.ReplyDue is { } due ? ParisTime.Text(due) : NoDeadline,
    });

    /// <summary>What is one recipient's. A company without a name is called by its contact, and failing that by its address.</summary>
    public static LetterVariables Of(RecipientInput recipient, string? paragraph) => new(new(StringComparer.Ordinal)
    {
        ["recipient.company"] = recipient.Company ?? recipient.Name ?? recipient.Email,
        ["recipient.name"] = recipient.Name ?? "",
        ["recipient.email"] = recipient.Email,
        [Paragraph] = paragraph ?? "",
    });

    /// <summary>A subject with these variables filled in, on one line.</summary>
    public string FillLine(string text) => Variable().Replace(text, v => values.TryGetValue(v.Groups["name"].Value, out var value) ? LineEnd().Replace(value, " ") : v.Value);

    /// <summary>A sanitised body with these variables filled in; stays sanitised. A paragraph that the text does not place comes last.</summary>
    public string FillBody(string html)
    {
        if (values.TryGetValue(Paragraph, out var own))
            html = Place(html, own);
        return Variable().Replace(html, v => values.TryGetValue(v.Groups["name"].Value, out var value) ? Encode(value) : v.Value);
    }

    /// <summary>The names in a draft that look like variables and are none, each with its line.</summary>
    public static IEnumerable<FieldError> Unknown(string subject, string bodyHtml)
    {
        foreach (var name in UnknownIn(subject))
            yield return new FieldError("subject", Explain(name, null));
        if (!bodyHtml.Contains("{{", StringComparison.Ordinal))
            yield break;
        var lines = BodyHtml.ToText(bodyHtml).Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            foreach (var name in UnknownIn(lines[line]))
                yield return new FieldError("bodyHtml", Explain(name, line + 1));
        }
    }

    private static string Place(string html, string own)
    {
        var alone = own.Length == 0 ? "" : BodyHtml.FromText(own);
        var placed = ParagraphAlone().Replace(html, _ => alone);
        return placed == html && own.Length > 0 && !ParagraphAnywhere().IsMatch(html) ? html + alone : placed;
    }

    private static IEnumerable<string> UnknownIn(string text) =>
        Variable().Matches(text).Select(v => v.Groups["name"].Value).Where(name => Roots.Contains(name.Split('.')[0]) && !Names.Contains(name));

    private static string Explain(string name, int? line)
    {
        var siblings = All.Select(v => v.Name).Where(known => known.Split('.')[0] == name.Split('.')[0]);
        return $"{(line is null ? "" : $"Ligne {line} : ")}« {{{{ {name} }}}} » n'est pas une variable connue. Écrivez {string.Join(", ", siblings.Select(s => $"{{{{ {s} }}}}"))}, ou retirez les accolades.";
    }

    private static string Encode(string value) => LineEnd().Replace(value.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\u00a0", "&nbsp;", StringComparison.Ordinal), "<br>");

    [GeneratedRegex(@"\{\{(?:\s|&nbsp;)*(?<name>[a-z]+(?:\.[a-z]+)*)(?:\s|&nbsp;)*\}\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"<p>(?:\s|&nbsp;)*\{\{(?:\s|&nbsp;)*recipient\.paragraph(?:\s|&nbsp;)*\}\}(?:\s|&nbsp;)*</p>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParagraphAlone();

    [GeneratedRegex(@"\{\{(?:\s|&nbsp;)*recipient\.paragraph(?:\s|&nbsp;)*\}\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParagraphAnywhere();

    [GeneratedRegex(@"\r\n|\r|\n", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineEnd();
}
