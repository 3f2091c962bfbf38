using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// What every control of a form has: a name bound to the model (<c>for</c>) or given (<c>name</c>), a label, a hint, and the error of the model state.
/// Attributes that a helper does not know go to the control itself.
/// </summary>
public abstract class ControlTagHelper : TagHelper
{
    [HtmlAttributeName("for")]
    public ModelExpression? For { get; set; }

    public string? Name { get; set => field = value.OrNull(); }

    /// <summary>The label; the model's <c>[Display(Name)]</c> when it is left out.</summary>
    public string? Label { get; set => field = value.OrNull(); }

    public string? Hint { get; set => field = value.OrNull(); }

    /// <summary>Says « (facultatif) » after the label.</summary>
    public bool Optional { get; set; }

    /// <summary><c>short</c> or <c>medium</c>; the column's width otherwise.</summary>
    public string? Width { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    protected string FullName => Name ?? ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(
        For?.Name ?? throw new InvalidOperationException($"{GetType().Name} needs for=\"…\" or name=\"…\"."));

    protected string Id => TagBuilder.CreateSanitizedId(FullName, "_");
    protected string LabelText => Label ?? For?.Metadata.GetDisplayName() ?? FullName;
    protected string HintId => Id + "-hint";
    protected string ErrorId => Id + "-error";
    protected ModelStateEntry? State => ViewContext.ViewData.ModelState.GetValueOrDefault(FullName);
    protected bool Invalid => State?.Errors.Count > 0;

    /// <summary>What the user typed, where a form came back; else what the model holds.</summary>
    protected string? Value => State is { AttemptedValue: { } typed } ? typed : Format(For?.Model);

    /// <summary>All values, where the control takes several.</summary>
    protected IReadOnlySet<string> Values
    {
        get
        {
            var values = State is { RawValue: not null } typed
                ? typed.RawValue as IEnumerable<string?> ?? [typed.RawValue as string]
                : For?.Model is System.Collections.IEnumerable many and not string ? many.Cast<object?>().Select(Format) : [Format(For?.Model)];
            return values.OfType<string>().ToHashSet(StringComparer.Ordinal);
        }
    }

    protected virtual string? Format(object? value) => value is Enum word ? word.ToString() : Convert.ToString(value, CultureInfo.CurrentCulture);

    protected string? DescribedBy => (Hint, Invalid) switch
    {
        (not null, true) => $"{HintId} {ErrorId}",
        (not null, false) => HintId,
        (null, true) => ErrorId,
        _ => null,
    };

    /// <summary>Gives the control its name, id, description and the attributes that nobody else claimed.</summary>
    protected TagBuilder Control(TagBuilder control, TagHelperOutput output)
    {
        foreach (var attribute in output.Attributes) control.MergeAttribute(attribute.Name, attribute.Value?.ToString() ?? "");
        output.Attributes.Clear();
        return control.With("id", Id).With("name", FullName).With("aria-describedby", DescribedBy).With("aria-invalid", Invalid ? "true" : null);
    }

    protected TagBuilder LabelTag(string element) =>
        Markup.Tag(element, "form-label").With("for", element == "label" ? Id : null).With(LabelContent());

    protected IHtmlContent LabelContent() => Optional
        ? new HtmlContentBuilder().Append(LabelText + " ").AppendHtml(Markup.Tag("span", "optional", Words.Optional))
        : Markup.Text(LabelText);

    protected TagBuilder? HintTag() => Hint is null ? null : Markup.Tag("p", "hint", Hint).With("id", HintId);

    protected TagBuilder? ErrorTag() => !Invalid ? null : Markup.Tag("p", "field-error").With("id", ErrorId).With(
        Markup.Icon(ViewContext, "exclamation-circle"),
        Markup.Tag("span").With(Markup.Hidden(Words.ErrorPrefix + " "), Markup.Text(ErrorText(State!.Errors[0]))));

    internal static string ErrorText(ModelError error) => string.IsNullOrEmpty(error.ErrorMessage) ? Words.InvalidValue : error.ErrorMessage;

    protected void Frame(TagHelperOutput output, string element)
    {
        output.TagName = element;
        output.TagMode = TagMode.StartTagAndEndTag;
        var css = "field";
        if (Width is not null) css += " " + Width;
        if (Invalid) css += " invalid";
        output.Attributes.SetAttribute("class", css);
    }
}
