using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>Everything that is wrong with the form, each leading to its field; has the focus when the page comes.</summary>
[HtmlTargetElement("v-error-summary", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ErrorSummaryTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var errors = ViewContext.ViewData.ModelState
            .OrderBy(entry => Rank(entry.Key), StringComparer.Ordinal)
            .SelectMany(entry => entry.Value!.Errors, (entry, error) => (entry.Key, Text: ControlTagHelper.ErrorText(error))).Distinct().ToList();
        if (errors.Count == 0)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "error-summary");
        output.Attributes.SetAttribute("role", "alert");
        output.Attributes.SetAttribute("tabindex", "-1");
        output.Attributes.SetAttribute("aria-labelledby", "error-summary-title");
        output.Attributes.Add(new TagHelperAttribute("autofocus"));
        output.Content.AppendHtml(Markup.Tag("h2", text: errors.Count == 1 ? Words.ErrorSummaryOne : Words.ErrorSummaryMany).With("id", "error-summary-title"));
        var list = Markup.Tag("ul");
        foreach (var (key, text) in errors)
            list.With(Markup.Tag("li").With(key.Length == 0
                ? Markup.Tag("span", text: text)
                : Markup.Tag("a", text: text).With("href", "#" + TagBuilder.CreateSanitizedId(key, "_"))));
        output.Content.AppendHtml(list);
    }

    /// <summary>The order in which the model declares its properties, which is the form's; the model state itself sorts by name.</summary>
    string Rank(string key)
    {
        var metadata = ViewContext.ViewData.ModelMetadata;
        var rank = new StringBuilder();
        foreach (var part in key.Split('.'))
        {
            var name = part.Split('[')[0];
            var index = metadata?.Properties.TakeWhile(property => property.PropertyName != name).Count() ?? 0;
            rank.Append(CultureInfo.InvariantCulture, $"{index:0000}{part[name.Length..]}.");
            metadata = metadata?.Properties[name] is { } property ? (name.Length < part.Length ? property.ElementMetadata : property) : null;
        }
        return rank.ToString();
    }
}

/// <summary>Something to know before going on: <c>info</c>, <c>warning</c> or <c>failure</c>. The content is HTML.</summary>
[HtmlTargetElement("v-callout")]
public sealed class CalloutTagHelper : TagHelper
{
    public string Kind { get; set; } = "info";

    public string? Title { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Attributes.SetAttribute("class", $"callout callout-{Kind}");
        output.Content.AppendHtml(Markup.Icon(ViewContext, IconOf(Kind), LabelOf(Kind)));
        output.Content.AppendHtml(Markup.Tag("div").With(Title is null ? null : Markup.Tag("p", "callout-title", Title), content));
    }

    internal static string IconOf(string kind) => kind switch
    {
        "info" => "info-circle",
        "success" => "check-circle",
        "warning" => "exclamation-triangle",
        "failure" => "x-circle",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A callout is info, warning or failure."),
    };

    internal static string LabelOf(string kind) => kind switch
    {
        "warning" => Words.CalloutWarning,
        "failure" => Words.CalloutFailure,
        _ => Words.CalloutInfo,
    };
}

/// <summary>What the last request has to say, once. The layout holds it; a page model says <c>TempData.Flash("…")</c> before it redirects.</summary>
[HtmlTargetElement("v-flash", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FlashTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (ViewContext.TempData[Flashes.TextKey] is not string text)
        {
            output.SuppressOutput();
            return;
        }
        var kind = ViewContext.TempData[Flashes.KindKey] as string ?? "success";
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"callout callout-{kind}");
        output.Attributes.SetAttribute("role", kind == "failure" ? "alert" : "status");
        output.Content.AppendHtml(Markup.Icon(ViewContext, CalloutTagHelper.IconOf(kind)));
        output.Content.AppendHtml(Markup.Tag("div").With(Markup.Tag("p", text: text)));
        if (ViewContext.TempData[Flashes.UndoKey] is string undo)
            output.Content.AppendHtml(Undo(undo));
    }

    TagBuilder Undo(string path)
    {
        var token = ViewContext.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(ViewContext.HttpContext);
        var proof = Markup.Tag("input").With("type", "hidden").With("name", token.FormFieldName).With("value", token.RequestToken);
        proof.TagRenderMode = TagRenderMode.SelfClosing;
        return Markup.Tag("form").With("method", "post").With("action", path).With(proof, Markup.Tag("button", "btn btn-sm btn-outline-primary", Words.Undo).With("type", "submit"));
    }
}

public static class Flashes
{
    internal const string TextKey = "Flash";
    internal const string KindKey = "FlashKind";
    internal const string UndoKey = "FlashUndo";

    /// <summary>Shown by the next page, once.</summary>
    /// <param name="tempData">The page's.</param>
    /// <param name="text">One or two sentences.</param>
    /// <param name="kind"><c>success</c>, <c>info</c>, <c>warning</c> or <c>failure</c>.</param>
    /// <param name="undo">Where a button « Annuler » posts to; null for no button.</param>
    public static void Flash(this ITempDataDictionary tempData, string text, string kind = "success", string? undo = null)
    {
        tempData[UndoKey] = undo;
        tempData[TextKey] = text;
        tempData[KindKey] = kind;
    }
}
