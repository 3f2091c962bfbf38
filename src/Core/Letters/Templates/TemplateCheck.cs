using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Ast;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>
/// What keeps a text from being a template: every fault with its place and the remedy, in French. A text without fault
/// renders whatever the consultation is.
/// </summary>
public static partial class TemplateCheck
{
    /// <summary>Characters of one tag, braces included.</summary>
    public const int LongestTag = 500;

    public const int MostTags = 200;

    private const int MostFaults = 20;

    private static readonly IReadOnlyList<string> Names = [.. TemplateVariables.All.Select(v => v.Name)];

    /// <summary>The tags that a template has; each ends with its <c>end…</c>.</summary>
    public static IReadOnlyList<string> Tags => TemplateTags.Blocks;

    public static IReadOnlyList<string> Filters => TemplateLiquid.Filters;

    public static IReadOnlyList<TemplateFault> FaultsOf(string text)
    {
        var source = text.ReplaceLineEndings("\n");
        var (tags, faults) = TemplateTags.Read(source);
        if (faults.Count == 0)
            faults = TemplateLiquid.TryParse(TemplateTags.Around(source, t => t), out var template, out var error) ? [.. Misused(source, tags, template)] : [Unreadable(source, tags, error)];
        return [.. faults.Distinct().OrderBy(f => f.Line).ThenBy(f => f.Column).Take(MostFaults)];
    }

    private static IEnumerable<TemplateFault> Misused(string source, List<TemplateTag> tags, IFluidTemplate template)
    {
        var found = new Findings();
        found.VisitTemplate(template);
        foreach (var name in found.Variables.Except(Names, StringComparer.Ordinal))
        {
            foreach (var place in Places(tags, Path(name)))
                yield return TemplateFault.At(source, place.Offset, $"« {name} » n'est pas une variable connue : {NearestName.Advise(name, Names)}");
        }

        foreach (var variable in TemplateVariables.All.Where(v => v.FilledAtSending && found.Reckoned.Contains(v.Name)))
        {
            foreach (var place in Places(tags, Path(variable.Name)).Where(p => p.Tag.Content != variable.Name))
                yield return TemplateFault.At(source, place.Offset, $"« {variable.Name} » n'est connu qu'à l'envoi, pour chaque destinataire : il s'écrit seul, « {variable.Placed} », sans filtre et hors d'une condition.");
        }

        foreach (var filter in found.Filters.Except(TemplateLiquid.Filters, StringComparer.Ordinal))
        {
            foreach (var place in Places(tags, $@"(?<=\|\s*){Regex.Escape(filter)}(?!\w)"))
                yield return TemplateFault.At(source, place.Offset, $"« {filter} » n'est pas un filtre connu : {NearestName.Advise(filter, TemplateLiquid.Filters)}");
        }

        if (found.HasRange)
        {
            foreach (var place in Places(tags, @"\([^()]*\.\.[^()]*\)"))
                yield return TemplateFault.At(source, place.Offset, "Un intervalle n'a pas d'emploi dans un modèle. Retirez-le.");
        }
    }

    /// <summary>Where a name stands, outside the words between quotes; the beginning of the first tag where it stands nowhere as such.</summary>
    private static IEnumerable<(TemplateTag Tag, int Offset)> Places(List<TemplateTag> tags, string pattern)
    {
        var name = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var places = tags.SelectMany(tag => name.Matches(Quoted().Replace(tag.Text, q => new string(' ', q.Length))).Select(m => (tag, tag.Start + m.Index))).ToList();
        return places.Count > 0 ? places : tags.Take(1).Select(tag => (tag, tag.Start));
    }

    private static string Path(string name) =>
        name.EndsWith("[…]", StringComparison.Ordinal) ? $@"(?<![\w.]){Dotted(name[..^3])}\s*\[" : $@"(?<![\w.]){Dotted(name)}(?!\w|\s*\.)";

