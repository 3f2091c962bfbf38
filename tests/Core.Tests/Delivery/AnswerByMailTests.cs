using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>Who answers by its mail client is told once where a reply is taken; no machine ever is (RFC 3834).</summary>
public sealed class AnswerByMailTests
{
    private const string Company = "contact@alpha.test";

    [Theory, ClassData(typeof(Databases))]
    public async Task The_recipient_is_answered_once_with_its_link_and_the_conversation_says_so(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Inbound.Smtp.Port = 0);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.EmptyOutboxAsync();

        for (var i = 0; i < 3; i++)
            await ReceiveAsync(world, conversation, Company, $"Message-ID: <m{i}@alpha.test>\r\n", $"Voici ma réponse {i}.");
        await world.SendAllNoticesAsync();

        relay.Taken.Count.ShouldBe(2, "the letter and one answer");
        var answer = (await relay.MailsAsync())[^1];
        (relay.Taken[^1].MailFrom, answer.To.ToString(), answer.InReplyTo).ShouldBe(("", Company, "m0@alpha.test"));
        answer.TextBody!.ShouldContain($"https://courriers.test/c/{world.TokenOf(conversation)}");
        var facts = await world.FactsOfAsync(conversation.Id);
        facts.Select(f => f.Kind).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, FactKind.MailReceived, FactKind.MailReceived, FactKind.MailReceived, FactKind.NoticeSent]);
        facts[^1].Content<NoticeTaken>().Kind.ShouldBe(NoticeKind.AnswerByMail);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Anybody_else_is_answered_without_the_link_and_does_not_spend_the_recipients_answer(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });

        await ReceiveAsync(world, conversation, "paul@alpha.test", $"From: {Company}\r\n", "Je réponds pour ma collègue.");
        await ReceiveAsync(world, conversation, "autre@alpha.test", "", "Moi aussi.");
        await ReceiveAsync(world, conversation, "CONTACT@alpha.test", "", "Et moi enfin.");
        await world.SendAllNoticesAsync();

        var mails = await relay.MailsAsync();
        mails.Select(m => m.To.ToString()).ShouldBe(["paul@alpha.test", "CONTACT@alpha.test"], ignoreOrder: true);
        foreach (var mail in mails)
            (mail.TextBody + mail.HtmlBody).Contains(world.TokenOf(conversation), StringComparison.Ordinal).ShouldBe(mail.To.ToString() == "CONTACT@alpha.test");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(Company, "Auto-Submitted: auto-replied\r\n")]
    [InlineData(Company, "Auto-Submitted: auto-generated\r\n")]
    [InlineData(Company, "Precedence: bulk\r\n")]
    [InlineData(Company, "Precedence: list\r\n")]
    [InlineData(Company, "List-Id: <tous.alpha.test>\r\n")]
    [InlineData(Company, "List-Unsubscribe: <mailto:a@alpha.test>\r\n")]
    [InlineData(Company, "X-Autoreply: yes\r\n")]
    [InlineData(Company, "Subject: Absence du bureau\r\n")]
    [InlineData("MAILER-DAEMON@alpha.test", "")]
    [InlineData("no-reply@alpha.test", "")]
    [InlineData("tous-request@alpha.test", "")]
    [InlineData("owner-tous@alpha.test", "")]
    [InlineData("ne-pas-repondre@courriers.test", "")]
    [InlineData("reponse+aaaaaaaaaaaaaaaaaaaaaaaaaa@courriers.test", "")]
    [InlineData("not an address", "")]
    public async Task No_machine_no_list_and_not_the_platform_is_answered(string sender, string fields)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });

        await ReceiveAsync(world, conversation, sender, fields, "Bonjour.");

        (await world.KindsOfAsync(conversation.Id)).ShouldContain(FactKind.MailReceived);
        (await world.QueryAsync(db => db.Notices.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task What_comes_to_the_address_for_reports_or_says_no_sender_is_not_answered()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await world.WriteToOneAsync();
        var sending = (await world.SendingsOfAsync(conversation.Id))[0];
        var raw = Encoding.ASCII.GetBytes($"From: {Company}\r\nSubject: Re: Courrier\r\n\r\nBonjour.");

        await ReceiveRawAsync(world, ReturnAddress.ForReports(sending.BounceToken, world.Settings), raw, Company);
        await ReceiveRawAsync(world, ReturnAddress.ForReplies(sending.BounceToken, world.Settings), raw, null);
        (await world.QueryAsync(db => db.Notices.CountAsync())).ShouldBe(0);

        await ReceiveRawAsync(world, ReturnAddress.ForReplies(sending.BounceToken, world.Settings), [.. Encoding.ASCII.GetBytes($"Return-Path: <{Company}>\r\n"), .. raw, .. "!"u8], null);
        (await world.QueryAsync(db => db.Notices.SingleAsync())).Email.ShouldBe(Company, "a mailbox keeps the envelope sender in Return-Path");
    }

    [Theory]
    [InlineData(DeliveryMode.Tracked, true, "formulaire de réponse", true)]
    [InlineData(DeliveryMode.Tracked, false, "écrivez à Camille Durand, camille.durand@montrevel.test", true)]
    [InlineData(DeliveryMode.Plain, false, "écrivez à Camille Durand, camille.durand@montrevel.test", false)]
    public async Task It_says_where_to_reply_or_whom_to_write_to(DeliveryMode mode, bool replyExpected, string told, bool link)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(new DraftInput { Mode = mode, ReplyExpected = replyExpected });

        await ReceiveAsync(world, conversation, Company, "", "Bonjour.");
        await world.SendAllNoticesAsync();

        var mail = (await relay.MailsAsync()).ShouldHaveSingleItem();
        mail.TextBody!.ShouldContain(told);
        mail.TextBody!.Contains("/c/", StringComparison.Ordinal).ShouldBe(link);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Twenty_answers_at_once_are_answered_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => ReceiveAsync(world, conversation, Company, "", $"Bonjour {i}."))));

        (await world.QueryAsync(db => db.Notices.CountAsync())).ShouldBe(1);
    }

    private static async Task ReceiveAsync(TestWorld world, Conversation conversation, string sender, string fields, string text)
    {
        var sending = (await world.SendingsOfAsync(conversation.Id))[0];
        await ReceiveRawAsync(world, ReturnAddress.ForReplies(sending.BounceToken, world.Settings), Encoding.UTF8.GetBytes($"{(fields.Contains("From:", StringComparison.Ordinal) ? "" : $"From: {Company}\r\n")}{fields}\r\n{text}\r\n"), sender);
    }

    private static Task ReceiveRawAsync(TestWorld world, string recipient, byte[] raw, string? sender) => world.InScopeAsync(async scope =>
    {
        await scope.GetRequiredService<ReceiveReport>().RunAsync(recipient, raw, default, sender);
        return true;
    });
}
