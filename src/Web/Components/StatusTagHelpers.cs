using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>How the statuses and the kinds of facts look. Their words are those of the contract.</summary>
public static class Look
{
    static readonly Dictionary<string, string> StatusIcons = new(StringComparer.Ordinal)
    {
        ["draft"] = "pencil",
        ["sending"] = "hourglass-split",
        ["relayed"] = "arrow-right",
        ["delivered"] = "check2",
        ["undelivered"] = "x-circle",
        ["read"] = "envelope-open",
        ["reply-unread"] = "reply-fill",
        ["reply-read"] = "reply",
    };

    static readonly Dictionary<string, (string Icon, string Weight)> Facts = new(StringComparer.Ordinal)
    {
        ["submitted"] = ("send", "strong"),
        ["accepted-by-relay"] = ("server", "quiet"),
        ["relayed"] = ("arrow-right", "plain"),
        ["delivered"] = ("check2", "strong"),
        ["delayed"] = ("hourglass-split", "plain"),
        ["undelivered"] = ("x-lg", "failure"),
        ["resubmitted"] = ("arrow-repeat", "strong"),
        ["readdressed"] = ("send", "strong"),
        ["answered"] = ("reply", "strong"),
        ["automated-access"] = ("robot", "quiet"),
        ["opened"] = ("envelope-open", "strong"),
        ["attachment-downloaded"] = ("download", "plain"),
        ["replied"] = ("reply-fill", "strong"),
        ["reply-opened"] = ("eye", "plain"),
        ["wrong-recipient"] = ("person-x", "failure"),
        ["reader-invited"] = ("people", "plain"),
        ["attestation-issued"] = ("patch-check", "quiet"),
    };

    /// <summary>The eight, in the order of a letter's life.</summary>
    public static IReadOnlyCollection<string> Statuses => StatusIcons.Keys;

    public static IReadOnlyCollection<string> FactKinds => Facts.Keys;

    /// <summary>« Non délivré ».</summary>
    public static string StatusWord(string status) => StatusWords.French(Core.Data.Words.Parse<Status>(status) ?? throw Unknown(status));

    /// <summary>« Non délivrés ».</summary>
    public static string StatusPlural(string status) => Word("Statuses", status) ?? throw Unknown(status);

    /// <summary>« 2 non délivrés ».</summary>
    public static string StatusCount(string status, long count) => French.Count(count, StatusWord(status).ToLower(French.Culture), StatusPlural(status).ToLower(French.Culture));

    public static string StatusIcon(string status) => StatusIcons.GetValueOrDefault(status) ?? throw Unknown(status);

    /// <summary>More kinds may come: one that is not known yet is shown by its own word.</summary>
    public static (string Icon, string Weight, string Word) Fact(string kind)
    {
        var (icon, weight) = Facts.GetValueOrDefault(kind, ("clock-history", "plain"));
        return (icon, weight, Core.Data.Words.Parse<FactKind>(kind) is { } known ? FactWords.French(known) : kind);
    }

    static string? Word(string family, string word) => Words.ResourceManager.GetString($"{family}.{word}", CultureInfo.CurrentUICulture);

    static ArgumentOutOfRangeException Unknown(string status) =>
        new(nameof(status), status, $"A status is one of {string.Join(", ", StatusIcons.Keys)}.");
}

/// <summary>A status: icon + word + colour. Nothing where there is none (messagerie historique).</summary>
[HtmlTargetElement("v-status", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class StatusTagHelper : TagHelper
{
    public string? Value { get; set => field = value.OrNull(); }

    /// <summary>How many stand in it: « 38 lus ». Null for one thing's status.</summary>
    public int? Count { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Value is null)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = null;
        output.Content.SetHtmlContent(Pieces.Status(ViewContext.HttpContext, Value, Count));
    }
}

/// <summary>What is to know beside the status: <c>reply-expected</c>, <c>late</c>, <c>resent</c>, or words of its own with an icon.</summary>
[HtmlTargetElement("v-tag", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class BadgeTagHelper : TagHelper
{
    public string Kind { get; set; } = "";

    public string? Text { get; set => field = value.OrNull(); }

    public string? Icon { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (icon, word) = Kind switch
        {
            "reply-expected" => ("reply", Words.TagReplyExpected),
            "late" => ("clock", Words.TagLate),
            "resent" => ("arrow-repeat", Words.TagResent),
            _ => (Icon, Text ?? throw new InvalidOperationException("v-tag needs kind=\"…\" or text=\"…\".")),
        };
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Kind.Length == 0 ? "tag" : $"tag tag-{Kind}");
        if ((Icon ?? icon) is { } drawn) output.Content.AppendHtml(Markup.Icon(ViewContext, drawn));
        output.Content.Append(Text ?? word);
    }
}

/// <summary>A counter that filters: one item of <c>&lt;ul class="counters"&gt;</c>. Without a status it is the counter of all.</summary>
[HtmlTargetElement("v-counter", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class CounterTagHelper : TagHelper
{
    public string? Status { get; set => field = value.OrNull(); }

    /// <summary>Another word than the status's own.</summary>
    public string? Text { get; set => field = value.OrNull(); }

    /// <summary>Null where it was not counted.</summary>
    public long? Count { get; set; }

    public string Href { get; set; } = "";

    public bool Current { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        var css = Count switch { null => null, 0 => "none", _ => Status == "undelivered" ? "failure" : null };
        output.Content.SetHtmlContent(Markup.Tag("a", css).With("href", Href).With("aria-current", Current ? "true" : null).With(
            Status is null ? null : Markup.Icon(ViewContext, Look.StatusIcon(Status)),
            Markup.Tag("span", text: Text ?? (Status is null ? Words.CounterAll : Look.StatusPlural(Status))),
            Count is { } count ? Markup.Tag("b", text: French.Number(count)) : null));
    }
}

/// <summary>The star of a favourite: a button that turns it on or off. Put it into a form, or name one by <c>form</c>.</summary>
[HtmlTargetElement("v-star", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class StarTagHelper : TagHelper
{
    public bool Active { get; set; }

    /// <summary>What it marks, for those who hear the page: « Information d'attribution à SARL Dupont ».</summary>
    public string Subject { get; set; } = "";

    public string Name { get; set; } = "";

    public string Value { get; set; } = "";

    /// <summary>Id of the form it belongs to, where that is not the one around it.</summary>
    public string? Form { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.SetHtmlContent(Pieces.Star(ViewContext.HttpContext, Active, Subject, Name, Value, Form));
    }
}
