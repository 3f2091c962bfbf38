using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>A place in what was typed, and what is wrong there. Lines and columns count from 1.</summary>
public sealed record TemplateFault(int Line, int Column, string Message)
{
    public override string ToString() => $"Ligne {Line}, colonne {Column} : {Message}";

    internal static TemplateFault At(string source, int offset, string message)
    {
        var before = source.AsSpan(0, offset);
        return new TemplateFault(before.Count('\n') + 1, offset - before.LastIndexOf('\n'), message);
    }
}

/// <summary>One <c>{{ … }}</c> or <c>{% … %}</c> of a template, where it stands.</summary>
internal readonly record struct TemplateTag(int Start, string Text)
{
    public bool IsOutput => Text[1] == '{';

    /// <summary>What stands between the braces, without the dashes that trim.</summary>
    public string Content => Text[2..^2].Trim('-').Trim();

    /// <summary><c>if</c> of <c>{% if … %}</c>.</summary>
    public string Word => Content.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : "";
}

/// <summary>
/// The tags of a template, read before Liquid is: what is too long, left open or badly nested is found here with its
/// place, so that the parser only gets what it can take.
/// </summary>
internal static partial class TemplateTags
{
    /// <summary>What may follow <c>{%</c>. No loop, no variable of one's own, no inclusion: what a template makes is bounded by its length.</summary>
    public static readonly string[] Blocks = ["if", "unless", "case", "comment", "raw"];

    private static readonly string[] Parts = ["else", "elsif", "when"];

    private static readonly string[] Loops = ["for", "endfor", "tablerow", "endtablerow", "cycle", "break", "continue"];

    /// <summary>The tags in order, as far as they can be told apart, and what is wrong with them.</summary>
    public static (List<TemplateTag> Tags, List<TemplateFault> Faults) Read(string source)
    {
        var tags = new List<TemplateTag>();
        for (var match = Opening().Match(source); match.Success; match = Opening().Match(source, tags[^1].Start + tags[^1].Text.Length))
        {
            var close = match.Value == "{{" ? "}}" : "%}";
            var end = source.IndexOf(close, match.Index + 2, StringComparison.Ordinal);
            if (end < 0)
                return (tags, [Fault(match.Index, $"« {match.Value} » n'est pas fermé. Ajoutez « {close} » à la fin de la balise.")]);
            if (end - match.Index > TemplateCheck.LongestTag)
                return (tags, [Fault(match.Index, $"Cette balise compte plus de {TemplateCheck.LongestTag} caractères. Fermez-la par « {close} », ou raccourcissez-la.")]);
            if (tags.Count == TemplateCheck.MostTags)
                return (tags, [Fault(match.Index, $"Un modèle compte au plus {TemplateCheck.MostTags} balises.")]);
            tags.Add(new TemplateTag(match.Index, source[match.Index..(end + 2)]));
        }

        return (tags, [.. Nesting(tags).Take(1).Select(f => Fault(f.Start, f.Message))]); // what follows a first one is mostly its consequence

        TemplateFault Fault(int start, string message) => TemplateFault.At(source, start, message);
    }

    /// <summary>
    /// Changes the text around the tags and leaves the tags as they are meant: an editor of HTML writes <c>&amp;lt;</c> in them for
    /// <c>&lt;</c>, and a cleaner of HTML would.
    /// </summary>
    public static string Around(string source, Func<string, string> change)
    {
        var kept = new List<string>();
        var marked = Whole().Replace(source, tag =>
        {
            kept.Add(WebUtility.HtmlDecode(tag.Value).Replace('\u00a0', ' '));
            return $"{(tag.Value[1] == '%' ? '\ue002' : '\ue000')}{kept.Count - 1}\ue001";
        });
        return Mark().Replace(change(marked), mark => int.TryParse(mark.Groups["index"].ValueSpan, CultureInfo.InvariantCulture, out var index) && index < kept.Count ? kept[index] : "");
    }

    private static IEnumerable<(int Start, string Message)> Nesting(List<TemplateTag> tags)
    {
        var open = new Stack<TemplateTag>();
        foreach (var tag in tags.Where(t => !t.IsOutput))
        {
            var word = tag.Word;
            var inner = open.TryPeek(out var top) ? top.Word : null;
            if (inner is "comment" or "raw" && word != "end" + inner)
                continue; // text, there
            if (Blocks.Contains(word))
                open.Push(tag);
            else if (word == "end" + inner)
                open.Pop();
            else if (Parts.Contains(word) ? inner is null : Blocks.Contains(word.Replace("end", "", StringComparison.Ordinal)))
                yield return (tag.Start, inner is null ? $"« {{% {word} %}} » ne ferme ni ne prolonge rien : retirez-le, ou ouvrez une condition avant lui." : $"« {{% end{inner} %}} » est attendu avant « {{% {word} %}} ».");
            else if (!Parts.Contains(word))
                yield return (tag.Start, Unknown(word));
        }

        foreach (var left in open.Reverse())
            yield return (left.Start, $"« {{% {left.Word} %}} » n'est pas fermé. Ajoutez « {{% end{left.Word} %}} ».");
    }

    private static string Unknown(string word) => word switch
    {
        "" => "Cette balise est vide.",
        _ when Loops.Contains(word) => $"« {{% {word} %}} » n'est pas admis dans un modèle : aucune variable n'est une liste à parcourir.",
        "include" or "render" or "layout" or "section" or "block" => $"« {{% {word} %}} » n'est pas admis dans un modèle : il n'y a pas d'autre modèle à insérer.",
        "assign" or "capture" or "endcapture" or "increment" or "decrement" => $"« {{% {word} %}} » n'est pas admis dans un modèle : seules les variables de la liste existent.",
        _ => $"« {{% {word} %}} » n'est pas une balise connue : {NearestName.Advise(word, [.. Blocks, .. Parts], "{% ", " %}")}",
    };

    [GeneratedRegex(@"\{\{|\{%", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Opening();

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Whole();

    [GeneratedRegex("[\ue000\ue002](?<index>[0-9]{1,6})\ue001", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mark();
}
