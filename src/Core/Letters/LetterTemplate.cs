using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters;

/// <summary>What a type of letter starts from: Liquid in subject and body, with the variables that <see cref="Fill"/> lists.</summary>
public sealed record LetterTemplate(LetterType Type, string Title, DeliveryMode Mode, bool ReplyExpected, string Subject, string Body)
{
    private static readonly FluidParser Parser = new();

    // é stays é: only what HTML must escape is escaped.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly FrozenDictionary<LetterType, LetterTemplate> Defaults =
        Enum.GetValues<LetterType>().ToFrozenDictionary(t => t, Load);

    /// <summary>The nine, in the order an agent knows them.</summary>
    public static IReadOnlyList<LetterTemplate> All { get; } = [.. Enum.GetValues<LetterType>().Select(t => Defaults[t])];

    public static LetterTemplate For(LetterType type) => Defaults[type];

    /// <summary>
    /// Subject and body for one consultation and agent. What is not known yet, the recipient, the day of sending and a deadline
    /// that nobody chose, comes out as the variable it is: see <see cref="LetterVariables"/>.
    /// </summary>
    public (string Subject, string Body) Fill(Consultation consultation, Organisation organisation, Caller caller, DateTimeOffset? replyDue)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["consultation"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["reference"] = consultation.Reference, ["title"] = consultation.Title },
            ["organisation"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = organisation.Name },
            ["agent"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = caller.Name, ["email"] = caller.Email },
            ["reply"] = replyDue is { } due ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["due"] = ParisTime.Text(due) } : Later("reply", "due"),
            ["recipient"] = Later("recipient", "company", "name", "email", "paragraph"),
            ["today"] = "{{ today }}",
        };
        var subject = Render(Subject, variables, NullEncoder.Default);
        return (subject.Length <= DraftContent.LongestSubject ? subject : subject[..(DraftContent.LongestSubject - 1)] + "…", Render(Body, variables, Encoder));
    }

    private static Dictionary<string, object?> Later(string root, params IEnumerable<string> names) =>
        names.ToDictionary(name => name, object? (name) => $"{{{{ {root}.{name} }}}}", StringComparer.Ordinal);

    private static string Render(string template, Dictionary<string, object?> variables, TextEncoder encoder)
    {
        var context = new TemplateContext { CultureInfo = CultureInfo.GetCultureInfo("fr-FR") };
        foreach (var (name, value) in variables)
            context.SetValue(name, value);
        return Parser.Parse(template).Render(context, encoder).Trim();
    }

    /// <summary>Reads the embedded default: lines <c>key: value</c> between two lines of dashes, then the body.</summary>
    private static LetterTemplate Load(LetterType type)
    {
        using var stream = typeof(LetterTemplate).Assembly.GetManifestResourceStream($"Vaguemestre.Core.Letters.Templates.{Words.Of(type)}.liquid")
            ?? throw new InvalidOperationException($"The template of {type} is not embedded.");
        var text = new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
        var end = text.IndexOf("\n---\n", StringComparison.Ordinal);
        var head = text[4..end].Split('\n').Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        return new LetterTemplate(type, head["title"], Words.Parse<DeliveryMode>(head["mode"])!.Value, head["reply-expected"] == "true", head["subject"], text[(end + 5)..].Trim());
    }
}
