using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>Liquid as templates speak it: few tags, few filters, bounded steps.</summary>
internal static class TemplateLiquid
{
    public static readonly IReadOnlyList<string> Filters = ["capitalize", "default", "downcase", "remove", "strip", "truncate", "truncatewords", "upcase"];

    /// <summary>é stays é: only what HTML must escape is escaped.</summary>
    public static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly FluidParser Parser = MakeParser();

    // What a template makes is bounded where it is written (see TemplateTags); this is the second line.
    private static readonly TemplateOptions Options = new() { MaxSteps = 10_000, MaxRecursion = 20, CultureInfo = CultureInfo.GetCultureInfo("fr-FR") };

    public static IFluidTemplate Parse(string source) => Parser.Parse(source);

    public static bool TryParse(string source, out IFluidTemplate template, out string error) => Parser.TryParse(source, out template, out error);

    public static string Render(IFluidTemplate template, IReadOnlyDictionary<string, string?> values, TextEncoder encoder)
    {
        var context = new TemplateContext(Options);
        foreach (var root in values.GroupBy(v => v.Key.Split('.')[0], StringComparer.Ordinal))
        {
            object? value = root.First().Key == root.Key
                ? root.First().Value
                : root.ToDictionary(v => v.Key[(root.Key.Length + 1)..], object? (v) => v.Value, StringComparer.Ordinal);
            context.SetValue(root.Key, value);
        }

        return template.Render(context, encoder).Trim();
    }

    private static FluidParser MakeParser()
    {
        var parser = new FluidParser();
        foreach (var tag in parser.RegisteredTags.Keys.Except(TemplateTags.Blocks, StringComparer.Ordinal).ToList())
            parser.RegisteredTags.Remove(tag);
        return parser;
    }
}
