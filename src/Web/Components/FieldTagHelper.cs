using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Vaguemestre.Web.Components;

/// <summary>A box to type in: text, email, password, search, number, tel, url, or several lines (<c>rows</c>).</summary>
[HtmlTargetElement("v-field", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FieldTagHelper : ControlTagHelper
{
    public string Type { get; set; } = "text";

    /// <summary>More than one line: a text area of that many rows.</summary>
    public int Rows { get; set; } = 1;

    public string? Autocomplete { get; set => field = value.OrNull(); }

    /// <summary>What stands in it where there is no model (<c>name</c>) and nothing was typed yet.</summary>
    [HtmlAttributeName("value")]
    public string? Given { get; set => field = value.OrNull(); }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var css = Invalid ? "form-control is-invalid" : "form-control";
        var control = Rows > 1 ? Area(css) : Box(css);
        Control(control, output).With("autocomplete", Autocomplete).With("maxlength", MaxLength());
        Frame(output, "div");
        output.Content.AppendHtml(LabelTag("label"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(control);
    }

    TagBuilder Box(string css)
    {
        var box = Markup.Tag("input", css).With("type", Type).With("value", Type == "password" ? null : State is null && Given is { } given ? given : Value);
        box.TagRenderMode = TagRenderMode.SelfClosing;
        return Type is "email" or "url" ? box.With("spellcheck", "false").With("autocapitalize", "none") : box;
    }

    TagBuilder Area(string css)
    {
        var area = Markup.Tag("textarea", css).With("rows", Rows.ToString(CultureInfo.InvariantCulture));
        // The browser drops the first line break of a text area.
        area.InnerHtml.AppendHtml("\n").Append(Value ?? "");
        return area;
    }

    string? MaxLength()
    {
        var rules = For?.Metadata.ValidatorMetadata ?? [];
        var length = rules.OfType<StringLengthAttribute>().Select(rule => rule.MaximumLength)
            .Concat(rules.OfType<MaxLengthAttribute>().Select(rule => rule.Length)).Where(length => length > 0).DefaultIfEmpty().Min();
        // A text area's line breaks count one here and two on the server: the server judges alone.
        return length > 0 && Rows == 1 ? length.ToString(CultureInfo.InvariantCulture) : null;
    }
}

/// <summary>A day, or with <c>time="true"</c> a day and an hour. Bind a <see cref="DateOnly"/> or a <see cref="DateTime"/> meant in the time of Paris.</summary>
[HtmlTargetElement("v-date", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class DateTagHelper : ControlTagHelper
{
    public bool Time { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var control = Markup.Tag("input", Invalid ? "form-control is-invalid" : "form-control")
            .With("type", Time ? "datetime-local" : "date").With("value", Value);
        control.TagRenderMode = TagRenderMode.SelfClosing;
        Control(control, output);
        Frame(output, "div");
        output.Content.AppendHtml(LabelTag("label"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(control);
    }

    protected override string? Format(object? value)
    {
        var format = Time ? "yyyy-MM-dd'T'HH:mm" : "yyyy-MM-dd";
        return value switch
        {
            null => null,
            DateOnly date => date.ToDateTime(TimeOnly.MinValue).ToString(format, CultureInfo.InvariantCulture),
            DateTime time => time.ToString(format, CultureInfo.InvariantCulture),
            DateTimeOffset instant => TimeZoneInfo.ConvertTime(instant, French.Paris).ToString(format, CultureInfo.InvariantCulture),
            _ => base.Format(value),
        };
    }
}

/// <summary>A value that goes along unseen. The only hidden input there is.</summary>
[HtmlTargetElement("v-hidden", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class HiddenTagHelper : ControlTagHelper
{
    [HtmlAttributeName("value")]
    public object? Given { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "input";
        output.TagMode = TagMode.SelfClosing;
        output.Attributes.SetAttribute("type", "hidden");
        output.Attributes.SetAttribute("name", FullName);
        output.Attributes.SetAttribute("value", Format(Given) is { Length: > 0 } given ? given : Format(For?.Model));
    }
}
