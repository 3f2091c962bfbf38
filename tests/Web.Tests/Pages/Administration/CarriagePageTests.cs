using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Administration;

public sealed class CarriagePageTests
{
    private const string Carriage = "/administration/acheminement";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Databases))]
    public async Task Looking_opens_no_connection_and_the_button_does(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        var browser = await AdministratorAsync(world, world.Buyer);
        await browser.GoAsync("/administration");
        browser.Page.QuerySelector($"main a[href='{Carriage}']").ShouldNotBeNull();
        await browser.GoAsync(Carriage);
        browser.Title.ShouldBe("Acheminement");
        browser.Text.ShouldContain("Le relais, l’écoute des rapports et DNS n’ont pas encore été vérifiés.");
        browser.Page.QuerySelector("#relay").ShouldBeNull();
        browser.Page.QuerySelector("#queue .verdict")!.TextContent.ShouldBe("En ordre");

        await browser.PressAsync("main form button");

        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Page.QuerySelector("#relay .verdict")!.TextContent.ShouldBe("En ordre");
        browser.Page.QuerySelector("#relay-dsn .verdict svg")!.GetAttribute("aria-hidden").ShouldBe("true", "the word beside it says it");
        browser.Page.QuerySelector("#dns .verdict")!.TextContent.ShouldBe("Non vérifié");
        browser.Page.QuerySelectorAll("main section.checks h2").Select(h => h.TextContent).ShouldBe(["Relais", "Retours", "Domaine d’envoi", "File d’envoi", "Machine"]);
        await browser.GoAsync(Carriage);
        browser.Page.QuerySelector("#relay").ShouldNotBeNull("what was found last is shown again");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_came_back_is_shown_to_its_organisation_and_given_as_a_file(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "marches@bocage-tp.test");
        var conversation = (await world.SendAsync(draft.Id))[0];
        await WebWorld.UntilAsync(() => world.QueryAsync(db => Task.FromResult(db.InboundMessages.Any())));
        await world.InScopeAsync(async services =>
        {
            await services.GetRequiredService<ReceiveReport>().RunAsync($"bounces+{new string('z', 26)}@courriers.test", Encoding.ASCII.GetBytes("From: x@inconnu.test\r\nSubject: <b>Bonjour</b>\r\n\r\nBonjour\r\n"), Stop);
            return true;
        });

        var browser = await AdministratorAsync(world, world.Buyer);
        await browser.GoAsync(Carriage);
        browser.Page.QuerySelector("main td.act a")!.GetAttribute("href").ShouldBe($"/conversations/{conversation.Id}");
        browser.Text.ShouldContain("Adresse de retour inconnue");
        browser.Text.ShouldNotContain("bounces+");

        var neighbour = await world.AddBuyerAsync("Ville voisine", "Alix Martin", "alix@voisine.test");
        var other = await AdministratorAsync(world, neighbour);
        await other.GoAsync(Carriage);
        other.Text.ShouldContain("Rien n’est encore revenu pour un courrier de votre organisation.");
        other.Text.ShouldContain("Adresse de retour inconnue");
        other.Text.ShouldNotContain("bocage-tp");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Who_administers_nothing_is_refused(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var browser = new Browser(await world.AgentAsync());
        await browser.GoAsync(Carriage);
        browser.Status.ShouldBe(HttpStatusCode.Forbidden);

        (await new Browser(world.Visitor()).GoAsync(Carriage)).Address.ShouldStartWith("/connexion");
    }

    private static async Task<Browser> AdministratorAsync(WebWorld world, Buyer buyer)
    {
        var agent = new Agent { Id = Guid.CreateVersion7(), OrganisationId = buyer.Organisation.Id, Name = "Hélène Le Goff", Email = $"h{buyer.Organisation.Id:N}@montrevel.test", Role = AgentRole.Administrator };
        await world.QueryAsync(db =>
        {
            db.Add(agent);
            return db.SaveChangesAsync();
        });
        return new Browser(await world.AgentAsync(agent));
    }
}
