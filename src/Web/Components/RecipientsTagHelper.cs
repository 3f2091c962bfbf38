using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Pages.Letters;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// The field that recipients are typed or pasted into: a text area, which script makes a box that proposes the contacts of the
/// registers (<c>behaviours/recipients.ts</c>, which takes all its words from here).
/// </summary>
[HtmlTargetElement("v-recipients", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class RecipientsTagHelper : ControlTagHelper
{
    /// <summary>Where contacts are searched: <c>?q=</c> is added.</summary>
    public string Source { get; set; } = "";

    /// <summary>Ids of the elements to take over from the answer to an adding, with spaces between.</summary>
    public string? Swap { get; set => field = value.OrNull(); }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var area = Markup.Tag("textarea", Invalid ? "form-control is-invalid" : "form-control").With("rows", "2").With("autocomplete", "off").With("spellcheck", "false")
            .With("data-recipients", Source).With("data-swap", Swap).With("data-hint", Words.RecipientsHint).With("data-list", Words.SuggestionsLabel).With("data-lost", Words.SuggestionsLost);
        area.InnerHtml.AppendHtml("\n").Append(Value ?? "");
        Control(area, output);
        Frame(output, "div");
        output.Content.AppendHtml(LabelTag("label"));
        if (HintTag() is { } hint)
            output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error)
            output.Content.AppendHtml(error);
        output.Content.AppendHtml(area);
    }
}

/// <summary>What may be wrong with addresses that were chosen, each with a button that mends it where that can be guessed. Nothing when nothing is.</summary>
[HtmlTargetElement("v-hints", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class HintsTagHelper : TagHelper
{
    private const int Most = 12;

    public IReadOnlyList<RecipientHint> Hints { get; set; } = [];

    public string? Swap { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Hints.Count == 0)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "ul";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "address-hints");
        output.Attributes.SetAttribute("aria-label", Words.HintsLabel);
        foreach (var hint in Hints.Take(Most))
            output.Content.AppendHtml(Markup.Tag("li").With(Markup.Icon(ViewContext, "exclamation-triangle"), Markup.Tag("span", text: hint.Text), Mend(hint)));
        if (Hints.Count > Most)
            output.Content.AppendHtml(Markup.Tag("li", text: string.Format(CultureInfo.CurrentCulture, Words.HintsMore, Hints.Count - Most)));
    }

    private TagBuilder? Mend(RecipientHint hint) => hint.Hint.Suggestion is not { } meant ? null :
        Markup.Tag("button", "btn btn-sm btn-outline-primary", string.Format(CultureInfo.CurrentCulture, Words.HintReplace, meant))
            .With("type", "submit").With("name", "correct").With("value", hint.Email).With("data-swap", Swap)
            .With("data-say", string.Format(CultureInfo.CurrentCulture, Words.HintReplaced, meant));
}
