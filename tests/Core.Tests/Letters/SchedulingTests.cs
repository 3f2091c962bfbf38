using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class SchedulingTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_draft_waits_for_its_hour_unchanged_and_goes_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await ScheduledAsync(world, TimeSpan.FromHours(2));

        (await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Subject = "Autre" }, null, default))).Problem!.Code.ShouldBe("letter-scheduled");
        (await TurnAsync(world)).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromHours(2));
        (await TurnAsync(world)).ShouldBe(1);
        (await TurnAsync(world)).ShouldBe(0);

        var sent = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (sent.State, sent.Subject, sent.SendAt).ShouldBe((LetterState.Sent, "Objet", null));
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(1);
        var fact = (await world.FactsOfAsync(draft.Id))[^1];
        (fact.Kind, fact.ActorKind, fact.ActorId).ShouldBe((FactKind.LetterSent, ActorKind.Agent, world.Agent.Id));
    }

    /// <summary>Its variables filled in, a subject may be longer than one is.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_subject_too_tooLongonce_filled_in_is_refused_and_keeps_no_other_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync("2026-T-014", c => c.Title = new string('x', 400));
        var text = new DraftInput { Subject = "{{ consultation.title }}", BodyHtml = "<p>Texte</p>" };
        var byHand = await world.AddDraftAsync("2026-T-014", text, "a@alpha.test");
        (await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, byHand.Id, default))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("subject");
        var tooLong = await world.AddDraftAsync("2026-T-014", text, "b@alpha.test");
        (await ScheduleAsync(world, tooLong.Id, TestWorld.Start.AddHours(1))).Succeeded.ShouldBeTrue();
        var other = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte</p>" }, "c@alpha.test");
        (await ScheduleAsync(world, other.Id, TestWorld.Start.AddHours(2))).Succeeded.ShouldBeTrue();
        world.Clock.Advance(TimeSpan.FromHours(3));

        await TurnAsync(world);

        (await world.KindsOfAsync(tooLong.Id))[^1].ShouldBe(FactKind.ScheduledSendingFailed);
        (await world.KindsOfAsync(other.Id))[^1].ShouldBe(FactKind.LetterSent);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_schedule_taken_back_sends_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await ScheduledAsync(world, TimeSpan.FromHours(2));

        (await world.RunAsync((UnscheduleSending o) => o.RunAsync(world.Caller, draft.Id, default))).Problem.ShouldBeNull();
        world.Clock.Advance(TimeSpan.FromDays(1));

        (await TurnAsync(world)).ShouldBe(0);
        (await world.KindsOfAsync(draft.Id)).TakeLast(2).ShouldBe([FactKind.SendingScheduled, FactKind.SendingUnscheduled]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_could_not_be_sent_at_that_hour_is_said_when_it_is_set(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var due = TestWorld.Start.AddHours(1);
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte</p>", ReplyExpected = true, ReplyDue = due }, "a@alpha.test");

        (await ScheduleAsync(world, draft.Id, TestWorld.Start.AddHours(2))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("replyDue");
        (await ScheduleAsync(world, draft.Id, TestWorld.Start.AddHours(-1))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("sendAt");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_draft_that_cannot_go_any_more_becomes_one_again_with_the_reason(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await ScheduledAsync(world, TimeSpan.FromHours(2));
        await world.QueryAsync(db => db.Agents.ExecuteDeleteAsync());
        world.Clock.Advance(TimeSpan.FromHours(2));

        await TurnAsync(world);

        var stayed = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (stayed.State, stayed.SendAt).ShouldBe((LetterState.Draft, null));
        (await world.FactsOfAsync(draft.Id))[^1].Content<WhyItStayed>().Reasons.ShouldHaveSingleItem().ShouldContain("n'existe plus");
    }

    private static async Task<Letter> ScheduledAsync(TestWorld world, TimeSpan after)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte</p>" }, "a@alpha.test");
        (await ScheduleAsync(world, draft.Id, world.Clock.GetUtcNow() + after)).Problem.ShouldBeNull();
        return draft;
    }

    private static Task<Result<Letter>> ScheduleAsync(TestWorld world, Guid id, DateTimeOffset at) => world.RunAsync((ScheduleSending o) => o.RunAsync(world.Caller, id, at, default));

    private static Task<int> TurnAsync(TestWorld world) => world.RunAsync((SendScheduled o) => o.RunAsync(default));
}
