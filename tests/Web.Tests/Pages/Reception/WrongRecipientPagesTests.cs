using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

public sealed class WrongRecipientPagesTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task It_is_said_without_opening_the_letter_and_the_agent_is_told(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await Receiving.StartAsync(world);
        var browser = await new Browser(world.Visitor()).GoAsync(letter.Path);
        await browser.GoAsync(browser.Page.QuerySelectorAll("main a").Single(a => a.TextContent.Contains("pas le bon destinataire", StringComparison.Ordinal)).GetAttribute("href")!);

        (await browser.PressAsync("main form button")).Errors.ShouldHaveSingleItem().Text.ShouldContain("Cochez la case");
        (await letter.CountAsync(FactKind.WrongRecipient)).ShouldBe(0);
        await browser.Fill("Declared", "true").Fill("Reason", "OtherPerson").PressAsync("main form button");

        browser.Text.ShouldContain("C’est noté");
        browser.Text.ShouldNotContain("Merci de compléter");
        browser.Page.QuerySelector("main form").ShouldBeNull("it is said once");
        (await letter.KindsAsync()).ShouldNotContain(FactKind.Opened);
        (await browser.GoAsync(letter.Path)).Text.ShouldContain("il a été déclaré depuis ce lien");

        var agent = await new Browser(await world.AgentAsync()).GoAsync($"/conversations/{letter.Conversation}");
        agent.Page.QuerySelector(".page-head .tag")!.TextContent.ShouldContain("Erreur de destinataire");
        agent.Text.ShouldContain("une autre personne de l’entreprise s’en occupe");
        agent.Page.QuerySelector(".timeline")!.TextContent.ShouldContain("déclare ne pas être le bon destinataire");
        (await world.RunAsync((ReadConversation o) => o.RunAsync(world.Caller, letter.Conversation, default))).Value.Conversation.Status.ShouldBe(Status.Sending);
    }

    [Fact]
    public async Task An_unknown_link_has_no_such_page()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        (await new Browser(world.Visitor()).GoAsync($"/c/{LinkToken.Write(new byte[32])}/erreur-de-destinataire")).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
