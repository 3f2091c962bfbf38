using System.Text.RegularExpressions;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>The company's pages in French and, where the person asks for it, in English.</summary>
public sealed partial class LanguageTests
{
    private static readonly DraftInput Question = new() { Type = LetterType.CompletionRequest, Subject = "Missing documents", BodyHtml = "<p>Please send them.</p>", ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(3) };

    [Fact]
    public async Task The_person_chooses_and_the_browsers_wish_does_not_count()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var (_, token) = await SentAsync(world);
        var client = world.Visitor();
        client.DefaultRequestHeaders.Add("Accept-Language", "en-GB,en;q=0.9");
        var browser = new Browser(client);

        (await browser.GoAsync($"/c/{token}")).Text.ShouldContain("Ouvrir le courrier");
        browser.Page.DocumentElement.GetAttribute("lang").ShouldBe("fr");
        await browser.GoAsync(browser.Page.QuerySelector("a[hreflang=en]")!.GetAttribute("href")!.Replace("?", $"/c/{token}?", StringComparison.Ordinal));
        browser.Text.ShouldContain("Open the letter");
        browser.Page.DocumentElement.GetAttribute("lang").ShouldBe("en");
        var cookie = browser.Answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("vaguemestre-langue=en", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        (await browser.GoAsync("/mes-courriers")).Text.ShouldContain("Send me the link", Case.Sensitive, "it is remembered");
        (await browser.GoAsync("/connexion")).Page.DocumentElement.GetAttribute("lang").ShouldBe("fr");
        browser.Text.ShouldContain("Se connecter", Case.Sensitive, "agents' pages are French");
        (await browser.GoAsync("/mes-courriers?langue=fr")).Text.ShouldContain("Recevoir le lien");
        (await browser.GoAsync("/mes-courriers?langue=de")).Text.ShouldContain("Recevoir le lien");
    }

    [Fact]
    public async Task Everything_of_a_letter_is_told_in_English_and_the_letter_stays_as_it_was_written()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var (conversation, token) = await SentAsync(world);
        var browser = await new Browser(world.Visitor()).GoAsync($"/c/{token}?langue=en");

        Said(browser).ShouldContain("expected before Thursday 5 March 2026 at 10:00");
        await browser.PressAsync("form[action*=Open] button");
        Said(browser).ShouldContain("Tick the box to confirm.");
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        Said(await browser.GoAsync($"/c/{token}")).ShouldContain("Please send them.");
        await browser.GoAsync($"/c/{token}/reponse");
        await browser.Fill("Form.Text", "  ").PressAsync("button[value=preview]");
        Said(browser);
        await (await browser.GoAsync($"/c/{token}/reponse")).Fill("Form.Text", "Here they are.").Attach("Form.Files", "virus.exe", [1]).PressAsync("button[value=save]");
        Said(browser).ShouldContain("“virus.exe”: This file is a program");
        await browser.Attach("Form.Files", "one.txt", new byte[1_500_000]).PressAsync("button[value=preview]");
        Said(browser).ShouldContain("1.4 MB");
        await browser.PressAsync("main form button");
        Said(browser).ShouldContain("Your reply has been passed on");
        Said(browser).ShouldContain("Monday 2 March 2026 at 10:00:00");
        Said(await browser.GoAsync($"/c/{token}")).ShouldContain("Add to your reply");
        await (await browser.GoAsync($"/c/{token}/collegues")).Fill("Email", "x").PressAsync("main form button");
        Said(browser).ShouldContain("Enter a single email address");
        await browser.Fill("Email", "legal@alpha.test").PressAsync("main form button");
        Said(browser).ShouldContain("A link to this letter is on its way to legal@alpha.test.");
        Said(await browser.GoAsync("/c/nothing")).ShouldNotBeEmpty();
        (await world.QueryAsync(db => Task.FromResult(db.Notices.Where(n => n.ConversationId == conversation && n.Email == "legal@alpha.test").Select(n => n.Language).Single()))).ShouldBe("en");
    }

    [Fact]
    public async Task My_letters_speaks_English_too()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await SentAsync(world);
        var browser = await new Browser(world.Visitor()).GoAsync("/mes-courriers?langue=en");
        Said(browser);
        await browser.Fill("Email", "x").PressAsync("main form button");
        Said(browser).ShouldContain("Enter a single email address");
        await browser.Fill("Email", "contact@alpha.test").PressAsync("main form button");
        Said(browser).ShouldContain("a link is on its way");
        var signIn = await world.QueryAsync(db => Task.FromResult(db.Notices.Single().ConcernsId!.Value));
        await browser.GoAsync("/mes-courriers/entree/" + await world.RunAsync((PersonalLink links) => Task.FromResult(links.TokenOfSpaceSignIn(signIn))));
        Said(browser);
        await browser.PressAsync("main form button");
        Said(browser).ShouldContain("Tick the box");
        await browser.Fill("Declared", "true").PressAsync("main form button");
        Said(browser).ShouldContain("Unread");
        Said(await browser.GoAsync("/mes-courriers/adresses")).ShouldContain("You entered by this address.");
    }

    /// <summary>What the page says, which has no French letter in it.</summary>
    private static string Said(Browser browser)
    {
        browser.Page.DocumentElement.GetAttribute("lang").ShouldBe("en");
        var text = browser.Text.Replace("Français", "", StringComparison.Ordinal);
        var read = browser.Page.QuerySelectorAll("[aria-label], [title], [data-say], [data-offline], [data-words]").SelectMany(e => e.Attributes).Where(a => a.Name is "aria-label" or "title" or "data-say" or "data-offline" or "data-words").Select(a => a.Value);
        foreach (var words in read.Prepend(text).Append(browser.Page.Title ?? ""))
            FrenchLetter().Match(words).Value.ShouldBe("", $"{browser.Address}: {words}");
        return text;
    }

    private static async Task<(Guid Conversation, string Token)> SentAsync(WebWorld world)
    {
        await world.AddConsultationAsync(configure: c => c.Title = "School roof");
        var conversation = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", Question, "contact@alpha.test")).Id))[0];
        return (conversation.Id, await world.LinkTokenAsync(conversation.Id));
    }

    [GeneratedRegex(@"\w*[à-öø-ÿœ«»]\w*", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex FrenchLetter();
}
