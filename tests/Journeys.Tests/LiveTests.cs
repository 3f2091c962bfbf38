using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Journeys.Tests.Kit;
using static Microsoft.Playwright.Assertions;

namespace Vaguemestre.Journeys.Tests;

/// <summary>An agent leaves the follow-up open: what companies do shows by itself.</summary>
public sealed class LiveTests
{
    private const string Reference = "2026-T-021";

    [Theory, InlineData(DatabaseProvider.Sqlite), InlineData(DatabaseProvider.Postgresql)]
    public async Task The_follow_up_and_a_conversation_change_under_the_eyes_of_an_agent(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        await demo.SendLetterAsync("2026-T-021", new { type = "completion-request", replyExpected = true, subject = "Pièces à compléter", bodyHtml = "<p>Merci de compléter.</p>", recipients = new[] { new { email = "phone@alpha.test", company = "Alpha" } } });
        var link = (await demo.MailToAsync("phone@alpha.test")).Links.First(l => l.Contains("/c/", StringComparison.Ordinal));
        var agent = await demo.OpenWindowAsync(javaScript: true);
        await agent.GetByRole(AriaRole.Button, new() { Name = "Camille Durand" }).ClickAsync();
        await agent.GotoAsync(demo.Url("/consultations/2026-T-021/suivi"));
        var row = agent.Locator("#rows tbody tr").Filter(new() { HasText = "phone@alpha.test" });
        await Expect(row.Locator(".status")).ToHaveTextAsync("Délivré");
        await agent.EvaluateAsync("window.stayed = true");

        var company = await demo.OpenWindowAsync(javaScript: true, 390);
        await company.GotoAsync(link);
        await company.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await Expect(company.GetByText("Merci de compléter.")).ToBeVisibleAsync();

        await Expect(row.Locator(".status")).ToHaveTextAsync("Lu");
        (await agent.EvaluateAsync<bool>("window.stayed === true")).ShouldBeTrue();
        await Accessible.CheckAsync(agent);
        await Demo.PictureAsync(agent, $"live-{provider}-1-follow".ToLowerInvariant());

        // A conversation too, and nothing moves while the agent has a confirmation open.
        await row.GetByRole(AriaRole.Link, new() { Name = "Pièces à compléter" }).First.ClickAsync();
        var confirmation = agent.Locator("details[data-confirm]").First;
        await confirmation.Locator("summary").ClickAsync();
        await company.GetByRole(AriaRole.Textbox, new() { Name = "Votre réponse" }).FillAsync("Voici.");
        await company.GetByRole(AriaRole.Button, new() { Name = "Relire avant d’envoyer" }).ClickAsync();
        await company.GetByRole(AriaRole.Button, new() { Name = "Envoyer la réponse" }).ClickAsync();
        await Expect(company.GetByRole(AriaRole.Heading, new() { Name = "Votre réponse est transmise" })).ToBeVisibleAsync();
        await agent.WaitForTimeoutAsync(4000);
        await Expect(confirmation).ToHaveAttributeAsync("open", "");
        await agent.Keyboard.PressAsync("Escape");
        await Expect(agent.GetByRole(AriaRole.Button, new() { Name = "Ouvrir la réponse" })).ToBeVisibleAsync();
        await Expect(agent.Locator("#say")).ToHaveTextAsync("L’échange a changé.");
        await Demo.PictureAsync(agent, $"live-{provider}-2-conversation".ToLowerInvariant());
        await agent.Context.DisposeAsync();
        await company.Context.DisposeAsync();
    }

    [Theory, InlineData(DatabaseProvider.Sqlite), InlineData(DatabaseProvider.Postgresql)]
    public async Task A_change_that_came_while_a_confirmation_was_opened_is_shown_once_it_is_closed(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var (agent, company) = await AtConversationAsync(demo);
        var confirmation = agent.Locator("#head details[data-confirm]").First;
        await agent.EvaluateAsync(
            """
            () => {
              const ask = window.fetch;
              window.fetch = async (...what) => {
                const page = await (await ask(...what)).text();
                window.fetch = ask;
                document.querySelector('#head details[data-confirm]').open = true;
                return new Response(page);
              };
            }
            """);

        await company.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await Expect(confirmation).ToHaveAttributeAsync("open", "");
        await Expect(agent.Locator("#head .status")).ToHaveTextAsync("Délivré");
        await Expect(agent.Locator("#say")).ToBeEmptyAsync();
        await confirmation.Locator("summary").FocusAsync();
        await agent.Keyboard.PressAsync("Escape");

        await Expect(agent.Locator("#head .status")).ToHaveTextAsync("Lu");
        await Expect(agent.Locator("#say")).ToHaveTextAsync("L’échange a changé.");
        await Expect(confirmation.Locator("summary")).ToBeFocusedAsync();
        await agent.Context.DisposeAsync();
        await company.Context.DisposeAsync();
    }