    private static string Dotted(string name) => string.Join(@"\s*\.\s*", name.Split('.').Select(Regex.Escape));

    /// <summary>What Liquid's parser cannot read: its English sentence and place, in French.</summary>
    private static TemplateFault Unreadable(string source, List<TemplateTag> tags, string error)
    {
        var place = Place().Match(error);
        var offset = place.Success ? Offset(source, int.Parse(place.Groups["line"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(place.Groups["column"].ValueSpan, CultureInfo.InvariantCulture)) : 0;
        var tag = tags.LastOrDefault(t => t.Start <= offset, tags.FirstOrDefault());
        if (tag.Text is null)
            return new TemplateFault(1, 1, "Ce texte ne se lit pas comme un modèle.");
        // The parser stops where it gave up, which may be far behind the tag that it could not read.
        var at = offset < tag.Start + tag.Text.Length ? offset : tag.Start;
        return TemplateFault.At(source, at, error switch
        {
            _ when error.Contains("after the '|'", StringComparison.Ordinal) => "Le nom d'un filtre est attendu après « | ».",
            _ when error.Contains("A value was expected", StringComparison.Ordinal) => "Le nom d'une variable est attendu ici, par exemple « consultation.title ».",
            _ when error.Contains("'}}' was expected", StringComparison.Ordinal) => "« }} » est attendu ici : une variable s'écrit « {{ consultation.title }} ».",
            _ when error.Contains("Parentheses", StringComparison.Ordinal) || error.Contains("Functions", StringComparison.Ordinal) => "Les parenthèses n'ont pas d'emploi dans un modèle. Retirez-les.",
            _ => $"« {tag.Text} » ne se lit pas. Une condition s'écrit « {{% if consultation.procedure == \"Procédure adaptée\" %}} ».",
        });
    }

    private static int Offset(string source, int line, int column)
    {
        var start = 0;
        for (; line > 1 && source.IndexOf('\n', start) is >= 0 and var end; line--)
            start = end + 1;
        return Math.Min(start + Math.Max(column, 1) - 1, Math.Max(source.Length - 1, 0));
    }

    [GeneratedRegex(@" at \((?<line>[0-9]+):(?<column>[0-9]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    /// <summary>What a template names, and how.</summary>
    private sealed class Findings : AstVisitor
    {
        public HashSet<string> Variables { get; } = new(StringComparer.Ordinal);

        /// <summary>Names that are used for more than being written where they stand.</summary>
        public HashSet<string> Reckoned { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Filters { get; } = new(StringComparer.Ordinal);

        public bool HasRange { get; private set; }

        protected override Statement VisitOutputStatement(OutputStatement outputStatement)
        {
            if (outputStatement.Expression is not MemberExpression placed)
                return base.VisitOutputStatement(outputStatement);
            Variables.Add(NameOf(placed));
            return outputStatement;
        }

        protected override Expression VisitMemberExpression(MemberExpression memberExpression)
        {
            Variables.Add(NameOf(memberExpression));
            Reckoned.Add(NameOf(memberExpression));
            return base.VisitMemberExpression(memberExpression);
        }

        protected override Expression VisitFilterExpression(FilterExpression filterExpression)
        {
            Filters.Add(filterExpression.Name);
            return base.VisitFilterExpression(filterExpression);
        }

        protected override Expression VisitRangeExpression(RangeExpression rangeExpression)
        {
            HasRange = true;
            return base.VisitRangeExpression(rangeExpression);
        }

        /// <summary>« consultation.title », or as far as it is one: « consultation[…] ».</summary>
        private static string NameOf(MemberExpression member)
        {
            var named = member.Segments.TakeWhile(s => s is IdentifierSegment).Cast<IdentifierSegment>().ToList();
            return string.Join('.', named.Select(s => s.Identifier)) + (named.Count < member.Segments.Count ? "[…]" : "");
        }
    }
}
