using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>One thing to choose. <paramref name="Group"/> is a heading in a list that drops down.</summary>
public sealed record Option(string Value, string Text, string? Hint = null, bool Disabled = false, string? Group = null)
{
    /// <summary>The members of an enumeration, by their <c>[Display(Name)]</c>.</summary>
    public static IEnumerable<Option> Of(Type enumeration) => Enum.GetNames(enumeration).Select(name => new Option(
        name, enumeration.GetField(name)?.GetCustomAttribute<DisplayAttribute>()?.GetName() ?? name));
}

public abstract class OptionsTagHelper : ControlTagHelper
{
    /// <summary>What there is to choose; the members of the model's enumeration when it is left out.</summary>
    public IEnumerable<Option>? Options { get; set; }

    protected IEnumerable<Option> Choices => Options ?? (For?.Metadata.UnderlyingOrModelType is { IsEnum: true } enumeration
        ? Option.Of(enumeration)
        : throw new InvalidOperationException($"{GetType().Name} needs options=\"…\": {FullName} is no enumeration."));
}

/// <summary>Radio buttons, or boxes to tick when the model is a list, under one legend.</summary>
[HtmlTargetElement("v-choices", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ChoicesTagHelper : OptionsTagHelper
{
    public string? Legend { get => Label; set => Label = value; }

    /// <summary>Side by side rather than one under the other.</summary>
    public bool Inline { get; set; }

    /// <summary>Boxes to tick; true by itself when the model is a list.</summary>
    public bool? Multiple { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var multiple = Multiple ?? For?.Metadata.IsEnumerableType == true;
        var extra = output.Attributes.ToArray();
        output.Attributes.Clear();
        Frame(output, "fieldset");
        if (DescribedBy is { } ids) output.Attributes.SetAttribute("aria-describedby", ids);
        output.Content.AppendHtml(LabelTag("legend"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);

        var list = Markup.Tag("div", Inline ? "choices-inline" : "choices");
        var values = Values;
        var index = 0;
        foreach (var option in Choices)
        {
            // The first one carries the field's own id, so that the error summary leads to it.
            var id = index++ == 0 ? Id : $"{Id}-{index}";
            var box = Markup.Tag("input", "form-check-input").With("type", multiple ? "checkbox" : "radio").With("id", id).With("name", FullName)
                .With("value", option.Value).With("checked", values.Contains(option.Value)).With("disabled", option.Disabled)
                .With("aria-describedby", option.Hint is null ? null : id + "-hint");
            foreach (var attribute in extra) box.MergeAttribute(attribute.Name, attribute.Value?.ToString() ?? "");
            box.TagRenderMode = TagRenderMode.SelfClosing;
            list.With(Markup.Tag("div", "form-check").With(
                box,
                Markup.Tag("label", "form-check-label", option.Text).With("for", id),
                option.Hint is null ? null : Markup.Tag("p", "hint", option.Hint).With("id", id + "-hint")));
        }
        output.Content.AppendHtml(list);
    }
}

/// <summary>A list that drops down.</summary>
[HtmlTargetElement("v-select", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class SelectTagHelper : OptionsTagHelper
{
    /// <summary>The first line, without a value: « Tous », « Choisissez… ».</summary>
    public string? Empty { get; set => field = value.OrNull(); }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var control = Control(Markup.Tag("select", Invalid ? "form-select is-invalid" : "form-select"), output);
        if (Empty is not null) control.With(Markup.Tag("option", text: Empty).With("value", ""));
        var values = Values;
        foreach (var group in Choices.GroupBy(option => option.Group))
        {
            var parent = group.Key is null ? control : Markup.Tag("optgroup").With("label", group.Key);
            foreach (var option in group)
                parent.With(Markup.Tag("option", text: option.Text).With("value", option.Value)
                    .With("selected", values.Contains(option.Value)).With("disabled", option.Disabled));
            if (group.Key is not null) control.With(parent);
        }
        Frame(output, "div");
        output.Content.AppendHtml(LabelTag("label"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(control);
    }
}

/// <summary>One box to tick: bound to a boolean, or one of several of the same <c>name</c> with its own <c>value</c>.</summary>
[HtmlTargetElement("v-check", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class CheckTagHelper : ControlTagHelper
{
    [HtmlAttributeName("value")]
    public string Given { get; set; } = "true";

    public bool? Checked { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var box = Control(Markup.Tag("input", Invalid ? "form-check-input is-invalid" : "form-check-input"), output)
            .With("type", "checkbox").With("value", Given).With("checked", Checked ?? IsChecked());
        var id = For is null ? $"{Id}-{TagBuilder.CreateSanitizedId(Given, "_")}" : Id;
        box.Attributes["id"] = id;
        box.TagRenderMode = TagRenderMode.SelfClosing;
        Frame(output, "div");
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(Markup.Tag("div", "form-check").With(
            box, Markup.Tag("label", "form-check-label").With("for", id).With(LabelContent()), HintTag()));
    }

    bool IsChecked() => State is { RawValue: not null } ? Values.Contains(Given) : For?.Model is true || (For?.Model is not bool && Values.Contains(Given));
}

/// <summary>A box to tick a row of a table by; its label is for those who do not see the row.</summary>
[HtmlTargetElement("v-tick", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TickTagHelper : TagHelper
{
    public string Name { get; set; } = "";

    public string Value { get; set; } = "";

    public string Label { get; set; } = "";

    public bool Checked { get; set; }

    /// <summary>Id of the form it belongs to, where that is not the one around it.</summary>
    public string? Form { get; set => field = value.OrNull(); }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.SetHtmlContent(Pieces.Tick(Name, Value, Label, Checked, Form));
    }
}
