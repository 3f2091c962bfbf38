using System.ComponentModel.DataAnnotations;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

public sealed class ControlTests
{
    enum Mode
    {
        [Display(Name = "Avec accusé de réception")] Tracked,
        [Display(Name = "Simple")] Plain,
    }

    sealed class Form
    {
        [Display(Name = "Objet"), Required, StringLength(200)]
        public string? Subject { get; set; }

        [Display(Name = "Texte")]
        public string? Body { get; set; }

        [Display(Name = "Adresse électronique"), EmailAddress]
        public string? Address { get; set; }

        public Mode Mode { get; set; }

        public List<string> Lots { get; set; } = [];

        public bool ReplyExpected { get; set; }

        public DateOnly? ReplyDue { get; set; }
    }

    static readonly Option[] Lots = [new("1", "Lot 1"), new("2", "Lot 2"), new("3", "Lot 3", Hint: "infructueux")];

    [Fact]
    public async Task A_field_has_its_label_its_value_and_the_length_its_model_allows()
    {
        var page = new Rendering<Form>(new Form { Subject = "Rejet <lot 2>" });
        var html = await page.Html(new FieldTagHelper { For = page.For(form => form.Subject) });
        html.ShouldContain("<label class=\"form-label\" for=\"Subject\">Objet</label>");
        html.ShouldContain("id=\"Subject\"");
        html.ShouldContain("name=\"Subject\"");
        html.ShouldContain("maxlength=\"200\"");
        html.ShouldContain("value=\"Rejet &lt;lot 2&gt;\"");
        html.ShouldNotContain("aria-invalid");
        html.ShouldNotContain("aria-describedby");
    }

    [Fact]
    public async Task An_error_is_said_described_and_keeps_what_was_typed()
    {
        var page = new Rendering<Form>(new Form { Subject = "avant" });
        page.State.SetModelValue("Subject", "tapé", "tapé");
        page.State.AddModelError("Subject", "Trop long.");
        var html = await page.Html(new FieldTagHelper { For = page.For(form => form.Subject), Hint = "En peu de mots." });
        html.ShouldContain("class=\"field invalid\"");
        html.ShouldContain("aria-describedby=\"Subject-hint Subject-error\"");
        html.ShouldContain("aria-invalid=\"true\"");
        html.ShouldContain("id=\"Subject-error\"");
        html.ShouldContain("Trop long.");
        html.ShouldContain("value=\"tapé\"");
        html.ShouldNotContain("avant");
    }

    [Fact]
    public async Task An_empty_text_from_Razor_is_no_hint()
    {
        var page = new Rendering<Form>();
        (await page.Html(new FieldTagHelper { For = page.For(form => form.Subject), Hint = "" })).ShouldNotContain("hint");
    }

    [Fact]
    public async Task A_password_never_comes_back()
    {
        var page = new Rendering<Form>(new Form { Subject = "secret" });
        page.State.SetModelValue("Subject", "secret", "secret");
        var html = await page.Html(new FieldTagHelper { For = page.For(form => form.Subject), Type = "password", Autocomplete = "current-password" });
        html.ShouldNotContain("secret");
        html.ShouldContain("autocomplete=\"current-password\"");
    }

    [Fact]
    public async Task Several_lines_keep_their_first_line_break()
    {
        var page = new Rendering<Form>(new Form { Body = "\nMadame," });
        (await page.Html(new FieldTagHelper { For = page.For(form => form.Body), Rows = 10 })).ShouldContain("rows=\"10\">\n\nMadame,</textarea>");
    }

    [Fact]
    public async Task Attributes_that_a_helper_does_not_know_go_to_the_control()
    {
        var page = new Rendering<Form>();
        var html = await page.Html(new FieldTagHelper { For = page.For(form => form.Subject) }, "", ("data-autosave", "subject"));
        html.ShouldStartWith("<div class=\"field\">");
        html.ShouldContain("data-autosave=\"subject\"");
    }

    [Fact]
    public async Task The_members_of_an_enumeration_are_radio_buttons_under_a_legend()
    {
        var page = new Rendering<Form>(new Form { Mode = Mode.Plain });
        var html = await page.Html(new ChoicesTagHelper { For = page.For(form => form.Mode), Legend = "Mode d’envoi" });
        html.ShouldStartWith("<fieldset class=\"field\">");
        html.ShouldContain("<legend class=\"form-label\">Mode d’envoi</legend>");
        html.ShouldContain("Avec accusé de réception");
        html.ShouldMatch("<input[^>]*checked[^>]*value=\"Plain\"");
        html.ShouldNotMatch("<input[^>]*checked[^>]*value=\"Tracked\"");
    }

