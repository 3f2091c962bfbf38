using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

/// <summary>An organisation's own templates: versions that are added and never changed, what stands, and who may write.</summary>
public sealed class OrganisationTemplatesTests
{
    private static readonly TemplateContent Own = new(DeliveryMode.Plain, false, "Rejet {{ consultation.reference }}", "<p>Bonjour {{ recipient.company }}, {{ agent.name }} vous écrit.</p>");

    [Theory, ClassData(typeof(Databases))]
    public async Task Before_anybody_writes_the_nine_are_the_products(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var nine = await world.RunAsync((ReadTemplates o) => o.RunAsync(world.Caller, default));
        nine.Select(s => s.Template).ShouldBe(LetterTemplate.All);
        nine.ShouldAllBe(s => s.Version == null && s.Number == 0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_written_stands_with_its_number_its_author_and_its_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        (await WriteAsync(world, Own, 0)).Value.Number.ShouldBe(1);
        world.Clock.Advance(TimeSpan.FromHours(1));
        (await WriteAsync(world, Own with { Mode = DeliveryMode.Tracked, ReplyExpected = true }, 1)).Value.Number.ShouldBe(2);

        var nine = await world.RunAsync((ReadTemplates o) => o.RunAsync(world.Caller, default));
        nine.Count.ShouldBe(9);
        var standing = nine.Single(s => s.Template.Type == LetterType.Rejection);
        (standing.Template.Title, standing.Template.Mode, standing.Template.ReplyExpected, standing.Template.Subject).ShouldBe(("Courrier de rejet", DeliveryMode.Tracked, true, Own.Subject));
        (standing.Version!.AuthorName, standing.Version.At).ShouldBe(("Camille Durand", world.Clock.GetUtcNow()));
        var history = await world.RunAsync((ReadTemplate o) => o.RunAsync(world.Caller, LetterType.Rejection, default));
        history.Versions.Select(v => (v.Number, v.Mode)).ShouldBe([(2, DeliveryMode.Tracked), (1, DeliveryMode.Plain)]);

        var facts = await world.RunAsync((Core.Journal.Journal j) => j.OfAsync(world.Organisation.Id, default));
        facts.Select(f => f.Kind).ShouldBe([FactKind.TemplateChanged, FactKind.TemplateChanged]);
        facts[1].Content<TemplateWritten>().Number.ShouldBe(2);
        facts[1].ConcernsId.ShouldBe(standing.Version.Id);
        ChainCheck.FirstFault(facts).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Writing_what_stands_adds_no_version(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        (await WriteAsync(world, TemplateContent.Of(LetterTemplate.For(LetterType.Rejection)), 0)).Value.Number.ShouldBe(0);
        await WriteAsync(world, Own, 0);
        (await WriteAsync(world, Own, 1)).Value.Number.ShouldBe(1);
        (await world.QueryAsync(db => db.TemplateVersions.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Who_read_an_older_version_is_told_who_wrote_meanwhile(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await WriteAsync(world, Own, 0);
        var stale = await WriteAsync(world, Own with { Subject = "Autre" }, 0);
        stale.Problem!.Kind.ShouldBe(ProblemKind.Stale);
        stale.Problem.Message.ShouldStartWith("Camille Durand a enregistré la version 1 de ce modèle lundi 2 mars 2026 à 10 h 00.");
        (await RestoreAsync(world, 0)).Problem!.Code.ShouldBe("stale");
        (await WriteAsync(world, Own, 7)).Problem!.Code.ShouldBe("stale");
        (await WriteAsync(world, Own, 7, LetterType.Award)).Problem!.Code.ShouldBe("stale");
        (await world.QueryAsync(db => db.TemplateVersions.SingleAsync())).Subject.ShouldBe(Own.Subject);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Of_several_who_write_at_once_one_does(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var written = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => WriteAsync(world, Own with { Subject = $"Objet {i}" }, 0)));
        written.Count(w => w.Succeeded).ShouldBe(1);
        written.Where(w => !w.Succeeded).ShouldAllBe(w => w.Problem!.Code == "stale");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_default_that_is_restored_is_a_version_and_the_history_stays(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        (await RestoreAsync(world, 0)).Value.Number.ShouldBe(0);
        await WriteAsync(world, Own, 0);
        var restored = (await RestoreAsync(world, 1)).Value;
        restored.Number.ShouldBe(2);
        restored.Version!.IsDefault.ShouldBeTrue();
        restored.Template.ShouldBe(LetterTemplate.For(LetterType.Rejection) with { Number = 2 });
        (await RestoreAsync(world, 2)).Value.Number.ShouldBe(2);
        var facts = await world.RunAsync((Core.Journal.Journal j) => j.OfAsync(world.Organisation.Id, default));
        facts.Select(f => f.Kind).ShouldBe([FactKind.TemplateChanged, FactKind.TemplateRestored]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_an_administrator_writes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var written = await world.RunAsync((WriteTemplate o) => o.RunAsync(world.Caller, LetterType.Rejection, Own, 0, default));
        (written.Problem!.Kind, written.Problem.Code).ShouldBe((ProblemKind.Forbidden, "administrator-only"));
        (await world.RunAsync((RestoreTemplate o) => o.RunAsync(world.Caller, LetterType.Rejection, 0, default))).Problem!.Code.ShouldBe("administrator-only");
        (await world.QueryAsync(db => db.TemplateVersions.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_no_template_is_not_kept(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var refused = await WriteAsync(world, Own with { Subject = "{{ consultation.titre }}", Body = "<p>\n{{ x }}</p>" }, 0);
        refused.Problem!.Errors.Select(e => (e.Field, e.Message.Split(" :")[0])).ShouldBe([("subject", "Ligne 1, colonne 4"), ("bodyHtml", "Ligne 2, colonne 4")]);
        (await world.QueryAsync(db => db.TemplateVersions.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_templates_are_never_seen(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (_, agent) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var other = Caller.Of(agent) with { IsAdministrator = true };
        await WriteAsync(world, Own, 0);
        (await world.RunAsync((ReadTemplates o) => o.RunAsync(other, default))).Select(s => s.Template).ShouldBe(LetterTemplate.All);
        (await world.RunAsync((ReadTemplate o) => o.RunAsync(other, LetterType.Rejection, default))).Versions.ShouldBeEmpty();
        (await world.RunAsync((WriteTemplate o) => o.RunAsync(other, LetterType.Rejection, Own with { Subject = "Le leur" }, 0, default))).Value.Number.ShouldBe(1);
        (await world.RunAsync((ReadTemplate o) => o.RunAsync(world.Caller, LetterType.Rejection, default))).Versions.ShouldHaveSingleItem().Subject.ShouldBe(Own.Subject);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_draft_is_made_from_what_stands_and_keeps_its_number(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await WriteAsync(world, Own, 0);

        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.Rejection }, "a@alpha.test");
        (draft.TemplateNumber, draft.Mode, draft.Subject, draft.Body).ShouldBe((1, DeliveryMode.Plain, "Rejet 2026-T-014", "<p>Bonjour {{ recipient.company }}, Camille Durand vous écrit.</p>"));
        var facts = await world.RunAsync((Core.Journal.Journal j) => j.OfAsync(draft.Id, default));
        facts.ShouldHaveSingleItem().Content<DraftWritten>().Template.ShouldBe(1);

        await WriteAsync(world, Own with { Subject = "Nouveau" }, 1);
        await world.SendAsync(draft.Id);
        var sent = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (sent.TemplateNumber, sent.Subject).ShouldBe((1, "Rejet 2026-T-014"));
        (await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.Free })).TemplateNumber.ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Words_of_an_older_version_are_still_the_templates_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await WriteAsync(world, Own, 0);
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Type = LetterType.Rejection });
        await WriteAsync(world, Own with { Subject = "Nouveau {{ consultation.reference }}" }, 1);

        var renewed = (await ChangeAsync(world, draft.Id, LetterType.Rejection)).Value;
        (renewed.TemplateNumber, renewed.Subject).ShouldBe((2, "Nouveau 2026-T-014"));
        (await ChangeAsync(world, draft.Id, LetterType.Award)).Value.TemplateNumber.ShouldBe(0);

        await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Subject = "Le mien" }, null, default));
        (await ChangeAsync(world, draft.Id, LetterType.Rejection)).Problem!.Code.ShouldBe(ChangeType.TextEdited);
        var kept = (await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Type = LetterType.Rejection }, null, default))).Value;
        (kept.Type, kept.TemplateNumber).ShouldBe((LetterType.Rejection, 0));
    }

    private static Task<Result<StandingTemplate>> WriteAsync(TestWorld world, TemplateContent content, int ifNumber, LetterType type = LetterType.Rejection) =>
        world.RunAsync((WriteTemplate o) => o.RunAsync(world.Caller with { IsAdministrator = true }, type, content, ifNumber, default));

    private static Task<Result<StandingTemplate>> RestoreAsync(TestWorld world, int ifNumber) =>
        world.RunAsync((RestoreTemplate o) => o.RunAsync(world.Caller with { IsAdministrator = true }, LetterType.Rejection, ifNumber, default));

    private static Task<Result<Letter>> ChangeAsync(TestWorld world, Guid id, LetterType type) =>
        world.RunAsync((ChangeType o) => o.RunAsync(world.Caller, id, type, false, null, default));
}
