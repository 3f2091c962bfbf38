using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Tracking;

/// <summary>« Répondre » on a reply: a draft that knows what it answers, and two conversations that lead to each other.</summary>
public sealed class AnswerPagesTests
{
    private const string Answer = "form[action*=Answer] button";

    private static readonly DraftInput Letter = new() { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", BodyHtml = "<p>Merci.</p>", ReplyExpected = true };

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_is_answered_once_it_is_opened_and_both_pages_lead_to_each_other(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (conversation, reply) = await RepliedAsync(world);
        var page = Links.Conversation(conversation.Id);
        var browser = await new Browser(await world.AgentAsync()).GoAsync(page);
        browser.Page.QuerySelector(Answer).ShouldBeNull("nobody read the reply");

        await browser.PressAsync($"button[name=reply][value='{reply.Id}']");
        await browser.PressAsync(Answer);

        var draft = browser.Address;
        draft.ShouldStartWith("/courriers/");
        browser.Page.QuerySelector("[name='Form.Subject']")!.GetAttribute("value").ShouldBe("Re\u00a0: Pièces à compléter");
        browser.Text.ShouldContain("contact@alpha.test");
        browser.Page.QuerySelector($".page-head a[href='{page}']").ShouldNotBeNull();
        await browser.GoAsync(page);
        browser.Text.ShouldContain("Suite, en brouillon : Re\u00a0: Pièces à compléter".Replace('\u00a0', ' '));
        (await browser.PressAsync(Answer)).Address.ShouldBe(draft, "pressed again it leads to the same draft");

        await browser.Fill("Form.Body", "Bien reçu, merci.").PressAsync(".bar button[value=send]");
        var next = (await world.QueryAsync(db => db.Conversations.SingleAsync(c => c.Letter!.AnswersId == conversation.Id))).Id;
        await browser.GoAsync(page);
        browser.Page.QuerySelector($".callout a[href='{Links.Conversation(next)}']").ShouldNotBeNull();
        browser.Text.ShouldContain("L’acheteur a envoyé un courrier en réponse");
        await browser.GoAsync(Links.Conversation(next));
        browser.Page.QuerySelector($".callout a[href='{page}']").ShouldNotBeNull();
        browser.Text.ShouldContain("En réponse à un autre échange");
        (await browser.GoAsync(draft + "/lecture")).Page.QuerySelector($".page-head a[href='{page}']").ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_answers_nothing(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var (conversation, reply) = await RepliedAsync(world);
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));
        var other = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        var client = await world.AgentAsync(other.Agent);
        var token = (await client.PageAsync("/mes-notifications")).Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token), KeyValuePair.Create("reply", reply.Id.ToString())]);
        (await client.PostAsync(Links.Conversation(conversation.Id) + "?handler=Answer", form)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(1);
    }

    private static async Task<(Conversation Conversation, Reply Reply)> RepliedAsync(WebWorld world)
    {
        await world.AddConsultationAsync();
        var conversation = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", Letter, "contact@alpha.test")).Id))[0];
        var token = await world.LinkTokenAsync(conversation.Id);
        await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Firefox"), default));
        return (conversation, (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici."))).Value);
    }
}
