using Microsoft.EntityFrameworkCore;
using MimeKit;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class OutboxTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task What_the_relay_takes_is_still_on_its_way(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await world.WriteToOneAsync();

        (await world.EmptyOutboxAsync()).ShouldBe(1);

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        var said = await LastWordsAsync(world, conversation.Id, FactKind.AcceptedByRelay);
        said.Reply.ShouldBe("250 2.0.0 Ok: queued as 4XyZ");
        said.Server.ShouldStartWith("relais.test ");
        said.StatusCode.ShouldBe("2.0.0");
        var sending = (await world.SendingsOfAsync(conversation.Id)).ShouldHaveSingleItem();
        (sending.AcceptedAt, sending.NextAttemptAt, sending.LeaseId).ShouldBe((TestWorld.Start, null, null));
        var mail = relay.Taken.ShouldHaveSingleItem();
        mail.MailFrom.ShouldBe($"bounces+{sending.BounceToken}@courriers.test");
        mail.EnvelopeId.ShouldBe(sending.EnvelopeId);
        mail.Recipients.ShouldHaveSingleItem().Notify.ShouldBe(DsnNotify.Success | DsnNotify.Failure | DsnNotify.Delay);
        (await world.EmptyOutboxAsync()).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_recipient_gets_its_own_mail_with_its_own_link(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversations = await world.WriteToAsync(null, "a@alpha.test", "b@beta.test", "c@gamma.test");

        await world.EmptyOutboxAsync();

        foreach (var conversation in conversations)
        {
            var mail = relay.Taken.Single(m => m.Recipients.Single().Address == conversation.Email);
            var message = await MimeMessage.LoadAsync(new MemoryStream(mail.Data.ToArray()), TestContext.Current.CancellationToken);
            var text = message + message.TextBody + message.HtmlBody;
            text.ShouldContain(world.TokenOf(conversation));
            foreach (var other in conversations.Where(c => c.Id != conversation.Id))
            {
                text.ShouldNotContain(other.Email);
                text.ShouldNotContain(world.TokenOf(other));
            }
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_refusal_is_kept_with_its_reason_and_its_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, new SmtpReply(550, "5.1.1 <contact@alpha.test>: user unknown"));
        var conversation = await world.WriteToOneAsync();

        await world.EmptyOutboxAsync();

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);
        var said = await LastWordsAsync(world, conversation.Id, FactKind.Undelivered);
        (said.Reply, said.StatusCode, said.Reason).ShouldBe(("550 5.1.1 <contact@alpha.test>: user unknown", "5.1.1", "UnknownRecipient"));
        said.Explanation.ShouldBe("Cette adresse n'existe pas chez le destinataire.");
        world.Clock.Advance(TimeSpan.FromDays(1));
        (await world.EmptyOutboxAsync()).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_refusal_for_now_is_a_delay_and_is_tried_again_later(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var answer = new SmtpReply(451, "4.7.1 Greylisted");
        await using var relay = TestRelay.Start(world, _ => Task.FromResult(answer));
        var conversation = await world.WriteToOneAsync();

        (await world.EmptyOutboxAsync()).ShouldBe(1);
        (await world.EmptyOutboxAsync()).ShouldBe(0, "not before its time");

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        (await LastWordsAsync(world, conversation.Id, FactKind.Delayed)).Reply.ShouldBe("451 4.7.1 Greylisted");
        answer = TestRelay.Queued;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await world.EmptyOutboxAsync()).ShouldBe(1);
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Delayed, FactKind.AcceptedByRelay]);
        (await world.SendingsOfAsync(conversation.Id))[0].Attempts.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_relay_that_is_down_loses_nothing_and_is_no_fact_of_the_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await TestRelay.Start(world).DisposeAsync();
        var conversations = await world.WriteToAsync(null, "a@alpha.test", "b@beta.test");

        await world.EmptyOutboxAsync();

        foreach (var conversation in conversations)
            (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted]);
        await using var relay = TestRelay.Start(world);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await world.EmptyOutboxAsync()).ShouldBe(2);
        relay.Taken.Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_sending_is_given_up_after_five_days(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, new SmtpReply(452, "4.2.2 mailbox full"));
        var conversation = await world.WriteToOneAsync();
        for (var hours = 0; hours < 5 * 24 - 2; hours += 2)
        {
            await world.EmptyOutboxAsync();
            world.Clock.Advance(TimeSpan.FromHours(2));
        }

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        world.Clock.Advance(TimeSpan.FromHours(4));
        await world.EmptyOutboxAsync();

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);
        var said = await LastWordsAsync(world, conversation.Id, FactKind.Undelivered);
        (said.Reason, said.StatusCode, said.Reply).ShouldBe(("MailboxFull", "4.2.2", "452 4.2.2 mailbox full"));
        world.Clock.Advance(TimeSpan.FromDays(2));
        (await world.EmptyOutboxAsync()).ShouldBe(0);
    }

    /// <summary>The relay is the operator's: however long it is away, no recipient's server had the occasion to refuse.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_relay_down_for_a_week_fails_no_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await TestRelay.Start(world).DisposeAsync();
        var conversation = await world.WriteToOneAsync();
        world.Clock.Advance(TimeSpan.FromDays(7));
        await world.EmptyOutboxAsync();
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted]);

        await using var relay = TestRelay.Start(world);
        await world.EmptyOutboxAsync();

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_week_without_a_relay_a_first_refusal_for_now_is_only_a_delay(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await TestRelay.Start(world).DisposeAsync();
        var conversation = await world.WriteToOneAsync();
        await world.EmptyOutboxAsync();
        world.Clock.Advance(TimeSpan.FromDays(7));
        await using var relay = TestRelay.Start(world, new SmtpReply(451, "4.7.1 Greylisted"));

        await world.EmptyOutboxAsync();

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Delayed]);
        (await world.SendingsOfAsync(conversation.Id))[0].DeferredSince.ShouldBe(TestWorld.Start + TimeSpan.FromDays(7));
        world.Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromHours(2));
        await world.EmptyOutboxAsync();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        world.Clock.Advance(TimeSpan.FromHours(2));
        await world.EmptyOutboxAsync();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_relance_has_the_whole_time_again(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world, new SmtpReply(451, "4.7.1 Greylisted"));
        var conversation = await world.WriteToOneAsync();
        await world.EmptyOutboxAsync();
        world.Clock.Advance(TimeSpan.FromDays(5));
        await world.EmptyOutboxAsync();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered);

        await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, conversation.Id, default));
        await world.EmptyOutboxAsync();

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        (await world.SendingsOfAsync(conversation.Id)).Select(s => s.DeferredSince).ShouldBe([TestWorld.Start, TestWorld.Start + TimeSpan.FromDays(5)]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_stop_while_the_relay_answers_still_writes_its_answer(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        using var stop = new CancellationTokenSource();
        await using var relay = TestRelay.Start(world, async _ =>
        {
            await stop.CancelAsync();
            return TestRelay.Queued;
        });
        var conversations = await world.WriteToAsync(null, "a@alpha.test", "b@beta.test");

        await Should.ThrowAsync<OperationCanceledException>(() => world.EmptyOutboxUntilAsync(stop.Token));

        var begun = relay.Taken.Select(m => m.Recipients[0].Address).ToList();
        begun.ShouldNotBeEmpty();
        foreach (var conversation in conversations)
            (await world.KindsOfAsync(conversation.Id)).ShouldBe(begun.Contains(conversation.Email) ? [FactKind.Submitted, FactKind.AcceptedByRelay] : [FactKind.Submitted]);
        (await world.EmptyOutboxAsync()).ShouldBe(2 - begun.Count, "what was not begun is free at once, not when its lease runs out");
        relay.Taken.Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_report_that_overtakes_the_relays_answer_is_not_followed_by_a_silence(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        Conversation? conversation = null;
        await using var relay = TestRelay.Start(world, async mail =>
        {
            await world.ReceiveAsync(mail.MailFrom, TestReports.Write(TestReports.Delivered("contact@alpha.test")));
            return TestRelay.Queued;
        });
        conversation = await world.WriteToOneAsync();

        await world.EmptyOutboxAsync();
        world.Clock.Advance(TimeSpan.FromDays(1));
        await world.RunAsync((NoteSilence o) => o.RunAsync(default));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Delivered, FactKind.AcceptedByRelay]);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Delivered);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_whose_file_is_gone_does_not_hold_up_the_others(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.AddConsultationAsync();
        var broken = await world.AddDraftAsync("2026-T-014", new DraftInput { Mode = DeliveryMode.Plain }, "a@alpha.test");
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, broken.Id, "un.pdf", new MemoryStream([1, 2, 3]), default));
        var stuck = (await world.SendAsync(broken.Id))[0];
        var free = await world.WriteToOneAsync(email: "b@beta.test");
        File.Delete(world.FilesOnDisk().Single());

        await world.EmptyOutboxAsync();

        (await world.KindsOfAsync(stuck.Id)).ShouldBe([FactKind.Submitted]);
        (await world.KindsOfAsync(free.Id)).ShouldBe([FactKind.Submitted, FactKind.AcceptedByRelay]);
        (await world.SendingsOfAsync(stuck.Id))[0].NextAttemptAt.ShouldNotBeNull().ShouldBeGreaterThan(TestWorld.Start);
    }

    private static async Task<ServerSaid> LastWordsAsync(TestWorld world, Guid conversation, FactKind kind) =>
        (await world.FactsOfAsync(conversation)).Last(f => f.Kind == kind).Content<ServerSaid>();
}
