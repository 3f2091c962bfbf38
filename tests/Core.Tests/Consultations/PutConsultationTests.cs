using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Journal;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Consultations;

public sealed class PutConsultationTests
{
    private static readonly ConsultationInput Input = new(
        "Toiture", new DateTimeOffset(2026, 1, 12, 9, 30, 0, TimeSpan.FromHours(1)), Procedure.Open, Phase.Offre, ["AC-1"], [new Lot("1", "Charpente"), new Lot("2", "Zinc")]);

    [Theory, ClassData(typeof(Databases))]
    public async Task The_same_again_changes_nothing_and_a_change_is_a_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);

        var made = (await PutAsync(world, Input)).Value;
        var same = (await PutAsync(world, Input with { InitialisedAt = Input.InitialisedAt.ToUniversalTime(), Lots = [.. Input.Lots], Upstream = [.. Input.Upstream] })).Value;
        var lots = (await PutAsync(world, Input with { Lots = [new Lot("1", "Charpente")] })).Value;
        var moved = (await PutAsync(world, Input with { Phase = Phase.Candidature })).Value;

        (made.Created, same.Created, lots.Created, moved.Created).ShouldBe((true, false, false, false));
        moved.Consultation.Id.ShouldBe(made.Consultation.Id);
        (await world.KindsOfAsync(made.Consultation.Id)).ShouldBe([FactKind.ConsultationCreated, FactKind.ConsultationChanged, FactKind.ConsultationChanged]);
        var read = (await world.RunAsync((FindConsultation o) => o.RunAsync(world.Caller, "24/T 014", default))).Value;
        (read.Title, read.InitialisedAt, read.Phase).ShouldBe(("Toiture", Input.InitialisedAt.ToUniversalTime(), Phase.Candidature));
        read.Lots.ShouldBe(Input.Lots);
        read.Upstream.ShouldBe(["AC-1"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Ten_who_make_one_consultation_at_once_make_one(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => PutAsync(world, Input with { Title = $"Toiture {i}" }))));

        results.ShouldAllBe(r => r.Succeeded);
        results.Count(r => r.Value.Created).ShouldBe(1);
        var one = await world.QueryAsync(db => db.Consultations.SingleAsync());
        ChainCheck.FirstFault(await world.FactsOfAsync(one.Id)).ShouldBeNull();
        (await world.FactsOfAsync(one.Id))[^1].Content<ConsultationWritten>().Title.ShouldBe(one.Title, "the last fact tells what stands");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reference_is_its_organisations_own(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var ours = (await PutAsync(world, Input)).Value.Consultation;

        (await world.RunAsync((FindConsultation o) => o.RunAsync(Caller.Of(stranger), "24/T 014", default))).Problem!.Code.ShouldBe("consultation-not-found");
        var theirs = (await world.RunAsync((PutConsultation o) => o.RunAsync(Caller.Of(stranger), "24/T 014", Input, default))).Value;

        (theirs.Created, theirs.Consultation.Id == ours.Id).ShouldBe((true, false));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Text_that_cannot_be_kept_is_refused_not_stumbled_over(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        (string Field, ConsultationInput Input)[] wrong =
        [
            ("title", Input with { Title = "Toi\0ture" }),
            ("title", Input with { Title = "" }),
            ("title", Input with { Title = new string('a', 1001) }),
            ("upstream", Input with { Upstream = ["AC\0"] }),
            ("upstream", Input with { Upstream = [" "] }),
            ("lots", Input with { Lots = [new Lot("1", "Zinc\0")] }),
            ("lots", Input with { Lots = [new Lot("1", "a"), new Lot("1", "b")] }),
        ];
        foreach (var (field, input) in wrong)
            (await PutAsync(world, input)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe(field);
        foreach (var reference in new[] { "", " ", "a\0", "a\nb", new string('a', 201) })
            (await world.RunAsync((PutConsultation o) => o.RunAsync(world.Caller, reference, Input, default))).Problem!.Errors.ShouldAllBe(e => e.Field == "reference");
        (await world.RunAsync((FindConsultation o) => o.RunAsync(world.Caller, "a\0", default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.QueryAsync(db => db.Consultations.CountAsync())).ShouldBe(0);
    }

    private static Task<Result<PutOutcome>> PutAsync(TestWorld world, ConsultationInput input) =>
        world.RunAsync((PutConsultation o) => o.RunAsync(world.Caller, "24/T 014", input, default));
}
