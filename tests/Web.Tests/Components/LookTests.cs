using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

public sealed class LookTests
{
    sealed class Nothing;

    readonly Rendering<Nothing> page = new();

    [Theory]
    [InlineData("draft", "Brouillon")]
    [InlineData("sending", "En cours d’envoi")]
    [InlineData("relayed", "Transmis")]
    [InlineData("delivered", "Délivré")]
    [InlineData("undelivered", "Non délivré")]
    [InlineData("read", "Lu")]
    [InlineData("reply-unread", "Réponse non lue")]
    [InlineData("reply-read", "Réponse lue")]
    public async Task A_status_is_an_icon_and_a_word(string status, string word)
    {
        var html = await page.Html(new StatusTagHelper { Value = status });
        html.ShouldContain($"class=\"status status-{status}\"");
        html.ShouldContain("<svg aria-hidden=\"true\"");
        html.ShouldEndWith($"{word}</span>");
    }

    [Fact]
    public async Task Where_there_is_no_status_nothing_stands() => (await page.Html(new StatusTagHelper())).ShouldBeEmpty();

    [Fact]
    public void Every_kind_of_fact_has_a_French_word() => Look.FactKinds.ShouldAllBe(kind => Look.Fact(kind).Word != kind);

    [Fact]
    public void A_kind_that_is_not_known_yet_is_shown_by_its_own_word() => Look.Fact("archived").Word.ShouldBe("archived");

    [Fact]
    public async Task A_fact_is_told_to_the_second_with_the_servers_words_folded_away()
    {
        var html = await page.Html(new FactTagHelper
        {
            Kind = "undelivered",
            At = new DateTimeOffset(2025, 3, 3, 13, 5, 9, TimeSpan.Zero),
            ServerWords = "550 5.1.1 <x@y>: unknown",
        }, "<p>Adresse inconnue.</p>");
        html.ShouldContain("fact-failure");
        html.ShouldContain("datetime=\"2025-03-03T13:05:09Z\"");
        html.ShouldContain("14 h 05 min 09 s");
        html.ShouldContain("<pre>550 5.1.1 &lt;x@y&gt;: unknown</pre></details>");
        (await page.Html(new FactTagHelper { Kind = "opened", ServerWords = "" })).ShouldNotContain("<details>");
    }

    [Fact]
    public async Task A_confirmation_says_the_consequence_and_its_button_carries_the_name()
    {
        var html = await page.Html(new ConfirmTagHelper { Label = "Supprimer", Act = "Supprimer le brouillon" }, "<p>Rien n’a été envoyé.</p>", ("name", "act"), ("value", "delete"));
        html.ShouldStartWith("<details class=\"confirm\"");
        html.ShouldContain("<p>Rien n’a été envoyé.</p>");
        html.ShouldMatch("<button[^>]*name=\"act\"[^>]*value=\"delete\"[^>]*>Supprimer le brouillon</button>");
    }

    [Fact]
    public async Task A_contact_is_a_button_unless_it_is_in_or_has_no_address()
    {
        (await page.Html(new ContactTagHelper { Company = "Durand", Email = "a@durand.fr", Value = "7" })).ShouldMatch("<button[^>]*name=\"add\"[^>]*value=\"7\"");
        (await page.Html(new ContactTagHelper { Company = "Durand", Email = "a@durand.fr", Chosen = true })).ShouldContain("disabled");
        var without = await page.Html(new ContactTagHelper { Company = "Durand", Email = "" });
        without.ShouldContain("disabled");
        without.ShouldContain("sans adresse électronique");
    }

    [Fact]
    public async Task An_empty_register_has_no_button_and_says_so()
    {
        var html = await page.Html(new RegisterTagHelper { Title = "Registre des dépôts", Value = "deposits" });
        html.ShouldNotContain("<button");
        html.ShouldContain("Aucun contact dans ce registre.");
    }

    [Fact]
    public async Task A_register_adds_all_by_its_title_and_lists_its_contacts()
    {
        var html = await page.Html(new RegisterTagHelper { Title = "Registre des retraits", Value = "withdrawals", Count = 12, Swap = "recipients registers" }, "<li>x</li>");
        html.ShouldMatch("<button[^>]*data-swap=\"recipients registers\"[^>]*name=\"addRegister\"[^>]*value=\"withdrawals\"");
        html.ShouldContain("<summary>Voir 12 contacts</summary>");
        html.ShouldContain("<li>x</li></ul></details>");
    }

    [Fact]
    public async Task Pages_of_a_list_are_links_where_there_are_any()
    {
        (await page.Html(new PaginationTagHelper { Previous = "", Next = "" })).ShouldBeEmpty();
        var html = await page.Html(new PaginationTagHelper { Next = "?cursor=b" });
        html.ShouldContain("href=\"?cursor=b\"");
        html.ShouldNotContain("rel=\"prev\"");
    }

    [Fact]
    public async Task What_a_request_has_to_say_is_said_by_the_next_page()
    {
        page.Context.TempData.Flash("Le brouillon est enregistré.");
        (await page.Html(new FlashTagHelper())).ShouldContain("role=\"status\"");
        page.Context.TempData.Flash("L’envoi a échoué.", "failure");
        (await page.Html(new FlashTagHelper())).ShouldContain("role=\"alert\"");
    }

    [Fact]
    public async Task The_way_back_ends_with_the_page_itself()
    {
        page.Context.ViewData["Title"] = "Suivi";
        page.Context.ViewData.Breadcrumb(("Toutes les consultations", "/"));
        var html = await page.Html(new BreadcrumbTagHelper());
        html.ShouldContain("<a href=\"/\">Toutes les consultations</a>");
        html.ShouldContain("<span aria-current=\"page\">Suivi</span>");
    }
}
