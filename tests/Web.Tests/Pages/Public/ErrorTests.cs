using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Public;

public sealed class ErrorTests
{
    [Fact]
    public async Task What_is_not_there_is_said_in_French_with_the_status_of_the_protocol()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var browser = await new Browser(world.Visitor()).GoAsync("/nulle-part");
        browser.Status.ShouldBe(HttpStatusCode.NotFound);
        browser.Title.ShouldBe("Cette page n’existe pas");
    }

    [Fact]
    public async Task A_fault_of_ours_has_a_number_to_quote()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var browser = await new Browser(world.Visitor()).GoAsync("/erreur/500");
        browser.Status.ShouldBe(HttpStatusCode.InternalServerError);
        browser.Page.QuerySelector(".mono")!.TextContent.ShouldMatch("^[0-9A-Za-z:]{16,}$");
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_and_the_reader_told_what_to_do()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var answer = await world.Visitor().PostAsync("/connexion", new FormUrlEncodedContent([KeyValuePair.Create("Form.Email", "a@b.test")]), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Le formulaire n’a pas été pris en compte");
    }

    [Fact]
    public async Task A_form_above_the_limit_is_answered_in_words()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[Host.LargestRequest + 1]), "Form.Files", "trop.bin" } };
        var answer = await world.Visitor().PostAsync("/connexion", form, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("L’envoi est trop volumineux");
    }

    [Theory, InlineData("/mentions-legales", "Mentions légales"), InlineData("/accessibilite", "Accessibilité : non-conformité déclarée, en attente d’audit")]
    public async Task What_anyone_may_read_needs_no_agent(string address, string title)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        (await new Browser(world.Visitor()).GoAsync(address)).Title.ShouldBe(title);
    }
}