    [Theory, InlineData(DatabaseProvider.Sqlite), InlineData(DatabaseProvider.Postgresql)]
    public async Task What_an_agent_can_do_to_a_conversation_follows_what_it_shows_and_keeps_what_is_typed(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var (agent, company) = await AtConversationAsync(demo);
        var handling = agent.Locator("#prise-en-charge");
        await handling.GetByRole(AriaRole.Button, new() { Name = "Marquer comme traité" }).ClickAsync();
        await Expect(handling.GetByText("Traité", new() { Exact = true })).ToBeVisibleAsync();
        await agent.EvaluateAsync("window.stayed = true");

        var link = company.Url;
        await company.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await ReplyAsync(company, "Voici.");
        await Expect(handling.GetByText("Traité", new() { Exact = true })).ToHaveCountAsync(0);
        await Expect(agent.Locator(".site-nav .waiting")).ToHaveTextAsync("1 à traiter");

        var colleague = await OpenAsync(demo, agent.Url, "Samir Benali");
        await colleague.GetByRole(AriaRole.Button, new() { Name = "M’en occuper" }).ClickAsync();
        await Expect(handling).ToContainTextAsync("Attribué à Samir Benali");

        // What was said of the recipient gives the page a form; text in it stays when the rest goes on.
        await company.GotoAsync(link + "/erreur-de-destinataire");
        await company.GetByRole(AriaRole.Button, new() { Name = "Prévenir l’acheteur" }).ClickAsync();
        var address = agent.GetByRole(AriaRole.Textbox, new() { Name = "Adresse corrigée" });
        await address.FillAsync("juste@alpha.test");
        await address.BlurAsync();
        await colleague.ReloadAsync();
        await colleague.GetByRole(AriaRole.Button, new() { Name = "Ouvrir la réponse" }).ClickAsync();
        await Expect(agent.Locator("#replies")).ToContainTextAsync("Voici.");
        await Expect(address).ToHaveValueAsync("juste@alpha.test");
        (await agent.EvaluateAsync<bool>("window.stayed === true")).ShouldBeTrue();
        await Accessible.CheckAsync(agent);
        await Demo.PictureAsync(agent, $"live-{provider}-3-handling".ToLowerInvariant());

        // The button sends what is shown: nothing came since.
        await handling.GetByRole(AriaRole.Button, new() { Name = "Marquer comme traité" }).ClickAsync();
        await Expect(handling.GetByText("Traité", new() { Exact = true })).ToBeVisibleAsync();
        foreach (var page in new[] { agent, colleague, company })
            await page.Context.DisposeAsync();
    }

