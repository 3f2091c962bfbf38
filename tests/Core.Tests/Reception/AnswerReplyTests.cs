using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

/// <summary>« Répondre » on a reply: a letter to that company, linked to the conversation that it answers.</summary>
public sealed class AnswerReplyTests
{
    private static readonly DraftInput Asked = new() { Type = LetterType.CompletionRequest, Subject = "Pièces à compléter", BodyHtml = "<p>Merci.</p>", ReplyExpected = true };

    [Theory, ClassData(typeof(Databases))]
    public async Task A_free_letter_to_the_company_begins_in_the_same_consultation_with_its_subject(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, reply) = await RepliedAsync(world);

        var draft = (await AnswerAsync(world, world.Caller, conversation, reply)).Value;

        var letter = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (letter.State, letter.Type, letter.Subject, letter.AnswersId, letter.ConsultationId).ShouldBe((LetterState.Draft, LetterType.Free, "Re\u00a0: Pièces à compléter", conversation.Id, conversation.ConsultationId));
        letter.Recipients.ShouldHaveSingleItem().Email.ShouldBe("contact@alpha.test");
        (await ReadAsync(world, conversation)).AnsweredBy.ShouldHaveSingleItem().ShouldBe(new LinkedLetter(draft.Id, letter.Subject, "Camille Durand", null, null));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Sent_it_is_told_on_both_conversations_as_facts(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, reply) = await RepliedAsync(world);
        var draft = (await AnswerAsync(world, world.Caller, conversation, reply)).Value;
        await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { BodyHtml = "<p>Bien reçu, merci.</p>", Recipients = [new("autre@beta.test"), new("Contact@alpha.test")] }, null, default));

        var sent = await world.SendAsync(draft.Id);

        var next = sent.Single(c => c.EmailKey == "contact@alpha.test");
        var told = (await world.FactsOfAsync(conversation.Id))[^1];
        (told.Kind, told.ActorId, told.Content<AnsweringLetter>()).ShouldBe((FactKind.Answered, world.Agent.Id, new AnsweringLetter(draft.Id, "Re\u00a0: Pièces à compléter", next.Id)));
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyRead);
        foreach (var begun in sent)
            (await world.FactsOfAsync(begun.Id))[0].Content<SubmittedContent>().Answers.ShouldBe(conversation.Id);
        (await ReadAsync(world, next)).Answers!.Id.ShouldBe(conversation.Id);
        var answered = (await ReadAsync(world, conversation)).AnsweredBy.ShouldHaveSingleItem();
        (answered.ConversationId, answered.SentAt).ShouldBe((next.Id, TestWorld.Start));
        (await world.RunAsync((Core.Evidence.IssueAttestation o) => o.RunAsync(world.Caller, conversation.Id, default))).Succeeded.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pressed_twice_it_leads_to_one_draft_and_a_deleted_one_is_begun_anew(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (conversation, reply) = await RepliedAsync(world);
        var colleague = await world.AddAgentAsync("Samir Benali", "samir.benali@montrevel.test");

        var twice = await Task.WhenAll(AnswerAsync(world, world.Caller, conversation, reply), AnswerAsync(world, world.Caller, conversation, reply));
        var draft = twice.Select(t => t.Value.Id).Distinct().ShouldHaveSingleItem();
        (await AnswerAsync(world, Caller.Of(colleague), conversation, reply)).Value.Id.ShouldNotBe(draft, "a colleague has a draft of its own");
        await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, draft, default));

        (await AnswerAsync(world, world.Caller, conversation, reply)).Value.Id.ShouldNotBe(draft);
        (await ReadAsync(world, conversation)).AnsweredBy.Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_that_nobody_opened_anothers_and_one_of_the_messagerie_historique_are_not_answered(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync(Asked);
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);
        (await AnswerAsync(world, world.Caller, conversation, reply)).Problem!.Code.ShouldBe("reply-not-opened");
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));

        var (_, stranger) = await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        (await AnswerAsync(world, Caller.Of(stranger), conversation, reply)).Problem!.Code.ShouldBe("reply-not-found");
        (await world.RunAsync((AnswerReply o) => o.RunAsync(world.Caller, Guid.Empty, reply.Id, default))).Problem!.Code.ShouldBe("reply-not-found");

        await world.AddConsultationAsync(Historique.Reference, Historique.Before);
        var message = (await world.SendMessageAsync("Bonjour", "b@beta.test"))[0];
        await world.OpenAsync(message);
        (await AnswerAsync(world, world.Caller, message, await world.ReplyAsync(message))).Problem!.Code.ShouldBe(Messages.Code);
        (await world.QueryAsync(db => db.Letters.CountAsync(l => l.AnswersId != null))).ShouldBe(0);
    }

    [Theory]
    [InlineData("RE : Pièces", "RE : Pièces")]
    [InlineData("Relance", "Re\u00a0: Relance")]
    [InlineData("{{ recipient.rien }}", null)]
    [InlineData("{{{x}}}", "Re\u00a0: { { {x}}}")]
    public async Task Its_subject_says_re_once_and_names_no_variable(string subject, string? expected)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await world.WriteToOneAsync(Asked);
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));
        await world.QueryAsync(db => db.Letters.ExecuteUpdateAsync(l => l.SetProperty(x => x.Subject, subject)));

        (await AnswerAsync(world, world.Caller, conversation, reply)).Value.Subject.ShouldBe(expected ?? "Re\u00a0: { { recipient.rien }}");
    }

    [Fact]
    public async Task A_subject_as_long_as_may_be_is_cut()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await world.WriteToOneAsync(Asked with { Subject = new string('x', DraftContent.LongestSubject) });
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));

        var draft = (await AnswerAsync(world, world.Caller, conversation, reply)).Value;

        draft.Subject.ShouldStartWith("Re\u00a0: xxx");
        draft.Subject.ShouldEndWith("x…");
        draft.Subject.Length.ShouldBe(DraftContent.LongestSubject);
    }

    [Fact]
    public async Task A_subject_is_not_cut_within_a_sign()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await world.WriteToOneAsync(Asked with { Subject = new string('x', DraftContent.LongestSubject - 7) + "😀 fin" });
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);
        await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));

        (await AnswerAsync(world, world.Caller, conversation, reply)).Value.Subject.ShouldEndWith("x…");
    }

    private static async Task<(Conversation Conversation, Reply Reply)> RepliedAsync(TestWorld world)
    {
        var conversation = await world.WriteToOneAsync(Asked);
        await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(conversation);
        return (conversation, (await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default))).Value);
    }

    private static Task<Result<Letter>> AnswerAsync(TestWorld world, Caller caller, Conversation conversation, Reply reply) =>
        world.RunAsync((AnswerReply o) => o.RunAsync(caller, conversation.Id, reply.Id, default));

    private static async Task<ConversationDetail> ReadAsync(TestWorld world, Conversation conversation) =>
        (await world.RunAsync((ReadConversation o) => o.RunAsync(world.Caller, conversation.Id, default))).Value;
}
