using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// A register beside the letter: its title is a button that adds all its contacts, the list below (content: <c>v-contact</c>) opens on demand.
/// Every button submits the form around it; with <c>swap</c> and script only these elements of the answer are taken over.
/// </summary>
[HtmlTargetElement("v-register")]
public sealed class RegisterTagHelper : TagHelper
{
    public string Title { get; set; } = "";

    public long Count { get; set; }

    /// <summary>The button's name and value: which register to add whole.</summary>
    public string Name { get; set; } = "addRegister";

    public string Value { get; set; } = "";

    /// <summary>What stands in an empty register.</summary>
    public string? Empty { get; set => field = value.OrNull(); }

    public bool Open { get; set; }

    /// <summary>Ids of the elements to take over from the answer, with spaces between.</summary>
    public string? Swap { get; set => field = value.OrNull(); }

    /// <summary>How many of them are in the list below, and where all of them are, when that is not the same.</summary>
    public long Shown { get; set; }

    public string? More { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var contacts = await output.GetChildContentAsync();
        output.TagName = "section";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "register");
        output.Content.AppendHtml(Markup.Tag("h3", "register-head").With(Head()));
        if (Count == 0)
        {
            output.Content.AppendHtml(Markup.Tag("p", text: Empty ?? Words.RegisterEmpty));
            return;
        }
        output.Content.AppendHtml(Markup.Tag("details").With("id", "register-" + Value).With("open", Open).With(
            Markup.Tag("summary", text: string.Format(CultureInfo.CurrentCulture, Words.RegisterSee, French.Count(Count, Words.Contact, Words.Contacts))),
            More is null ? null : Beginning(More),
            Markup.Tag("ul", "contacts").With("data-filter", More is null ? Words.FilterContacts : null).With(contacts)));
    }

    TagBuilder Beginning(string all) => Markup.Tag("p", text: string.Format(CultureInfo.CurrentCulture, Words.RegisterMore, French.Number(Shown), Words.RecipientsLabel) + " ")
        .With(Markup.Tag("a", text: Words.RegisterAll).With("href", all), Markup.Text("."));

    TagBuilder Head()
    {
        var title = Markup.Tag("span", text: Title);
        var count = Markup.Tag("span", "count", French.Number(Count));
        if (Count == 0) return Markup.Tag("span", "register-all").With(title, count);
        var what = string.Format(CultureInfo.CurrentCulture, Words.RegisterAddAll, French.Count(Count, Words.Contact, Words.Contacts));
        return Markup.Tag("button", "register-all").With("type", "submit").With("name", Name).With("value", Value).With("data-swap", Swap).With("title", what)
            .With("data-say", string.Format(CultureInfo.CurrentCulture, Words.RegisterAdded, Title))
            .With(Markup.Icon(ViewContext, "plus-circle"), title.With(Markup.Hidden(" — " + what)), count);
    }
}

/// <summary>A contact of a register: a button that adds it to the recipients.</summary>
[HtmlTargetElement("v-contact", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ContactTagHelper : TagHelper
{
    public string? Company { get; set => field = value.OrNull(); }

    public string? Person { get; set => field = value.OrNull(); }

    /// <summary>Without an address it cannot be chosen, and says so.</summary>
    public string? Email { get; set => field = value.OrNull(); }

    /// <summary>More to tell it by: « Lot 2 ».</summary>
    public string? Detail { get; set => field = value.OrNull(); }

    public bool Chosen { get; set; }

    public string Name { get; set; } = "add";

    public string Value { get; set; } = "";

    public string? Swap { get; set => field = value.OrNull(); }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        var title = Company ?? Person ?? Email ?? "";
        var line = string.Join(" · ", new[] { Company is null ? null : Person, Email ?? Words.NoAddress, Detail }.Where(part => part is { Length: > 0 } && part != title));
        var text = Markup.Tag("span").With(Markup.Tag("b", text: title), Markup.Tag("span", text: line));
        var state = Chosen ? Words.ContactChosen : Email is null ? null : Words.ContactAdd;
        output.Content.SetHtmlContent(Markup.Tag("button", "contact").With("type", "submit").With("name", Name).With("value", Value)
            .With("disabled", Chosen || Email is null).With("data-swap", Swap)
            .With("data-say", string.Format(CultureInfo.CurrentCulture, Words.ContactAdded, title))
            .With(text, Markup.Icon(ViewContext, Chosen ? "check2" : Email is null ? "x-lg" : "plus", state)));
    }
}

/// <summary>A recipient who is in, with a button to take it out again; one item of <c>&lt;ul class="chips"&gt;</c>. The content holds its hidden values.</summary>
[HtmlTargetElement("v-chip")]
public sealed class ChipTagHelper : TagHelper
{
    public string Label { get; set; } = "";

    /// <summary>Address and register: « contact@dupont.fr · Registre des retraits ».</summary>
    public string? Detail { get; set => field = value.OrNull(); }

    public string Name { get; set; } = "remove";

    public string Value { get; set; } = "";

    public string? Swap { get; set => field = value.OrNull(); }

    public bool Invalid { get; set; }

    /// <summary>Where its own words and files are written; its label leads there.</summary>
    public string? Href { get; set => field = value.OrNull(); }

    /// <summary>It has words or files of its own.</summary>
    public bool Own { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var hidden = await output.GetChildContentAsync();
        output.TagName = "li";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Invalid ? "chip chip-invalid" : "chip");
        output.Content.AppendHtml(Markup.Tag("span").With(Title(), Detail is null ? null : Markup.Tag("small", text: Detail)));
        output.Content.AppendHtml(hidden);
        var remove = string.Format(CultureInfo.CurrentCulture, Words.ChipRemove, Label);
        output.Content.AppendHtml(Markup.Tag("button").With("type", "submit").With("name", Name).With("value", Value).With("title", remove)
            .With("data-swap", Swap).With("data-say", string.Format(CultureInfo.CurrentCulture, Words.ChipRemoved, Label))
            .With(Markup.Icon(ViewContext, "x-lg", remove)));
    }

    TagBuilder Title()
    {
        var label = Markup.Tag("b", text: Label);
        if (Own) label.With(Markup.Icon(ViewContext, "paperclip", Words.ChipOwn));
        return Href is null ? label : Markup.Tag("a").With("href", Href).With("title", string.Format(CultureInfo.CurrentCulture, Words.ChipWrite, Label)).With(label);
    }
}