    [Theory, InlineData(DatabaseProvider.Sqlite), InlineData(DatabaseProvider.Postgresql)]
    public async Task The_inbox_and_its_count_change_under_the_eyes_of_an_agent(DatabaseProvider provider)
    {
        await using var demo = await Demo.StartAsync(provider);
        var company = await WrittenToAsync(demo);
        var agent = await OpenAsync(demo, demo.Url("/reception"), "Camille Durand");
        var replies = agent.Locator("#reponses ~ table tbody tr");
        await Expect(agent.GetByText("Toutes les réponses sont lues.")).ToBeVisibleAsync();
        await agent.EvaluateAsync("window.stayed = true");

        await company.GetByRole(AriaRole.Button, new() { Name = "Ouvrir le courrier" }).ClickAsync();
        await ReplyAsync(company, "Voici.");
        await Expect(replies).ToContainTextAsync("phone@alpha.test");
        await Expect(agent.Locator("#say")).ToContainTextAsync("Réponses à lire 1");
        await Expect(agent.Locator(".site-nav .waiting")).ToHaveTextAsync("1 à traiter");
        await Accessible.CheckAsync(agent);
        await Demo.PictureAsync(agent, $"live-{provider}-4-inbox".ToLowerInvariant());

        // Nothing moves while a row is ticked; the keyboard stays on its control.
        var colleague = await OpenAsync(demo, demo.Url("/reception"), "Samir Benali");
        var tick = replies.GetByRole(AriaRole.Checkbox);
        await tick.CheckAsync();
        await demo.SendLetterAsync(Reference, new { subject = "Précisions", bodyHtml = "<p>Merci.</p>", recipients = new[] { new { email = "accueil@durand.inconnu.test", company = "Durand" } } });
        await Expect(colleague.Locator("#non-delivres ~ table")).ToContainTextAsync("accueil@durand.inconnu.test");
        await agent.WaitForTimeoutAsync(4000);
        await Expect(tick).ToBeCheckedAsync();
        await Expect(agent.Locator("#non-delivres ~ table")).ToHaveCountAsync(0);
        await tick.UncheckAsync();
        var take = replies.GetByRole(AriaRole.Button, new() { Name = "M’en occuper" });
        await take.FocusAsync();
        await Expect(agent.Locator("#non-delivres ~ table")).ToContainTextAsync("accueil@durand.inconnu.test");
        await Expect(agent.Locator(".site-nav .waiting")).ToHaveTextAsync("2 à traiter");
        await Expect(take).ToBeFocusedAsync();
        (await agent.EvaluateAsync<bool>("window.stayed === true")).ShouldBeTrue();

        // A colleague takes it, says that it is done, and it leaves.
        await colleague.Locator("#reponses ~ table").GetByRole(AriaRole.Button, new() { Name = "M’en occuper" }).ClickAsync();
        await Expect(replies.Locator(".assignee")).ToHaveTextAsync("Samir Benali");
        await colleague.Locator("#reponses ~ table").GetByRole(AriaRole.Button, new() { Name = "Traité" }).ClickAsync();
        await Expect(replies).ToHaveCountAsync(0);
        await Expect(agent.Locator(".site-nav .waiting")).ToHaveTextAsync("1 à traiter");
        foreach (var page in new[] { agent, colleague, company })
            await page.Context.DisposeAsync();
    }

    /// <summary>A letter that waits to be read, in the window of the company that it went to.</summary>
    private static async Task<IPage> WrittenToAsync(Demo demo)
    {
        await demo.SendLetterAsync(Reference, new { type = "completion-request", replyExpected = true, subject = "Pièces à compléter", bodyHtml = "<p>Merci de compléter.</p>", recipients = new[] { new { email = "phone@alpha.test", company = "Alpha" } } });
        var company = await demo.OpenWindowAsync(javaScript: true, 390);
        await company.GotoAsync((await demo.MailToAsync("phone@alpha.test")).Links.First(l => l.Contains("/c/", StringComparison.Ordinal)));
        return company;
    }

    /// <summary>The same, and an agent before its conversation, once it is delivered.</summary>
    private static async Task<(IPage Agent, IPage Company)> AtConversationAsync(Demo demo)
    {
        var company = await WrittenToAsync(demo);
        var agent = await OpenAsync(demo, demo.Url($"/consultations/{Reference}/suivi"), "Camille Durand");
        var row = agent.Locator("#rows tbody tr").Filter(new() { HasText = "phone@alpha.test" });
        await Expect(row.Locator(".status")).ToHaveTextAsync("Délivré");
        await row.GetByRole(AriaRole.Link, new() { Name = "Pièces à compléter" }).First.ClickAsync();
        await Expect(agent.Locator("#head .status")).ToHaveTextAsync("Délivré");
        return (agent, company);
    }

    private static async Task<IPage> OpenAsync(Demo demo, string address, string name)
    {
        var page = await demo.OpenWindowAsync(javaScript: true);
        await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Toutes les consultations" })).ToBeVisibleAsync();
        await page.GotoAsync(address);
        return page;
    }

    private static async Task ReplyAsync(IPage company, string text)
    {
        await company.GetByRole(AriaRole.Textbox, new() { Name = "Votre réponse" }).FillAsync(text);
        await company.GetByRole(AriaRole.Button, new() { Name = "Relire avant d’envoyer" }).ClickAsync();
        await company.GetByRole(AriaRole.Button, new() { Name = "Envoyer la réponse" }).ClickAsync();
        await Expect(company.GetByRole(AriaRole.Heading, new() { Name = "Votre réponse est transmise" })).ToBeVisibleAsync();
    }
}
