using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Retention;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Retention;

public sealed class EnterRetentionTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task An_agent_enters_a_day_and_the_years_are_those_of_the_kind(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        (await world.RetentionAsync()).ShouldSatisfyAllConditions(v => v.Until.ShouldBeNull(), v => v.ErasedFrom.ShouldBeNull());

        (await world.KeepAsync()).Value.ShouldSatisfyAllConditions(r => r.Years.ShouldBe(5), r => r.Until.ShouldBe(Retentions.Until));
        (await world.KeepAsync()).Succeeded.ShouldBeTrue();
        (await world.KeepAsync(kind: RetentionKind.Works)).Value.ShouldSatisfyAllConditions(r => r.Years.ShouldBe(10), r => r.Until.ShouldBe(Retentions.Until.AddYears(5)));

        var facts = (await world.FactsOfAsync(consultation.Id)).Where(f => f.Kind == FactKind.RetentionEntered).ToList();
        facts.Count.ShouldBe(2, "what stands already is no fact");
        facts[1].Content<RetentionWritten>().ShouldBe(new RetentionWritten(RetentionKind.Works, Retentions.From, 10, Retentions.Until.AddYears(5), "Camille Durand"));
        (await world.RetentionAsync()).ErasedFrom.ShouldBe(Retentions.Until.AddYears(5).AddDays(30));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_organisation_keeps_longer_than_the_law_asks_never_shorter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();

        (await ChooseAsync(world.Administrator(), 4, 9)).Problem!.Errors.Select(e => e.Field).ShouldBe(["suppliesAndServices", "works"]);
        (await ChooseAsync(world.Caller, 7, null)).Problem!.Code.ShouldBe("administrator-only");
        (await ChooseAsync(world.Administrator(), 7, null)).Succeeded.ShouldBeTrue();

        (await world.KeepAsync()).Value.Years.ShouldBe(7);
        (await world.KeepAsync(kind: RetentionKind.Works)).Value.Years.ShouldBe(10);
        (await world.FactsOfAsync(world.Organisation.Id))[^1].Content<RetentionChosen>().ShouldBe(new RetentionChosen(7, null, "Camille Durand"));

        Task<Result<bool>> ChooseAsync(Caller caller, int? supplies, int? works) => world.RunAsync((ChooseRetention o) => o.RunAsync(caller, supplies, works, default));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_cannot_be_is_refused_at_its_field(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var (_, other) = await world.AddOrganisationAsync("Autre ville", "Autre agent", "autre@ville.test");

        (await world.RunAsync((EnterRetention o) => o.RunAsync(world.Caller, Correspondence.Reference, null, null, default))).Problem!.Errors.Select(e => e.Field).ShouldBe(["kind", "from"]);
        (await world.KeepAsync(new DateOnly(2026, 1, 11))).Problem!.Errors.Single().Field.ShouldBe("from");
        (await world.KeepAsync(new DateOnly(2206, 1, 1))).Problem!.Errors.Single().Field.ShouldBe("from");
        (await world.KeepAsync(caller: Caller.Of(other))).Problem!.Code.ShouldBe("consultation-not-found");
        (await world.HoldAsync(caller: Caller.Of(other) with { IsAdministrator = true })).Problem!.Code.ShouldBe("consultation-not-found");
        (await world.HoldAsync(caller: world.Caller)).Problem!.Code.ShouldBe("administrator-only");
        (await world.HoldAsync(reason: " ")).Problem!.Errors.Single().Field.ShouldBe("reason");
        (await world.QueryAsync(db => db.Retentions.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_administrator_sees_what_will_be_erased_and_what_is_held(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await world.AddConsultationAsync("2026-T-015");
        await world.KeepAsync();
        (await ListAsync()).ShouldBeEmpty("its end is far");

        world.Clock.SetUtcNow(Retentions.Until.AddMonths(-11));
        (await ListAsync()).ShouldHaveSingleItem().Reference.ShouldBe(Correspondence.Reference);
        await world.RunAsync((HoldConsultation o) => o.RunAsync(world.Administrator(), "2026-T-015", true, "Enquête", default));
        (await ListAsync()).Select(v => v.Reference).ShouldBe(["2026-T-014", "2026-T-015"], ignoreOrder: true);
        (await world.RunAsync((ReadRetention o) => o.ListAsync(world.Caller, 12, default))).Problem!.Code.ShouldBe("administrator-only");

        Task<IReadOnlyList<RetentionView>> ListAsync() => world.RunAsync(async (ReadRetention o) => (await o.ListAsync(world.Administrator(), 12, default)).Value);
    }
}
