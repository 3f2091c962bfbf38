using System.Net;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

public sealed class ReadersTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_colleague_is_invited_from_the_opened_letter_and_the_agent_sees_it(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var conversation = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", null, "contact@alpha.test")).Id))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        var browser = await new Browser(world.Visitor()).GoAsync($"/c/{token}/collegues");
        browser.Address.ShouldBe($"/c/{token}", "nobody is invited to a letter that is not opened");
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));

        await browser.GoAsync($"/c/{token}");
        browser.Page.QuerySelector($"a[href='/c/{token}/collegues']").ShouldNotBeNull();
        await (await browser.GoAsync($"/c/{token}/collegues")).Fill("Email", "pas une adresse").PressAsync("main form button");
        (browser.Status, browser.Errors.ShouldHaveSingleItem().Target).ShouldBe((HttpStatusCode.UnprocessableEntity, "#Email"));
        await browser.Fill("Email", "juridique@alpha.test").PressAsync("main form button");

        browser.Flash.ShouldBe("Un lien vers ce courrier est envoyé à juridique@alpha.test.");
        (await browser.GoAsync($"/c/{token}")).Text.ShouldContain("juridique@alpha.test");
        var reader = await world.QueryAsync(db => db.InvitedReaders.SingleAsync());
        var own = await world.RunAsync((PersonalLink links) => Task.FromResult(links.TokenOfReader(reader.Id)));
        var colleague = await new Browser(world.Visitor()).GoAsync($"/c/{own}");
        colleague.Text.ShouldContain("juridique@alpha.test");
        colleague.Text.ShouldNotContain("Ce courrier n’est pas pour vous", Case.Sensitive, "it is no recipient, right or wrong");
        var agent = await new Browser(await world.AgentAsync()).GoAsync($"/conversations/{conversation.Id}");
        agent.Text.ShouldContain("À juridique@alpha.test, à la demande de contact@alpha.test");
    }

    [Fact]
    public async Task An_unknown_link_invites_nobody()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        (await world.Visitor().GetAsync($"/c/{LinkToken.Write(new byte[32])}/collegues")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
