using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class SaveDraftTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Fields_that_only_one_of_two_changed_come_together(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, shown) = await ShownAsync(world);
        await ClaireAsync(world, draft, new DraftInput { Subject = "Celui de Claire", Recipients = [new("a@alpha.test")] });

        var saved = await SaveAsync(world, draft, shown, new DraftInput { Subject = draft.Subject, BodyHtml = "<p>Le mien</p>", Mode = draft.Mode, ReplyExpected = false, ClearReplyDue = true });

        saved.Value.TakenOver.ShouldHaveSingleItem().By.ShouldBe("Claire Martin");
        (saved.Value.Letter.Subject, saved.Value.Letter.Body, saved.Value.Letter.Recipients.Count).ShouldBe(("Celui de Claire", "<p>Le mien</p>", 1));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_field_that_both_changed_is_saved_by_neither_until_one_decides(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, shown) = await ShownAsync(world);
        await ClaireAsync(world, draft, new DraftInput { Subject = "Celui de Claire" });

        var refused = await SaveAsync(world, draft, shown, new DraftInput { Subject = "Le mien", BodyHtml = "<p>Le mien</p>" });

        (refused.Problem!.Kind, refused.Problem.Code).ShouldBe((ProblemKind.Stale, "stale"));
        refused.Problem.Errors.ShouldHaveSingleItem().ShouldBe(new FieldError("subject", "Claire Martin a aussi modifié l’objet."));
        var now = await FindAsync(world, draft.Id);
        (now.Subject, now.Body).ShouldBe(("Celui de Claire", draft.Body));

        var decided = await SaveAsync(world, draft, DraftShown.Of(now), new DraftInput { Subject = "Le mien" });
        decided.Value.Letter.Subject.ShouldBe("Le mien");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_who_wrote_the_same_agree(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, shown) = await ShownAsync(world);
        await ClaireAsync(world, draft, new DraftInput { Subject = "Le même" });

        (await SaveAsync(world, draft, shown, new DraftInput { Subject = "Le même" })).Succeeded.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Who_still_sees_an_old_field_is_not_taken_for_its_author_at_the_next_saving(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, shown) = await ShownAsync(world);
        await ClaireAsync(world, draft, new DraftInput { Subject = "Celui de Claire" });
        var first = (await SaveAsync(world, draft, shown, new DraftInput { Subject = draft.Subject, BodyHtml = "<p>Un</p>" })).Value;

        var second = await SaveAsync(world, draft, shown.After(first), new DraftInput { Subject = draft.Subject, BodyHtml = "<p>Deux</p>" });

        (second.Value.Letter.Subject, second.Value.Letter.Body).ShouldBe(("Celui de Claire", "<p>Deux</p>"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Saving_the_same_again_is_no_fact_and_no_version(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, shown) = await ShownAsync(world);

        (await SaveAsync(world, draft, shown, new DraftInput { Subject = draft.Subject, BodyHtml = draft.Body })).Value.Letter.Version.ShouldBe(draft.Version);

        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_recipient_keeps_its_own_words_and_files_while_others_come_and_go(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, _) = await ShownAsync(world);
        await ClaireAsync(world, draft, new DraftInput { Recipients = [new("a@alpha.test"), new("b@beta.test")] });
        var b = (await FindAsync(world, draft.Id)).Recipients[1];
        await world.RunAsync((WriteParagraph o) => o.RunAsync(world.Caller, draft.Id, b.Id, " Vos notes ", default));
        await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, b.Id, "acte.pdf", new MemoryStream([1]), default));

        await ClaireAsync(world, draft, new DraftInput { Recipients = [new("c@gamma.test"), new("B@beta.test", "Inès")] });

        var kept = (await FindAsync(world, draft.Id)).Recipients[1];
        (kept.Id, kept.Name, kept.Paragraph, kept.Attachments.Count).ShouldBe((b.Id, "Inès", "Vos notes", 1));

        await ClaireAsync(world, draft, new DraftInput { Recipients = [new("c@gamma.test")] });
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_corrected_address_is_the_same_recipient_with_its_own_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (draft, _) = await ShownAsync(world);
        await ClaireAsync(world, draft, new DraftInput { Recipients = [new("jean@gmial.test"), new("b@beta.test")] });
        var jean = (await FindAsync(world, draft.Id)).Recipients[0];
        await world.RunAsync((WriteParagraph o) => o.RunAsync(world.Caller, draft.Id, jean.Id, "Vos notes", default));

        await ClaireAsync(world, draft, new DraftInput { Recipients = [new("jean@gmail.test") { Formerly = "jean@gmial.test" }, new("b@beta.test")] });

        (await FindAsync(world, draft.Id)).Recipients.Select(r => (r.Email, r.Paragraph)).ShouldBe([("jean@gmail.test", "Vos notes"), ("b@beta.test", null)]);
    }

    private static async Task<(Letter Draft, DraftShown Shown)> ShownAsync(TestWorld world)
    {
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014");
        return (draft, DraftShown.Parse(DraftShown.Of(draft).ToString())!);
    }

    private static Task<Result<SavedDraft>> SaveAsync(TestWorld world, Letter draft, DraftShown shown, DraftInput input) =>
        world.RunAsync((SaveDraft o) => o.RunAsync(world.Caller, draft.Id, shown, _ => input, default));

    private static async Task ClaireAsync(TestWorld world, Letter draft, DraftInput input) =>
        (await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller with { Name = "Claire Martin" }, draft.Id, input, null, default))).Problem.ShouldBeNull();

    private static async Task<Letter> FindAsync(TestWorld world, Guid id) => (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, id, default))).Value;
}
