using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Administration;

public sealed class ReceptionPageTests
{
    private const string Reception = "/administration/reception";
    private const string Weakened = "Vos accusés de réception sont affaiblis";

    [Theory, ClassData(typeof(Databases))]
    public async Task An_administrator_chooses_and_is_warned_of_the_weaker_proof(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = await AdministratorAsync(world);
        await browser.GoAsync("/administration");
        await browser.GoAsync(browser.Page.QuerySelector($"main a[href='{Reception}']")!.GetAttribute("href")!);
        browser.Text.ShouldNotContain(Weakened);
        browser.Page.QuerySelector("input[name='Form.Receipts'][checked]")!.GetAttribute("value").ShouldBe("platform");

        await browser.Fill("Form.Receipts", "Link").Fill("Form.LateReplies", "Closed").PressAsync("main form button");
        browser.Flash.ShouldContain("prouvent moins");
        browser.Text.ShouldContain(Weakened);
        (await world.QueryAsync(db => db.Organisations.Select(o => new { o.ReceiptsTrigger, o.LateReplies }).SingleAsync())).ShouldBe(new { ReceiptsTrigger = (ReceiptTrigger?)ReceiptTrigger.Link, LateReplies = LateReplies.Closed });

        await browser.Fill("Form.Receipts", "Button").PressAsync("main form button");
        browser.Flash.ShouldBe("Les réglages sont enregistrés.");
        browser.Text.ShouldNotContain(Weakened);
        (await browser.Fill("Form.Receipts", "x").PressAsync("main form button")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Where_the_platform_chose_the_link_the_page_warns_too()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, configure: s => s.Receipts.Trigger = ReceiptTrigger.Link);
        (await (await AdministratorAsync(world)).GoAsync(Reception)).Text.ShouldContain(Weakened);
    }

    [Fact]
    public async Task A_writer_does_not_reach_it()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        using var answer = await (await world.AgentAsync()).GetAsync(Reception);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<Browser> AdministratorAsync(WebWorld world)
    {
        await world.QueryAsync(db => db.Agents.ExecuteUpdateAsync(a => a.SetProperty(x => x.Role, AgentRole.Administrator)));
        return new Browser(await world.AgentAsync());
    }
}
