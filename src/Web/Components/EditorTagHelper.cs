using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// The text of a letter. <c>for</c> is a text area with its words and works without script; with script it gives way to an editor that
/// posts <c>html</c> instead, which then wins. One of both is posted, never both; a form that came back shows what was typed in either.
/// </summary>
[HtmlTargetElement("v-editor", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class EditorTagHelper : ControlTagHelper
{
    /// <summary>What the editor edits and posts: HTML as <see cref="BodyHtml"/> writes it.</summary>
    public ModelExpression Html { get; set; } = null!;

    public int Rows { get; set; } = 18;

    /// <summary>What « Insérer une variable » offers: the text inserted, and its name. No menu where there is none.</summary>
    public IReadOnlyList<Option>? Variables { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var name = ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(Html.Name);
        var posted = ViewContext.ViewData.ModelState.GetValueOrDefault(name)?.AttemptedValue;
        var html = BodyHtml.Sanitise(posted ?? (State?.AttemptedValue is { } typed ? BodyHtml.FromText(typed) : Html.Model as string ?? BodyHtml.FromText(Value ?? "")));

        var area = Area(FullName, posted is null ? Value ?? "" : BodyHtml.ToText(html)).With("rows", Rows.ToString(CultureInfo.InvariantCulture));
        Control(area, output);
        area.AddCssClass(Invalid ? "form-control is-invalid" : "form-control");
        Frame(output, "div");
        output.Attributes.SetAttribute("data-editor", "");
        output.Content.AppendHtml(LabelTag("label").With("id", Id + "-label"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(Markup.Tag("div", "editor").With(Tools(), area, Area(name, html).With("hidden", true).With("disabled", true).With("data-editor-html", "")));
    }

    private static TagBuilder Area(string name, string text)
    {
        var area = Markup.Tag("textarea").With("name", name);
        area.InnerHtml.AppendHtml("\n").Append(text); // the browser drops the first line break
        return area;
    }

    private TagBuilder Tools()
    {
        var bar = Markup.Tag("div", "editor-tools").With("role", "toolbar").With("aria-label", Words.EditorTools).With("aria-controls", Id).With("hidden", true);
        bar.With(
            Group(Toggle("bold", "type-bold", Words.EditorBold, "B"), Toggle("italic", "type-italic", Words.EditorItalic, "I"), Toggle("underline", "type-underline", Words.EditorUnderline, "U"), Toggle("strike", "type-strikethrough", Words.EditorStrike, "Shift+S")),
            Menu("colour", "palette", Words.EditorColour, "menuitemradio", Colours()),
            Group(Toggle("bullets", "list-ul", Words.EditorBullets, "Shift+8"), Toggle("numbers", "list-ol", Words.EditorNumbers, "Shift+7"), Tool("indent", "text-indent-left", Words.EditorIndent), Tool("outdent", "text-indent-right", Words.EditorOutdent)),
            Group(Tool("clear", "eraser", Words.EditorClear), Tool("undo", "arrow-counterclockwise", Words.EditorUndo, "Z"), Tool("redo", "arrow-clockwise", Words.EditorRedo, "Y")));
        if (Variables is { Count: > 0 })
            bar.With(Menu("variable", "braces", Words.EditorVariable, "menuitem", Variables.Select(v => (v.Value, Markup.Text(v.Text)))));
        return bar;
    }

    private static TagBuilder Group(params ReadOnlySpan<TagBuilder> tools)
    {
        var group = Markup.Tag("div", "editor-group");
        foreach (var tool in tools) group.InnerHtml.AppendHtml(tool);
        return group;
    }

    private TagBuilder Toggle(string act, string icon, string word, string key) => Tool(act, icon, word, key).With("aria-pressed", "false");

    private TagBuilder Tool(string act, string icon, string word, string? key = null) => Markup.Tag("button", "editor-tool").With("type", "button").With("tabindex", "-1").With("data-act", act)
        .With("title", key is null ? word : string.Format(CultureInfo.CurrentCulture, Words.EditorShortcut, word, key.Replace("Shift", Words.KeyShift, StringComparison.Ordinal)))
        .With("aria-keyshortcuts", key is null ? null : "Control+" + key)
        .With(Markup.Icon(ViewContext, icon), Markup.Hidden(word));

    private TagBuilder Menu(string act, string icon, string word, string role, IEnumerable<(string Value, IHtmlContent Label)> items)
    {
        var id = $"{Id}-{act}";
        var menu = Markup.Tag("div", "editor-menu").With("role", "menu").With("id", id).With("aria-label", word).With("hidden", true);
        foreach (var (value, label) in items)
            menu.With(Markup.Tag("button").With("type", "button").With("role", role).With("tabindex", "-1").With("data-value", value).With("aria-checked", role == "menuitemradio" ? "false" : null).With(label));
        return Markup.Tag("div", "editor-group").With(Tool(act, icon, word).With("aria-haspopup", "menu").With("aria-expanded", "false").With("aria-controls", id), menu);
    }

    private static IEnumerable<(string Value, IHtmlContent Label)> Colours()
    {
        yield return ("", Colour(null, Words.EditorNoColour));
        foreach (var name in LetterColours.Names)
            yield return (name, Colour(name, Words.ResourceManager.GetString($"Colour.{name}", CultureInfo.CurrentUICulture)!));
    }

    private static HtmlContentBuilder Colour(string? name, string word)
    {
        var label = new HtmlContentBuilder();
        label.AppendHtml(Markup.Tag("span", $"swatch {name}".TrimEnd()).With("aria-hidden", "true")).Append(word);
        return label;
    }
}
