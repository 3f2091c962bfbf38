using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class ReceptionChoicesTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task An_administrator_chooses_and_the_journal_tells_each_change_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var administrator = world.Caller with { IsAdministrator = true };

        (await ReadAsync(world, administrator)).Value.ShouldBe(new ReceptionChoices(null, LateReplies.Marked, ReceiptTrigger.Button));
        foreach (var _ in Enumerable.Range(0, 2))
            (await ChooseAsync(world, administrator, ReceiptTrigger.Link, LateReplies.Closed)).Value.InForce.ShouldBe(ReceiptTrigger.Link);
        (await ReadAsync(world, administrator)).Value.ShouldBe(new ReceptionChoices(ReceiptTrigger.Link, LateReplies.Closed, ReceiptTrigger.Button));
        (await ChooseAsync(world, administrator, null, LateReplies.Closed)).Value.InForce.ShouldBe(ReceiptTrigger.Button);

        (await world.FactsOfAsync(world.Organisation.Id)).Select(f => f.Content<ReceptionChosen>()).ShouldBe(
            [new ReceptionChosen(ReceiptTrigger.Link, LateReplies.Closed, "Camille Durand"), new ReceptionChosen(null, LateReplies.Closed, "Camille Durand")]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Nobody_else_reads_or_chooses_and_others_choices_stay_theirs(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (other, stranger) = await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");

        (await ReadAsync(world, world.Caller)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await ChooseAsync(world, world.Caller, ReceiptTrigger.Link, LateReplies.Closed)).Problem!.Kind.ShouldBe(ProblemKind.Forbidden);
        (await ChooseAsync(world, Caller.Of(stranger) with { IsAdministrator = true }, ReceiptTrigger.Link, LateReplies.Closed)).Succeeded.ShouldBeTrue();

        (await world.QueryAsync(db => db.Organisations.Where(o => o.ReceiptsTrigger == ReceiptTrigger.Link).Select(o => o.Id).ToListAsync())).ShouldBe([other.Id]);
        (await world.KindsOfAsync(world.Organisation.Id)).ShouldNotContain(FactKind.ReceptionChanged);
    }

    private static Task<Result<ReceptionChoices>> ReadAsync(TestWorld world, Caller caller) => world.RunAsync((ReadReception o) => o.RunAsync(caller, default));

    private static Task<Result<ReceptionChoices>> ChooseAsync(TestWorld world, Caller caller, ReceiptTrigger? trigger, LateReplies late) =>
        world.RunAsync((ChooseReception o) => o.RunAsync(caller, trigger, late, default));
}
