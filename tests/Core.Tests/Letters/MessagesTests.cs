using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Exports;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.TestKit.World;
using static Vaguemestre.TestKit.World.Historique;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class MessagesTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_message_goes_with_acknowledgement_by_link_and_takes_replies(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, Before);

        var conversation = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation, "Merci.", ("devis.txt", "1 200"u8.ToArray()));

        var message = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, conversation.LetterId, default))).Value;
        (message.IsHistorique, message.Type, message.Mode, message.ReplyExpected).ShouldBe((true, LetterType.Free, DeliveryMode.Tracked, false));
        (await world.SendingsOfAsync(conversation.Id)).Count.ShouldBe(1, "it is in the outbox like any other");
        var read = (await world.RunAsync((ReadMessage o) => o.RunAsync(world.Caller, message.Id, default))).Value;
        read.Recipients.ShouldHaveSingleItem().AcknowledgedAt.ShouldBe(TestWorld.Start);
        var answer = (await world.RunAsync((ReadMessageReply o) => o.RunAsync(world.Caller, reply.Id, default))).Value;
        answer.Attachments.ShouldHaveSingleItem().Name.ShouldBe("devis.txt");
        (await world.QueryAsync(db => db.Contacts.CountAsync())).ShouldBe(0, "it has no register of free entries");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task It_has_nothing_of_a_letters_options(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, Before);
        DraftInput[] refused =
        [
            new() { Type = LetterType.Rejection },
            new() { Mode = DeliveryMode.Plain },
            new() { ReplyDue = TestWorld.Start.AddDays(3) },
            new() { Recipients = [new RecipientInput("a@alpha.test", Register: "deposits")] },
        ];
        foreach (var input in refused)
            Code(await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Reference, input, default))).ShouldBe(Messages.Code);
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(0);

        var message = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Reference, new DraftInput { Type = LetterType.Free, Mode = DeliveryMode.Tracked, Recipients = [new RecipientInput("a@alpha.test")] }, default))).Value;
        (message.Subject, message.Body).ShouldBe(("", ""), "no template fills it");
        foreach (var input in refused)
            Code(await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, message.Id, input, null, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((ChangeType o) => o.RunAsync(world.Caller, message.Id, LetterType.Award, true, null, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((ScheduleSending o) => o.RunAsync(world.Caller, message.Id, TestWorld.Start.AddHours(1), default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((DuplicateLetter o) => o.RunAsync(world.Caller, message.Id, default))).ShouldBe(Messages.Code);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task It_has_no_status_no_star_no_opening_of_replies_and_no_attestation(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, Before);
        var conversation = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);

        Code(await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((SetFavourite o) => o.RunAsync(world.Caller, conversation.Id, true, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((AssignConversation o) => o.RunAsync(world.Caller, conversation.Id, world.Caller.OwnerId, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((MarkDone o) => o.RunAsync(world.Caller, conversation.Id, true, null, default))).ShouldBe(Messages.Code);
        (await world.RunAsync((MarkConversationsDone o) => o.RunAsync(world.Caller, [new ShownConversation(conversation.Id, null)], true, default))).Value.ShouldHaveSingleItem().Problem?.Code.ShouldBe(Messages.Code);
        (await world.RunAsync((ReadInbox o) => o.RunAsync(world.Caller, InboxPart.Replies, new InboxFilter(Done: true), null, 50, default))).Value.Rows.ShouldBeEmpty();
        Code(await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, conversation.Id, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, conversation.Id, "b@alpha.test", default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, conversation.Id, default))).ShouldBe(Messages.Code);

        Code(await world.RunAsync((ArchiveConsultation o) => o.RunAsync(world.Caller, Reference, default))).ShouldBe(Messages.Code);

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyUnread, "the facts are kept all the same");
        foreach (var part in Enum.GetValues<InboxPart>())
            (await world.RunAsync((ReadInbox o) => o.RunAsync(world.Caller, part, new InboxFilter(), null, 50, default))).Value.Count.ShouldBe(0, $"{part}");
        foreach (var status in Enum.GetValues<Status>())
            (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Status = status }, null, 50, default))).Value.Items.ShouldBeEmpty($"{status}");
        (await world.RunAsync((CountStatuses o) => o.RunAsync(world.Caller, new ConversationFilter(), default))).Value.ShouldBeEmpty();
        var row = (await world.RunAsync((ListConsultations o) => o.OneAsync(world.Caller, Reference, default))).Value;
        (row.Edition, row.Drafts, row.Undelivered, row.UnreadReplies).ShouldBe((Edition.Historique, 0, 0, 0));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_mail_of_a_reply_leads_to_it_and_says_nothing_of_its_reading(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.AddConsultationAsync(Reference, Before);
        var conversation = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);

        (await world.TellAgentsAsync()).ShouldBe(1);
        await world.SendAllNoticesAsync();

        var mail = (await relay.MailsAsync()).Single(m => m.Subject == "Réponse reçue\u00a0: Précision");
        mail.TextBody!.ShouldContain($"https://courriers.test/messages/reponses/{reply.Id}");
        mail.TextBody!.ShouldNotContain("avertie de sa lecture");
        (await world.RunAsync((ReadMessage o) => o.RunAsync(world.Caller, conversation.LetterId, default))).Value.Replies.ShouldHaveSingleItem().Id.ShouldBe(reply.Id);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task That_it_did_not_arrive_is_told_to_no_agent(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, Before);
        var conversation = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.ReportAsync((await world.SendingsOfAsync(conversation.Id))[0], TestReports.Failed("contact@alpha.test"));

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Undelivered, "the facts are kept all the same");
        (await world.TellAgentsAsync()).ShouldBe(0);
        (await world.RunAsync((ReadInbox o) => o.CountWaitingAsync(world.Caller, default))).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Its_delivery_moves_it_nowhere(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await world.AddConsultationAsync(Reference, Before);
        var message = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.AddConsultationAsync("2026-T-014");
        var letter = (await world.SendAsync((await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Courrier", BodyHtml = "<p>Bonjour.</p>" }, "contact@beta.test")).Id))[0];

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.EmptyOutboxAsync();
        (await LastEventOfAsync(letter)).ShouldBe(TestWorld.Start.AddMinutes(1));
        (await LastEventOfAsync(message)).ShouldBe(TestWorld.Start);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.ReportAsync((await world.SendingsOfAsync(message.Id))[0], TestReports.Failed("contact@alpha.test"));
        (await world.StatusOfAsync(message.Id)).ShouldBe(Status.Undelivered);
        (await LastEventOfAsync(message)).ShouldBe(TestWorld.Start);

        await world.OpenAsync(message);
        (await LastEventOfAsync(message)).ShouldBe(TestWorld.Start.AddMinutes(2));

        Task<DateTimeOffset> LastEventOfAsync(Conversation conversation) => world.QueryAsync(db => db.Conversations.Where(c => c.Id == conversation.Id).Select(c => c.LastEventAt).SingleAsync());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Beside_letters_it_tells_neither_an_awaited_reply_nor_a_resending(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, Before);
        var asking = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Précision", BodyHtml = "<p>Bonjour.</p>", ReplyExpected = true }, "contact@alpha.test");
        var message = (await world.SendAsync(asking.Id))[0];
        await world.AddConsultationAsync(Reference);
        var letter = (await world.SendAsync((await world.AddDraftAsync(Reference, new DraftInput { Subject = "Courrier", BodyHtml = "<p>Bonjour.</p>", ReplyExpected = true }, "contact@beta.test")).Id))[0];

        var rows = await ListAsync(new ConversationFilter());
        rows.ToDictionary(r => r.Id!.Value, r => r.ReplyExpected).ShouldBe(new Dictionary<Guid, bool> { [message.Id] = false, [letter.Id] = true }, ignoreOrder: true);
        (await ListAsync(new ConversationFilter { ReplyExpected = true })).ShouldHaveSingleItem().Id.ShouldBe(letter.Id);
        (await ListAsync(new ConversationFilter { ReplyExpected = false })).ShouldHaveSingleItem().Id.ShouldBe(message.Id);
        var table = await world.InScopeAsync(async scope =>
        {
            using var file = new MemoryStream();
            await (await scope.GetRequiredService<ExportConversations>().RunAsync(world.Caller, new(), TableFormat.Csv, default)).Value(file, TestContext.Current.CancellationToken);
            return Encoding.UTF8.GetString(file.ToArray()).Split("\r\n");
        });
        var headings = table[0].Split(';');
        foreach (var (id, told) in new[] { (message.Id, (IEnumerable<string>)["", ""]), (letter.Id, ["oui", "non"]) })
        {
            var cells = table.Single(line => line.EndsWith(id.ToString(), StringComparison.Ordinal)).Split(';');
            new[] { "Réponse attendue", "Relancé" }.Select(heading => cells[Array.IndexOf(headings, heading)]).ShouldBe(told);
        }

        async Task<IReadOnlyList<ConversationRow>> ListAsync(ConversationFilter filter) =>
            (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, null, 50, default))).Value.Items;
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_not_sent_is_in_no_list_and_goes_after_a_while(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, Before);
        var message = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Commencé" }, "a@alpha.test");
        _ = (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, message.Id, "a.txt", new MemoryStream([65]), default))).Value;

        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter(), null, 50, default))).Value.Items.ShouldBeEmpty();
        (await world.RunAsync((ListMessages o) => o.RunAsync(world.Caller, consultation, null, 50, default))).Value.Items.ShouldBeEmpty();
        (await world.RunAsync((ListConsultations o) => o.OneAsync(world.Caller, Reference, default))).Value.Drafts.ShouldBe(0);

        (await world.RunAsync((PurgeDrafts o) => o.RunAsync(default))).ShouldBe(0);
        world.Clock.Advance(world.Settings.Messaging.KeepDeletedDrafts);
        (await world.RunAsync((PurgeDrafts o) => o.RunAsync(default))).ShouldBe(1);
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(0);
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Words_between_double_braces_are_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, Before);
        var draft = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Pour {{ recipient.company }}", BodyHtml = "<p>Avant le {{ reply.due }}, {{ agent.prenom }}</p>" }, "contact@alpha.test");

        var conversation = (await world.SendAsync(draft.Id))[0];

        var message = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (message.Subject, message.Body).ShouldBe(("Pour {{ recipient.company }}", "<p>Avant le {{ reply.due }}, {{ agent.prenom }}</p>"));
        (conversation.OwnSubject, conversation.OwnBody).ShouldBe((null, null));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task In_a_consultation_that_came_to_it_letters_are_neither_taken_up_nor_answered(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        var letter = (await world.SendAsync((await world.AddDraftAsync(Reference, new DraftInput { ReplyExpected = true }, "contact@alpha.test")).Id))[0];
        await world.OpenAsync(letter);
        var reply = await world.ReplyAsync(letter);
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, letter.Id, reply.Id, default));
        await world.AddConsultationAsync(Reference, Before);

        Code(await world.RunAsync((DuplicateLetter o) => o.RunAsync(world.Caller, letter.LetterId, default))).ShouldBe(Messages.Code);
        Code(await world.RunAsync((AnswerReply o) => o.RunAsync(world.Caller, letter.Id, reply.Id, default))).ShouldBe(Messages.Code);
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_given_up_comes_back_in_no_edition(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, Before);
        var message = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Abandonné" }, "a@alpha.test");
        await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, message.Id, default));
        await world.AddConsultationAsync(Reference);

        (await world.RunAsync((LocateFilter o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = Reference }, default))).HasDeletedDrafts.ShouldBeFalse();
        (await world.RunAsync((ListDeletedDrafts o) => o.RunAsync(world.Caller, consultation.Id, default))).ShouldBeEmpty();
        Code(await world.RunAsync((RestoreDraft o) => o.RunAsync(world.Caller, message.Id, default))).ShouldBe(Messages.Code);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_finds_nothing_of_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, Before);
        var conversation = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);
        var other = Caller.Of((await world.AddOrganisationAsync("Autre ville", "Samir Benali", "samir@autre.test")).Agent);

        Kind(await world.RunAsync((ListMessages o) => o.RunAsync(other, consultation, null, 50, default))).ShouldBe(ProblemKind.NotFound);
        Kind(await world.RunAsync((ReadMessage o) => o.RunAsync(other, conversation.LetterId, default))).ShouldBe(ProblemKind.NotFound);
        Kind(await world.RunAsync((ReadMessageReply o) => o.RunAsync(other, reply.Id, default))).ShouldBe(ProblemKind.NotFound);
        (await world.RunAsync((FindMessage o) => o.RunAsync(other, conversation.LetterId, default))).ShouldBeNull();
        (await world.RunAsync((FindMessage o) => o.OfConversationAsync(other, conversation.Id, default))).ShouldBeNull();
    }

    private static string? Code<T>(Result<T> result) => result.Problem?.Code;

    private static ProblemKind? Kind<T>(Result<T> result) => result.Problem?.Kind;
}
