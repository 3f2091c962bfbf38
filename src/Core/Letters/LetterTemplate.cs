using System.Collections.Frozen;
using Fluid;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// What a type of letter starts from: Liquid in subject and body, with the variables of <see cref="TemplateVariables"/>. The
/// product's defaults stand here; an organisation's own, which stand above them, are <see cref="TemplateVersion"/>s.
/// </summary>
/// <param name="Number">Of the organisation's version; 0 for the product's default.</param>
public sealed record LetterTemplate(LetterType Type, string Title, DeliveryMode Mode, bool ReplyExpected, string Subject, string Body, int Number = 0)
{
    private static readonly FrozenDictionary<LetterType, LetterTemplate> Defaults =
        Enum.GetValues<LetterType>().ToFrozenDictionary(t => t, Load);

    /// <summary>The nine defaults, in the order an agent knows them.</summary>
    public static IReadOnlyList<LetterTemplate> All { get; } = [.. Enum.GetValues<LetterType>().Select(t => Defaults[t])];

    /// <summary>The product's default.</summary>
    public static LetterTemplate For(LetterType type) => Defaults[type];

    /// <summary>An organisation's version.</summary>
    public static LetterTemplate Of(TemplateVersion version) =>
        new(version.Type, For(version.Type).Title, version.Mode, version.ReplyExpected, version.Subject, version.Body, version.Number);

    /// <summary>
    /// Subject and body for one consultation and agent. What only the sending knows, the recipient, the day and the deadline as
    /// it will be then, comes out as the variable it is: see <see cref="LetterVariables"/>.
    /// </summary>
    public (string Subject, string Body) Fill(Consultation consultation, Organisation organisation, Caller caller)
    {
        var values = TemplateVariables.All.ToDictionary(v => v.Name, string? (v) => v.Placed, StringComparer.Ordinal);
        values["consultation.reference"] = consultation.Reference;
        values["consultation.title"] = consultation.Title;
        values[TemplateVariables.Procedure] = ProcedureWords.French(consultation.Procedure);
        values["organisation.name"] = organisation.Name;
        values["agent.name"] = caller.Name;
        values["agent.email"] = caller.Email;
        var subject = TemplateLiquid.Render(TemplateLiquid.Parse(Subject), values, NullEncoder.Default);
        return (subject.Length <= DraftContent.LongestSubject ? subject : SoundText.Beginning(subject, DraftContent.LongestSubject - 1) + "…", TemplateLiquid.Render(TemplateLiquid.Parse(Body), values, TemplateLiquid.Html));
    }

    /// <summary>Reads the embedded default: lines <c>key: value</c> between two lines of dashes, then the body.</summary>
    private static LetterTemplate Load(LetterType type)
    {
        using var stream = typeof(LetterTemplate).Assembly.GetManifestResourceStream($"Vaguemestre.Core.Letters.Templates.{Words.Of(type)}.liquid")
            ?? throw new InvalidOperationException($"The template of {type} is not embedded.");
        var text = new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
        var end = text.IndexOf("\n---\n", StringComparison.Ordinal);
        var head = text[4..end].Split('\n').Select(l => l.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        return new LetterTemplate(type, head["title"], Words.Parse<DeliveryMode>(head["mode"])!.Value, head["reply-expected"] == "true", head["subject"], TemplateBody.Tidy(text[(end + 5)..]));
    }
}
