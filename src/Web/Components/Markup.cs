using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Vaguemestre.Web.Components;

/// <summary>The small pieces that the tag helpers are made of.</summary>
static class Markup
{
    public static TagBuilder Tag(string name, string? cssClass = null, string? text = null)
    {
        var tag = new TagBuilder(name);
        if (cssClass is not null) tag.Attributes["class"] = cssClass;
        if (text is not null) tag.InnerHtml.Append(text);
        return tag;
    }

    public static TagBuilder With(this TagBuilder tag, string attribute, string? value)
    {
        if (value is not null) tag.Attributes[attribute] = value;
        return tag;
    }

    public static TagBuilder With(this TagBuilder tag, string attribute, bool present)
    {
        if (present) tag.Attributes[attribute] = attribute;
        return tag;
    }

    public static TagBuilder With(this TagBuilder tag, params ReadOnlySpan<IHtmlContent?> contents)
    {
        foreach (var content in contents)
            if (content is not null)
                tag.InnerHtml.AppendHtml(content);
        return tag;
    }

    /// <summary>Razor gives an empty text to an attribute whose expression is null.</summary>
    public static string? OrNull(this string? text) => string.IsNullOrEmpty(text) ? null : text;

    public static IHtmlContent Text(string text) => new HtmlContentBuilder().Append(text);

    public static TagBuilder Hidden(string text) => Tag("span", "visually-hidden", text);

    /// <summary>An icon of the sprite. Decorative unless it has a label: the word beside it carries the meaning.</summary>
    public static IHtmlContent Icon(ViewContext context, string name, string? label = null, string? cssClass = null) => IconMarkup.Of(context.HttpContext, name, label, cssClass);
}
