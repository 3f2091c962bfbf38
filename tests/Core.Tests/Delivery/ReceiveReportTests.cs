using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Reports;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class ReceiveReportTests
{
    private const string Company = "contact@alpha.test";

    private const string NobodysAddress = "bounces+aaaaaaaaaaaaaaaaaaaaaaaaaa@courriers.test";

    /// <summary>What a report says, the status it makes, the fact it writes.</summary>
    public static TheoryData<DatabaseProvider, string, Status, FactKind> Reports()
    {
        var data = new TheoryData<DatabaseProvider, string, Status, FactKind>();
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            data.Add(provider, "delivered", Status.Delivered, FactKind.Delivered);
            data.Add(provider, "failed", Status.Undelivered, FactKind.Undelivered);
            data.Add(provider, "delayed", Status.Sending, FactKind.Delayed);
            data.Add(provider, "relayed", Status.Relayed, FactKind.Relayed);
            data.Add(provider, "relayed with an answer", Status.Delivered, FactKind.Delivered);
            data.Add(provider, "expanded with an answer", Status.Delivered, FactKind.Delivered);
            data.Add(provider, "relayed with an answer of nobody", Status.Relayed, FactKind.Relayed);
            data.Add(provider, "relayed with a refusal", Status.Relayed, FactKind.Relayed);
            data.Add(provider, "delivered to where it was forwarded", Status.Delivered, FactKind.Delivered);
            data.Add(provider, "delivered in capitals", Status.Delivered, FactKind.Delivered);
            data.Add(provider, "delivered to somebody else", Status.Sending, FactKind.ReportUnmatched);
            data.Add(provider, "failed for somebody else", Status.Sending, FactKind.ReportUnmatched);
        }

        return data;
    }

    [Theory, MemberData(nameof(Reports))]
    public async Task A_report_becomes_its_fact(DatabaseProvider provider, string what, Status status, FactKind kind)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, sending) = await SentAsync(world);

        await world.ReportAsync(sending, Named(what));

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(status);
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, kind]);
        var kept = await world.QueryAsync(db => db.InboundMessages.SingleAsync());
        (kept.SendingId, kept.Kind).ShouldBe((sending.Id, "delivery-report"));
        (await world.FactsOfAsync(conversation.Id))[^1].Content<ServerSaid>().ReportId.ShouldBe(kept.Id);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_failure_keeps_the_servers_words_and_says_them_in_french(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, sending) = await SentAsync(world);

        await world.ReportAsync(sending, TestReports.Failed(Company));

        var fact = (await world.FactsOfAsync(conversation.Id))[^1];
        fact.ConcernsId.ShouldBe(sending.Id);
        fact.Content<ServerSaid>().ShouldBe(new ServerSaid(
            "mx.alpha.test", "smtp; 550 5.1.1 <contact@alpha.test>: no such user", "5.1.1", "UnknownRecipient", "Cette adresse n'existe pas chez le destinataire.", "failed", null, fact.Content<ServerSaid>().ReportId));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_same_report_received_twenty_times_at_once_counts_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, sending) = await SentAsync(world);
        var raw = TestReports.Write(TestReports.Delivered(Company));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => world.ReceiveAsync($"BOUNCES+{sending.BounceToken.ToUpperInvariant()}@courriers.test", raw))));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, FactKind.Delivered]);
        (await world.QueryAsync(db => db.InboundMessages.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_message_for_an_unknown_token_is_kept_and_touches_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, _) = await SentAsync(world);

        await world.ReceiveAsync("bounces+aaaaaaaaaaaaaaaaaaaaaaaaaa@courriers.test", TestReports.Write(TestReports.Failed(Company)));
        await world.ReceiveAsync("agent@courriers.test", TestReports.Write(TestReports.Failed(Company)));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        (await world.QueryAsync(db => db.InboundMessages.CountAsync(m => m.SendingId == null))).ShouldBe(2);
    }

    [Theory]
    [InlineData("Subject: Absence\r\nAuto-Submitted: auto-replied\r\n\r\nJe suis absent.", "auto-reply")]
    [InlineData("Subject: Re: Courrier\r\n\r\nBonjour, voici ma réponse.", "other")]
    [InlineData("", "other")]
    [InlineData("\0\u00ff\u00fe nothing like a mail", "other")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: automatic-action/MDN-sent-automatically; displayed\r\n--b--", "read-notification")]
    public async Task What_is_no_delivery_report_is_noted_and_changes_no_status(string mail, string kind)
    {
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            await using var world = await TestWorld.CreateAsync(provider);
            var (conversation, sending) = await SentAsync(world);

            await world.ReceiveAsync(ReturnAddress.ForReports(sending.BounceToken, world.Settings), Encoding.Latin1.GetBytes(mail));

            (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
            (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay, FactKind.MailReceived]);
            var kept = await world.QueryAsync(db => db.InboundMessages.SingleAsync());
            (kept.Kind, kept.Outcome).ShouldBe((kind, InboundOutcome.Noted));
            (await world.FactsOfAsync(conversation.Id))[^1].Content<ReturnedMail>().ShouldBe(new ReturnedMail(kind, kept.From, kept.Subject, kept.Id));
        }
    }

    [Theory]
    [InlineData("contact@alpha.test", "", Status.Undelivered, InboundOutcome.Applied)]
    [InlineData("autre@beta.test", "", Status.Sending, InboundOutcome.Unmatched)]
    [InlineData("", "Message-ID: <{0}@ville.test>", Status.Undelivered, InboundOutcome.Applied)]
    [InlineData("", "Message-ID: <another@ville.test>", Status.Sending, InboundOutcome.Unmatched)]
    [InlineData("", "", Status.Sending, InboundOutcome.Unmatched)]
    public async Task A_bounce_that_follows_no_standard_counts_where_it_is_about_this_mail(string named, string returned, Status status, InboundOutcome outcome)
    {
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            await using var world = await TestWorld.CreateAsync(provider);
            var (conversation, sending) = await SentAsync(world);
            var who = named.Length == 0 ? "" : $"<{named}>:\nSorry, no mailbox here by that name. (#5.1.1)\n";
            var raw = $"""
                From: MAILER-DAEMON@mx.alpha.test
                Subject: failure notice

                Hi. This is the qmail-send program at mx.alpha.test.
                I'm afraid I wasn't able to deliver your message.

                {who}
                --- Below this line is a copy of the message.

                {string.Format(System.Globalization.CultureInfo.InvariantCulture, returned, sending.EnvelopeId)}
                Subject: Courrier

                """;

            await world.ReceiveAsync(ReturnAddress.ForReports(sending.BounceToken, world.Settings), Encoding.UTF8.GetBytes(raw.ReplaceLineEndings("\r\n")));
            await world.ReceiveAsync(ReturnAddress.ForReports(sending.BounceToken, world.Settings), Encoding.UTF8.GetBytes("Received: by another\n" + raw.ReplaceLineEndings("\n")));

            (await world.StatusOfAsync(conversation.Id)).ShouldBe(status);
            (await world.QueryAsync(db => db.InboundMessages.SingleAsync())).Outcome.ShouldBe(outcome);
            if (named == Company)
                (await world.FactsOfAsync(conversation.Id))[^1].Content<ServerSaid>().Reason.ShouldBe("UnknownRecipient");
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Mail_that_is_no_report_writes_few_facts(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, sending) = await SentAsync(world);
        for (var i = 0; i < 22; i++)
            await world.ReceiveAsync(ReturnAddress.ForReplies(sending.BounceToken, world.Settings), Encoding.ASCII.GetBytes($"From: a@alpha.test\r\nSubject: Re: {i}\r\n\r\nBonjour {i}"));

        (await world.KindsOfAsync(conversation.Id)).Count(k => k == FactKind.MailReceived).ShouldBe(20);
        (await world.QueryAsync(db => db.InboundMessages.CountAsync())).ShouldBe(22);
    }

    /// <summary>Anybody can send to tokens that nobody has: that must fill no disk, and push out nobody's evidence.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Of_messages_for_unknown_tokens_the_latest_thousand_are_kept(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (_, sending) = await SentAsync(world);
        await world.ReportAsync(sending, TestReports.Delivered(Company));
        await world.ReportAsync(sending, TestReports.Failed("autre@alpha.test"));
        await AddUnclaimedAsync(world, Enumerable.Repeat(1, UnclaimedMail.Most));

        await world.ReceiveAsync(NobodysAddress, TestReports.Write(TestReports.Failed(Company)));

        var kept = await world.QueryAsync(db => db.InboundMessages.Select(m => new { m.Outcome, m.Subject }).ToListAsync());
        kept.Count(m => m.Outcome == InboundOutcome.UnknownToken).ShouldBe(UnclaimedMail.Most);
        kept.ShouldNotContain(m => m.Subject == "0", "the oldest made room");
        kept.Count(m => m.Subject == "1").ShouldBe(1);
        kept.Count(m => m.Outcome != InboundOutcome.UnknownToken).ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Large_ones_for_unknown_tokens_are_kept_up_to_a_sum(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        const int quarter = (int)(UnclaimedMail.MostBytes / 4);
        await AddUnclaimedAsync(world, [quarter, 10, quarter, quarter, quarter - 100]);

        await world.ReceiveAsync(NobodysAddress, [.. "Subject: neuf\r\n\r\n"u8, .. new byte[80]]);
        (await SubjectsAsync()).ShouldBe(["1", "2", "3", "4", "neuf"], "one of the four large ones made room");
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await world.ReceiveAsync(NobodysAddress, [.. "Subject: grand\r\n\r\n"u8, .. new byte[quarter]]);

        (await SubjectsAsync()).ShouldBe(["3", "4", "neuf", "grand"]);

        Task<List<string?>> SubjectsAsync() => world.QueryAsync(db => db.InboundMessages.OrderBy(m => m.ReceivedAt).Select(m => m.Subject).ToListAsync());
    }

    /// <summary>Whoever holds the link's mail knows its return path: a forged report must not swell the chain.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_report_about_a_thousand_strangers_writes_few_facts(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, sending) = await SentAsync(world);
        for (var i = 0; i < 5; i++)
            await world.ReportAsync(sending, [.. Enumerable.Range(0, 900).Select(n => TestReports.Failed($"a{n}@beta.test"))]);
        await world.ReportAsync(sending, [.. Enumerable.Range(0, 900).Select(n => TestReports.Failed($"a{n}@beta.test")), TestReports.Delivered(Company)]);

        var kinds = await world.KindsOfAsync(conversation.Id);
        kinds.Count(k => k == FactKind.ReportUnmatched).ShouldBe(20);
        kinds[^1].ShouldBe(FactKind.Delivered, "the one that concerns us is found among them");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_report_for_a_mail_whose_answer_was_lost_ends_its_attempts(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, new SmtpReply(451, "4.3.0 lost"));
        var conversation = await world.WriteToOneAsync();
        await world.EmptyOutboxAsync();

        await world.ReportAsync((await world.SendingsOfAsync(conversation.Id))[0], TestReports.Delivered(Company));

        world.Clock.Advance(TimeSpan.FromHours(1));
        (await world.EmptyOutboxAsync()).ShouldBe(0);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Delivered);
    }

    private static RecipientReport Named(string what) => what switch
    {
        "delivered" => TestReports.Delivered(Company),
        "failed" => TestReports.Failed(Company),
        "delayed" => TestReports.Delayed(Company),
        "relayed" => TestReports.Relayed(Company),
        "relayed with an answer" => TestReports.Relayed(Company) with { RemoteMta = "mx.alpha.test", DiagnosticCode = "smtp; 250 2.0.0 Ok: queued as 12AB" },
        "expanded with an answer" => TestReports.Delivered(Company) with { Action = DeliveryAction.Expanded },
        "relayed with an answer of nobody" => TestReports.Relayed(Company) with { DiagnosticCode = "smtp; 250 2.0.0 Ok" },
        "relayed with a refusal" => TestReports.Relayed(Company) with { RemoteMta = "mx.alpha.test", DiagnosticCode = "smtp; 25 half" },
        "delivered to where it was forwarded" => TestReports.Delivered("ailleurs@beta.test") with { OriginalRecipient = Company },
        "delivered in capitals" => TestReports.Delivered("CONTACT@ALPHA.TEST"),
        "delivered to somebody else" => TestReports.Delivered("autre@beta.test"),
        "failed for somebody else" => TestReports.Failed("autre@beta.test"),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    /// <summary>Messages for no known sending, one after the other until now, each with its number as its subject.</summary>
    private static async Task AddUnclaimedAsync(TestWorld world, IEnumerable<int> sizes)
    {
        await world.QueryAsync(async db =>
        {
            db.InboundMessages.AddRange(sizes.Select((size, i) => new InboundMessage
            {
                Id = Guid.CreateVersion7(world.Clock.Now()),
                ReceivedAt = world.Clock.Now().AddMilliseconds(i),
                Recipient = NobodysAddress,
                Kind = "other",
                Outcome = InboundOutcome.UnknownToken,
                Subject = $"{i}",
                Raw = new byte[size],
                BodyDigest = BitConverter.GetBytes(i),
            }));
            return await db.SaveChangesAsync();
        });
        world.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task<(Conversation Conversation, Sending Sending)> SentAsync(TestWorld world)
    {
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync(email: Company);
        await world.EmptyOutboxAsync();
        return (conversation, (await world.SendingsOfAsync(conversation.Id))[0]);
    }

    /// <summary>Whoever answers by mail often quotes the mail he got, and with it a link that is his alone.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_answer_by_mail_is_read_in_its_conversation_without_any_personal_link(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var sending = (await world.SendingsOfAsync(conversation.Id))[0];
        var token = world.TokenOf(conversation);
        await world.ReceiveAsync(
            ReturnAddress.ForReplies(sending.BounceToken, world.Settings),
            System.Text.Encoding.UTF8.GetBytes($"From: Contact <contact@alpha.test>\r\nSubject: Re: Courrier https://courriers.test/c/{token}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour, voici notre réponse.\r\nJ'ai ouvert https://courriers.test/c/{token} hier.\r\n"));
        var (_, stranger) = await world.AddOrganisationAsync("Ville voisine", "Alix Martin", "alix@voisine.test");

        var answer = (await world.RunAsync((ReadAnswersByMail o) => o.RunAsync(world.Caller, conversation.Id, default))).ShouldHaveSingleItem();

        (answer.From, answer.Kind, answer.Subject).ShouldBe(("contact@alpha.test", "other", "Re: Courrier https://courriers.test/c/…"));
        answer.Text.ShouldBe("Bonjour, voici notre réponse.\nJ'ai ouvert https://courriers.test/c/… hier.");
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.MailReceived]);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        (await world.RunAsync((ReadAnswersByMail o) => o.RunAsync(Access.Caller.Of(stranger), conversation.Id, default))).ShouldBeEmpty();
        (await world.RunAsync((ReadAnswersByMail o) => o.OfLetterAsync(world.Caller, conversation.LetterId, default))).Select(a => a.Id).ShouldBe([answer.Id]);
        (await world.RunAsync((ReadAnswersByMail o) => o.OfLetterAsync(Access.Caller.Of(stranger), conversation.LetterId, default))).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Of_a_letter_to_many_nobody_who_answers_by_mail_hides_another(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversations = await world.WriteToAsync(null, "quiet@alpha.test", "loud@beta.test");
        foreach (var (conversation, times) in conversations.Zip([1, 7]))
        {
            for (var i = 0; i < times; i++)
            {
                world.Clock.Advance(TimeSpan.FromMinutes(1));
                await world.ReceiveAsync(
                    ReturnAddress.ForReplies((await world.SendingsOfAsync(conversation.Id))[0].BounceToken, world.Settings),
                    System.Text.Encoding.UTF8.GetBytes($"From: {conversation.Email}\r\nSubject: Re: {i}\r\n\r\nBonjour {i}\r\n"));
            }
        }

        var answers = await world.RunAsync((ReadAnswersByMail o) => o.OfLetterAsync(world.Caller, conversations[0].LetterId, default));

        answers.Select(a => (a.From, a.Subject)).ShouldBe([("quiet@alpha.test", "Re: 0"), .. Enumerable.Range(2, 5).Select(i => ((string?)"loud@beta.test", (string?)$"Re: {i}"))]);
    }

    /// <summary>What makes a bounce elsewhere is quoted here from the letter: its subject, its words, the address it went to.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task An_answer_that_quotes_a_letter_about_what_was_not_delivered_is_no_bounce(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, sending) = await SentAsync(world);
        await world.ReportAsync(sending, TestReports.Delivered(Company));
        var wrapped = "https://eur01.safelinks.test/?url=https%3A%2F%2Fcourriers.test%2Fc%2F" + world.TokenOf(conversation) + "&data=05";
        var answer = System.Text.Encoding.UTF8.GetBytes(
            $"""
            From: Contact <{Company}>
            Subject: Re: Demande de complément : DC2 non parvenu
            Content-Type: text/plain; charset=utf-8

            Bonjour, le DC2 est parti hier.

            De : Ville de Montrevel-sur-Loire
            Envoyé : lundi 2 mars 2026 10:00
            À : {Company}
            Objet : Demande de complément : DC2 non parvenu

            Le DC2 n'a pas été transmis. Votre message n'a pas pu être remis : {wrapped}
            """.ReplaceLineEndings("\r\n"));

        await world.ReceiveAsync(ReturnAddress.ForReplies(sending.BounceToken, world.Settings), answer);

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Delivered);
        (await world.KindsOfAsync(conversation.Id))[^1].ShouldBe(FactKind.MailReceived);
        var read = (await world.RunAsync((ReadAnswersByMail o) => o.RunAsync(world.Caller, conversation.Id, default))).ShouldHaveSingleItem();
        read.Text!.ShouldContain("le DC2 est parti hier");
        read.Text!.ShouldNotContain(world.TokenOf(conversation));
    }
}
