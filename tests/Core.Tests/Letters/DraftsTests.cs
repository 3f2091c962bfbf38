using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class DraftsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_draft_is_read_back_as_it_was_written(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, new DraftInput
        {
            Type = LetterType.Answer,
            ReplyExpected = true,
            ReplyDue = TestWorld.Start.AddDays(8),
            Subject = "  Réponse à votre question  ",
            BodyHtml = "<p>Bonjour,<br><strong>oui</strong>.</p>",
            Recipients = [new("b@beta.test", "Léa", "Bêta SARL", "deposits"), new("a@alpha.test"), new("B@BETA.test")],
        });

        var read = (await FindAsync(world, draft.Id)).Value;

        read.State.ShouldBe(LetterState.Draft);
        read.Type.ShouldBe(LetterType.Answer);
        read.Subject.ShouldBe("Réponse à votre question");
        read.Body.ShouldBe("<p>Bonjour,<br><strong>oui</strong>.</p>");
        read.ReplyDue.ShouldBe(TestWorld.Start.AddDays(8));
        read.Recipients.Select(r => r.AsInput()).ShouldBe([new("b@beta.test", "Léa", "Bêta SARL", "deposits"), new("a@alpha.test")]);
        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_change_leaves_alone_what_it_does_not_name(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, new DraftInput { Subject = "Avant", ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(2), Recipients = [new("a@alpha.test")] });

        var changed = (await ChangeAsync(world, draft.Id, new DraftInput { Recipients = [new("c@gamma.test"), new("a@alpha.test")] }, draft.Version)).Value;

        changed.Version.ShouldBe(draft.Version + 1);
        var read = (await FindAsync(world, draft.Id)).Value;
        read.Subject.ShouldBe("Avant");
        read.ReplyDue.ShouldBe(TestWorld.Start.AddDays(2));
        read.Recipients.Select(r => r.Email).ShouldBe(["c@gamma.test", "a@alpha.test"]);
        (await world.QueryAsync(db => db.Set<LetterRecipient>().CountAsync())).ShouldBe(2);
        (await ChangeAsync(world, draft.Id, new DraftInput { ClearReplyDue = true }, null)).Value.ReplyDue.ShouldBeNull();
        (await ChangeAsync(world, draft.Id, new DraftInput { Mode = DeliveryMode.Plain }, null)).Value.ReplyExpected.ShouldBeFalse("only a tracked letter is replied to");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Who_changes_a_stale_version_overwrites_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, new DraftInput { Subject = "Avant" });
        await ChangeAsync(world, draft.Id, new DraftInput { Subject = "De Camille" }, draft.Version);

        var late = await ChangeAsync(world, draft.Id, new DraftInput { Subject = "De Dominique" }, draft.Version);

        late.Problem!.Kind.ShouldBe(ProblemKind.Stale);
        (await FindAsync(world, draft.Id)).Value.Subject.ShouldBe("De Camille");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Of_ten_who_change_one_version_at_once_one_succeeds(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => ChangeAsync(world, draft.Id, new DraftInput { Subject = $"Version {i}" }, draft.Version))));

        results.Count(r => r.Succeeded).ShouldBe(1);
        results.Where(r => !r.Succeeded).ShouldAllBe(r => r.Problem!.Kind == ProblemKind.Stale);
        ChainCheck.FirstFault(await world.FactsOfAsync(draft.Id)).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_deleted_draft_comes_back_whole_for_a_while(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, new DraftInput { Subject = "Mon objet", Recipients = [new("a@alpha.test")] });
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "un.pdf", new MemoryStream([1]), default));
        (await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, draft.Id, default))).Succeeded.ShouldBeTrue();
        world.Clock.Advance(TimeSpan.FromDays(6));
        (await world.RunAsync((PurgeDrafts o) => o.RunAsync(default))).ShouldBe(0);

        (await FindAsync(world, draft.Id)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.RunAsync((ListDeletedDrafts o) => o.RunAsync(world.Caller, draft.ConsultationId, default))).ShouldHaveSingleItem().Subject.ShouldBe("Mon objet");
        (await world.RunAsync((RestoreDraft o) => o.RunAsync(world.Caller, draft.Id, default))).Problem.ShouldBeNull();

        var back = (await FindAsync(world, draft.Id)).Value;
        (back.Subject, back.Recipients.Count, back.Attachments.Count).ShouldBe(("Mon objet", 1, 1));
        (await world.RunAsync((ListDeletedDrafts o) => o.RunAsync(world.Caller, draft.ConsultationId, default))).ShouldBeEmpty();
        (await world.KindsOfAsync(draft.Id)).TakeLast(2).ShouldBe([FactKind.DraftDeleted, FactKind.DraftRestored]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_deleted_draft_is_erased_with_its_files_when_its_while_is_over_and_its_facts_remain(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, new DraftInput { Recipients = [new("a@alpha.test")] });
        foreach (var name in new[] { "un.pdf", "deux.pdf" })
            await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, name, new MemoryStream(Encoding.UTF8.GetBytes(name)), default));
        world.FilesOnDisk().Count.ShouldBe(2);

        (await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, draft.Id, default))).Succeeded.ShouldBeTrue();

        world.Clock.Advance(TimeSpan.FromDays(7));
        (await world.RunAsync((PurgeDrafts o) => o.RunAsync(default))).ShouldBe(1);

        (await FindAsync(world, draft.Id)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.RunAsync((RestoreDraft o) => o.RunAsync(world.Caller, draft.Id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        world.FilesOnDisk().ShouldBeEmpty();
        (await world.QueryAsync(db => db.Files.CountAsync())).ShouldBe(0);
        (await world.QueryAsync(db => db.Set<LetterRecipient>().CountAsync())).ShouldBe(0);
        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated, FactKind.AttachmentAdded, FactKind.AttachmentAdded, FactKind.DraftDeleted, FactKind.DraftPurged]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_sent_letter_is_neither_changed_nor_deleted(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var letter = (await world.WriteToOneAsync()).LetterId;

        (await ChangeAsync(world, letter, new DraftInput { Subject = "Autre" }, null)).Problem!.Code.ShouldBe("letter-already-sent");
        (await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, letter, default))).Problem!.Code.ShouldBe("letter-already-sent");
        (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, letter, "un.pdf", new MemoryStream([1]), default))).Problem!.Code.ShouldBe("letter-already-sent");
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_finds_no_draft(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, new DraftInput { Recipients = [new("a@alpha.test")] });
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var other = Caller.Of(stranger);

        (await world.RunAsync((FindLetter o) => o.RunAsync(other, draft.Id, default))).Problem!.Code.ShouldBe("letter-not-found");
        (await world.RunAsync((ChangeDraft o) => o.RunAsync(other, draft.Id, new DraftInput { Subject = "Volé" }, null, default))).Problem!.Code.ShouldBe("letter-not-found");
        (await world.RunAsync((DeleteDraft o) => o.RunAsync(other, draft.Id, default))).Problem!.Code.ShouldBe("letter-not-found");
        (await world.RunAsync((SendLetter o) => o.RunAsync(other, draft.Id, default))).Problem!.Code.ShouldBe("letter-not-found");
        (await world.RunAsync((AddAttachment o) => o.RunAsync(other, draft.Id, "un.pdf", new MemoryStream([1]), default))).Problem!.Code.ShouldBe("letter-not-found");
        (await world.RunAsync((CreateDraft o) => o.RunAsync(other, "2026-T-014", new DraftInput(), default))).Problem!.Code.ShouldBe("consultation-not-found");
        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated]);
    }

    private static async Task<Letter> DraftAsync(TestWorld world, DraftInput? input = null)
    {
        await world.AddConsultationAsync();
        return (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, "2026-T-014", input ?? new DraftInput(), default))).Value;
    }

    private static Task<Result<Letter>> FindAsync(TestWorld world, Guid id) => world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, id, default));

    private static Task<Result<Letter>> ChangeAsync(TestWorld world, Guid id, DraftInput input, int? version) =>
        world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, id, input, version, default));
}
