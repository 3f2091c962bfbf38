using Microsoft.EntityFrameworkCore;
using MimeKit;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class SendNoticesTests
{
    private const string Company = "contact@alpha.test";

    private static readonly NoticeKind[] AboutOneThing = [NoticeKind.ReplyReceived, NoticeKind.WrongRecipient, NoticeKind.LetterUndelivered, NoticeKind.LetterRead];

    private static readonly NoticeKind[] ToAgents = [.. AboutOneThing, NoticeKind.AgentNews];

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_change_is_told_once_to_whom_it_concerns(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        (await world.QueryAsync(db => db.Notices.CountAsync())).ShouldBe(0);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => world.OpenAsync(conversation))));
        var reply = await world.ReplyAsync(conversation, "Voici.", ("plan.pdf", [1, 2, 3]));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default)))));

        var notices = await world.QueryAsync(db => db.Notices.AsNoTracking().ToListAsync());
        notices.Select(n => (n.Kind, n.Email, n.ConcernsId)).ShouldBe(
            [
                (NoticeKind.ReceiptCopy, Company, (Guid?)null),
                (NoticeKind.ReplyAcknowledged, Company, reply.Id),
                (NoticeKind.ReplyOpened, Company, reply.Id),
            ],
            ignoreOrder: true);
        notices.ShouldAllBe(n => n.ConversationId == conversation.Id && n.OrganisationId == conversation.OrganisationId && n.NextAttemptAt == TestWorld.Start && !n.Values.Contains(world.TokenOf(conversation)));

        (await world.TellAgentsAsync()).ShouldBe(1);
        var told = await world.QueryAsync(db => db.Notices.SingleAsync(n => n.Kind == NoticeKind.ReplyReceived));
        (told.Email, told.ConversationId, told.ConcernsId).ShouldBe(("camille.durand@montrevel.test", conversation.Id, reply.Id));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Workers_side_by_side_send_each_notice_once_and_it_becomes_a_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversations = await world.WriteToAsync(null, [.. Enumerable.Range(0, 50).Select(i => $"a{i}@alpha.test")]);
        foreach (var conversation in conversations)
            await world.OpenAsync(conversation);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(world.SendAllNoticesAsync)));

        relay.Taken.Select(m => m.Recipients[0].Address).ShouldBe(conversations.Select(c => c.Email), ignoreOrder: true);
        foreach (var conversation in conversations)
        {
            var fact = (await world.FactsOfAsync(conversation.Id))[^1];
            var notice = await world.QueryAsync(db => db.Notices.SingleAsync(n => n.ConversationId == conversation.Id));
            (fact.Kind, fact.ConcernsId, fact.ActorKind).ShouldBe((FactKind.NoticeSent, notice.Id, ActorKind.Platform));
            fact.Content<NoticeTaken>().ShouldBe(new NoticeTaken(NoticeKind.ReceiptCopy, conversation.Email, TestRelay.Queued.ToString()));
            (notice.SentAt, notice.NextAttemptAt, notice.Attempts).ShouldBe((TestWorld.Start, null, 1));
            (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_put_off_is_tried_again_and_given_up_in_the_end(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var answer = new SmtpReply(451, "4.3.0 Later");
        await using var relay = TestRelay.Start(world, _ => Task.FromResult(answer));
        var (first, second) = (await world.WriteToOneAsync(), await world.WriteToOneAsync(email: "b@beta.test"));
        await world.OpenAsync(first);

        (await world.SendNoticesAsync()).ShouldBe(1);
        (await world.SendNoticesAsync()).ShouldBe(0, "it waits");
        var waiting = await world.QueryAsync(db => db.Notices.SingleAsync());
        (waiting.Attempts, waiting.LastAnswer, waiting.NextAttemptAt > TestWorld.Start).ShouldBe((1, "451 4.3.0 Later", true));
        world.Clock.Advance(TimeSpan.FromHours(1));
        answer = TestRelay.Queued;
        (await world.SendNoticesAsync()).ShouldBe(1);
        relay.Taken.Count.ShouldBe(1);

        await world.OpenAsync(second);
        answer = new SmtpReply(451, "4.3.0 Never");
        for (var i = 0; i < 200 && await world.QueryAsync(db => db.Notices.AnyAsync(n => n.NextAttemptAt != null)); i++, world.Clock.Advance(TimeSpan.FromHours(2)))
            await world.SendNoticesAsync();
        var given = await world.QueryAsync(db => db.Notices.SingleAsync(n => n.ConversationId == second.Id));
        (given.NextAttemptAt, given.SentAt, given.LastAnswer).ShouldBe((null, null, "451 4.3.0 Never"));
        given.Attempts.ShouldBeGreaterThan(10);
        (await world.KindsOfAsync(second.Id)).ShouldNotContain(FactKind.NoticeSent);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_refusal_ends_it_and_a_relay_that_is_away_does_not(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await world.OpenAsync(conversation);
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", FreePort.Next());

        await world.SendNoticesAsync();
        world.Clock.Advance(world.Settings.Delivery.GiveUpAfter * 2);
        await world.SendNoticesAsync();
        var away = await world.QueryAsync(db => db.Notices.SingleAsync());
        (away.Attempts, away.NextAttemptAt > TestWorld.Start).ShouldBe((0, true));

        await using var relay = TestRelay.Start(world, new SmtpReply(550, "5.7.1 Not here"));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.SendNoticesAsync();
        var refused = await world.QueryAsync(db => db.Notices.SingleAsync());
        (refused.Attempts, refused.NextAttemptAt, refused.SentAt, refused.LastAnswer).ShouldBe((1, null, null, "550 5.7.1 Not here"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_way_in_that_is_over_is_not_sent_any_more(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, new SmtpReply(451, "4.3.0 Later"));
        var conversation = await world.WriteToOneAsync();
        await world.NotifyAsync(conversation, (notices, _) =>
        {
            notices.SpaceSignIn(Guid.CreateVersion7(TestWorld.Start), Company, TestWorld.Start.AddMinutes(10), null, "fr");
            return Task.CompletedTask;
        });

        for (var i = 0; i < 20; i++, world.Clock.Advance(TimeSpan.FromMinutes(1)))
            await world.SendNoticesAsync();

        (await world.QueryAsync(db => db.Notices.SingleAsync())).NextAttemptAt.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_report_about_a_notice_changes_no_conversation(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.EmptyOutboxAsync();
        await world.OpenAsync(conversation);
        await world.SendAllNoticesAsync();
        var notice = relay.Taken[^1];
        var kinds = await world.KindsOfAsync(conversation.Id);

        notice.MailFrom.ShouldMatch("^bounces\\+[a-z2-7]{26}@courriers\\.test$");
        notice.Recipients[0].Notify.ShouldBe(DsnNotify.Failure);
        await world.ReceiveAsync(notice.MailFrom, TestReports.Write(TestReports.Failed(Company)));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe(kinds);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        (await world.QueryAsync(db => db.InboundMessages.SingleAsync())).Outcome.ShouldBe(InboundOutcome.UnknownToken);
    }

    [Theory, InlineData("fr"), InlineData("en")]
    public async Task Every_kind_is_a_mail_that_no_program_answers_and_both_parts_say_the_same(string language)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Inbound.Smtp.Port = 0);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, Subject = "Précisions sur « l’offre »" });
        await world.NotifyOfEverythingAsync(conversation, language, new FileDigest("plan  n° 1 <é>.pdf", 1_234_567, new string('b', 64)));

        await world.SendAllNoticesAsync();

        var mails = await relay.MailsAsync();
        mails.Count.ShouldBe(Enum.GetValues<NoticeKind>().Length + 1, "the recipient and somebody else are answered");
        foreach (var (mail, taken) in mails.Zip(relay.Taken))
        {
            var id = mail.MessageId![..mail.MessageId!.IndexOf('@', StringComparison.Ordinal)];
            var kind = await world.QueryAsync(db => db.Notices.Where(n => n.Id == Guid.ParseExact(id, "N")).Select(n => n.Kind).SingleAsync());
            var answer = kind == NoticeKind.AnswerByMail;
            mail.Headers[HeaderId.AutoSubmitted].ShouldBe(answer ? "auto-replied" : "auto-generated");
            (mail.InReplyTo is not null, mail.References.Count, taken.MailFrom.Length == 0).ShouldBe((answer, answer ? 1 : 0, answer));
            mail.From.Mailboxes.Single().Address.ShouldBe("ne-pas-repondre@courriers.test");
            mail.Date.ShouldBe(TestWorld.Start);
            mail.Headers.Contains("List-Unsubscribe").ShouldBeFalse();
            mail.HtmlBody!.ShouldNotContain("<img");
            mail.HtmlBody!.ShouldContain($"lang=\"{(ToAgents.Contains(kind) ? "fr" : language)}\"");
            mail.Subject.ShouldNotBe("Précisions sur « l’offre »");
            LinesOf(mail.HtmlBody!).ShouldBe(LinesOf(mail.TextBody!.Replace("- plan", "plan", StringComparison.Ordinal)));
            mail.ReplyTo.Count.ShouldBe(kind is NoticeKind.ReceiptCopy or NoticeKind.ReplyAcknowledged or NoticeKind.ReplyOpened or NoticeKind.AnswerByMail ? 1 : 0);
            (mail.TextBody + mail.HtmlBody).ShouldNotContain("recommandé");
            if (AboutOneThing.Contains(kind))
                mail.TextBody!.ShouldContain($"https://courriers.test/conversations/{conversation.Id}");
        }
    }

    [Fact]
    public async Task The_acknowledgement_bears_the_five_legal_mentions()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, Subject = "Demande de précisions" });
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation, "Voici.", ("plan n° 1.pdf", [1, 2, 3]));

        await world.SendAllNoticesAsync();

        var mail = (await relay.MailsAsync()).Single(m => m.Subject!.StartsWith("Accusé de réception de votre réponse", StringComparison.Ordinal));
        foreach (var told in new[]
        {
            "Opérateur\u00a0: Vaguemestre, messagerie sécurisée de Ville de Montrevel-sur-Loire",
            "Acheteur\u00a0: Ville de Montrevel-sur-Loire",
            "Consultation\u00a0: 2026-T-014, Réfection de la toiture du groupe scolaire Jules-Ferry",
            "Objet\u00a0: Demande de précisions",
            "Reçue le\u00a0: lundi 2 mars 2026 à 10 h 00 min 00 s, heure de Paris",
            "- plan n° 1.pdf (3\u00a0octets)\n  SHA-256 " + Convert.ToHexStringLower(reply.Attachments[0].Sha256),
            $"https://courriers.test/c/{world.TokenOf(conversation)}",
        })
        {
            mail.TextBody!.ReplaceLineEndings("\n").ShouldContain(told);
        }
    }

    [Fact]
    public async Task Whatever_was_typed_stands_in_the_mail_and_nothing_of_it_in_the_header()
    {
        var strings = NaughtyStrings.AllOrSkip().Where(s => SoundText.CanBeKept(s) && !string.IsNullOrWhiteSpace(s) && s.Length <= 250).ToList();
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();
        await world.NotifyAsync(conversation, async (notices, about) =>
        {
            foreach (var naughty in strings.Append("a\r\nBcc: b@ailleurs.test"))
                await notices.ReplyAcknowledgedAsync(about, new NoticeReader(about.Email, naughty, null, "fr"), Guid.CreateVersion7(TestWorld.Start), TestWorld.Start, false, null, [new FileDigest(naughty, 1, new string('c', 64))], default);
        });

        await world.SendAllNoticesAsync();

        var mails = await relay.MailsAsync();
        mails.Count.ShouldBe(strings.Count + 1);
        mails.ShouldAllBe(m => m.Bcc.Count == 0 && m.To.Count == 1 && m.Headers.Count == mails[0].Headers.Count);
        var texts = mails.Select(m => m.TextBody).ToList();
        foreach (var naughty in strings.Where(SoundText.IsOneLine))
            texts.ShouldContain(text => text!.Contains($"- {naughty.Trim()}", StringComparison.Ordinal) || text.Contains($"- {naughty}", StringComparison.Ordinal), naughty);
    }

    /// <summary>The words of a mail, line by line, as a reader sees them.</summary>
    private static List<string> LinesOf(string part)
    {
        var text = part.Contains("<html", StringComparison.Ordinal)
            ? new AngleSharp.Html.Parser.HtmlParser().ParseDocument(part.Replace("<br>", "\n", StringComparison.Ordinal)).QuerySelectorAll("td[style*=color]").Skip(1).Select(td => td.TextContent).Aggregate((a, b) => a + "\n" + b)
            : part;
        return [.. text.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).Where(l => l is not ("" or "--"))];
    }
}
