namespace Vaguemestre.Core.Letters.Templates;

/// <summary>A name that a template may write between double braces.</summary>
/// <param name="Name"><c>consultation.title</c>.</param>
/// <param name="Meaning">What it stands for, in French.</param>
/// <param name="FilledAtSending">
/// True for what only the sending knows, for each recipient: in the draft it is still the variable, so that a template can
/// place it and nothing else.
/// </param>
public sealed record TemplateVariable(string Name, string Meaning, bool FilledAtSending)
{
    /// <summary>As it is written: <c>{{ consultation.title }}</c>.</summary>
    public string Placed => $"{{{{ {Name} }}}}";
}

/// <summary>
/// Every variable of a template: those of a letter (<see cref="LetterVariables"/>), and what only the making of a draft asks
/// for. <c>docs/operate/templates.md</c> lists them; a test compares.
/// </summary>
public static class TemplateVariables
{
    public const string Procedure = "consultation.procedure";

    public static IReadOnlyList<TemplateVariable> All { get; } =
    [
        .. LetterVariables.All.Where(v => v.Name.StartsWith("consultation.", StringComparison.Ordinal)).Select(Of),
        new(Procedure, "Procédure de passation", FilledAtSending: false),
        .. LetterVariables.All.Where(v => !v.Name.StartsWith("consultation.", StringComparison.Ordinal)).Select(Of),
    ];

    private static TemplateVariable Of((string Name, string Meaning) variable) => new(
        variable.Name,
        variable.Meaning,
        variable.Name is "today" or "reply.due" || variable.Name.StartsWith("recipient.", StringComparison.Ordinal));
}