    [Fact]
    public async Task A_list_is_boxes_to_tick_and_the_first_carries_the_id_of_the_field()
    {
        var page = new Rendering<Form>(new Form { Lots = ["1", "3"] });
        var html = await page.Html(new ChoicesTagHelper { For = page.For(form => form.Lots), Legend = "Lots", Options = Lots });
        html.ShouldContain("type=\"checkbox\"");
        html.ShouldMatch("<input[^>]*id=\"Lots\"[^>]*value=\"1\"");
        html.ShouldContain("for=\"Lots-3\"");
        html.Split(" checked=").Length.ShouldBe(3);
        html.ShouldContain("aria-describedby=\"Lots-3-hint\"");
    }

    [Fact]
    public async Task What_was_ticked_comes_back_even_where_it_was_refused()
    {
        var page = new Rendering<Form>(new Form { Lots = ["1"] });
        page.State.SetModelValue("Lots", new[] { "2", "3" }, "2,3");
        var html = await page.Html(new ChoicesTagHelper { For = page.For(form => form.Lots), Legend = "Lots", Options = Lots });
        html.ShouldMatch("<input[^>]*checked[^>]*value=\"2\"");
        html.ShouldMatch("<input[^>]*checked[^>]*value=\"3\"");
        html.ShouldNotMatch("<input[^>]*checked[^>]*value=\"1\"");
    }

    [Fact]
    public async Task A_list_that_drops_down_groups_and_selects()
    {
        var page = new Rendering<Form>(new Form { Subject = "b" });
        var html = await page.Html(new SelectTagHelper
        {
            For = page.For(form => form.Subject),
            Empty = "Choisissez",
            Options = [new("a", "Libre"), new("b", "Rejet", Group: "Décisions")],
        });
        html.ShouldContain("<option value=\"\">Choisissez</option>");
        html.ShouldContain("<optgroup label=\"Décisions\"><option selected=\"selected\" value=\"b\">Rejet</option></optgroup>");
    }

    [Fact]
    public async Task One_box_follows_its_model()
    {
        var page = new Rendering<Form>(new Form { ReplyExpected = true });
        (await page.Html(new CheckTagHelper { For = page.For(form => form.ReplyExpected) })).ShouldContain("checked=\"checked\"");
        page = new Rendering<Form>();
        (await page.Html(new CheckTagHelper { For = page.For(form => form.ReplyExpected) })).ShouldNotContain("checked=\"checked\"");
    }

    [Fact]
    public async Task A_date_is_written_as_the_browser_reads_it()
    {
        var page = new Rendering<Form>(new Form { ReplyDue = new DateOnly(2025, 3, 14) });
        (await page.Html(new DateTagHelper { For = page.For(form => form.ReplyDue) })).ShouldContain("type=\"date\" value=\"2025-03-14\"");
        (await page.Html(new DateTagHelper { For = page.For(form => form.ReplyDue), Time = true })).ShouldContain("value=\"2025-03-14T00:00\"");
    }

    [Fact]
    public async Task An_upload_says_what_is_left_of_the_limit()
    {
        var page = new Rendering<Form>();
        var html = await page.Html(new UploadTagHelper { Name = "Files", Label = "Pièces jointes", Limit = 62_914_560, Used = 3_145_728 });
        html.ShouldContain("Il reste 57 Mo sur 60 Mo");
        html.ShouldContain("data-limit=\"62914560\"");
        html.ShouldContain("multiple=\"multiple\"");
    }

    [Fact]
    public async Task The_error_summary_leads_to_the_fields_in_the_order_of_the_form()
    {
        var page = new Rendering<Form>();
        page.State.AddModelError("Body", "Renseignez le texte.");
        page.State.AddModelError("Subject", "Renseignez l’objet.");
        page.State.AddModelError("", "Le brouillon a changé.");
        var html = await page.Html(new ErrorSummaryTagHelper());
        html.ShouldContain("role=\"alert\"");
        html.ShouldContain("tabindex=\"-1\"");
        html.ShouldContain("<li><a href=\"#Subject\">Renseignez l’objet.</a></li><li><a href=\"#Body\">Renseignez le texte.</a></li>");
        html.ShouldContain("<span>Le brouillon a changé.</span>");
    }

    [Fact]
    public async Task Without_errors_there_is_no_summary() => (await new Rendering<Form>().Html(new ErrorSummaryTagHelper())).ShouldBeEmpty();

    [Theory]
    [InlineData(nameof(Form.Subject), null, "Renseignez le champ « Objet ».")]
    [InlineData(nameof(Form.Address), "pas une adresse", "Le champ « Adresse électronique » attend une adresse électronique, par exemple nom@exemple.fr.")]
    public void Rules_without_words_of_their_own_speak_French(string property, string? value, string said)
    {
        var page = new Rendering<Form>();
        var rule = page.Context.ViewData.ModelMetadata.Properties[property]!.ValidatorMetadata.OfType<ValidationAttribute>().First(rule => !rule.IsValid(value));
        rule.FormatErrorMessage(page.Context.ViewData.ModelMetadata.Properties[property]!.GetDisplayName()).Replace('\u00a0', ' ').ShouldBe(said);
    }
}
