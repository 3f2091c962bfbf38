using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Journal;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Consultations;

public sealed class RegistersTests
{
    private static readonly ContactInput Alpha = new("Alpha SARL", "12345678900011", "Léa Roux", "lea@alpha.test", TestWorld.Start, ["1", "2"]);
    private static readonly ContactInput Beta = new("Bêta", null, null, null, null, []);

    [Theory, ClassData(typeof(Databases))]
    public async Task A_register_is_replaced_whole_and_the_same_again_is_no_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();

        (await PutAsync(world, Register.Deposits, Alpha, Beta)).Value.ShouldBe(new RegisterOutcome(Register.Deposits, 2, 1));
        await PutAsync(world, Register.Deposits, Alpha with { At = TestWorld.Start.ToOffset(TimeSpan.FromHours(1)) }, Beta);
        (await ContactsAsync(world, consultation, "deposits")).Select(c => (c.Company, c.Email, c.Rank)).ShouldBe([("Alpha SARL", "lea@alpha.test", 0), ("Bêta", null, 1)]);
        (await ContactsAsync(world, consultation, "deposits"))[0].Lots.ShouldBe(["1", "2"]);
        await PutAsync(world, Register.Deposits, Beta);
        await PutAsync(world, Register.Deposits);

        (await ContactsAsync(world, consultation, "deposits")).ShouldBeEmpty();
        var facts = await world.FactsOfAsync(consultation.Id);
        facts.Select(f => f.Kind).ShouldBe([FactKind.ConsultationCreated, FactKind.RegisterReplaced, FactKind.RegisterReplaced, FactKind.RegisterReplaced]);
        facts[1].Content<RegisterReplacedContent>().ShouldBe(new RegisterReplacedContent(Register.Deposits, 2, 1));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_cannot_be_taken_leaves_the_register_as_it_was(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        await PutAsync(world, Register.Deposits, Alpha);

        (await PutAsync(world, Register.Deposits, Beta, Alpha with { Email = "léa chez alpha" })).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("[1].email");
        (await PutAsync(world, Register.Deposits, Beta with { Company = " " })).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("[0].company");
        (await PutAsync(world, Register.Deposits, Beta with { Company = "Bê\0ta" })).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("[0].company");
        (await PutAsync(world, Register.Deposits, Beta with { Name = "a\0" })).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("[0]");
        (await PutAsync(world, Register.Deposits, Beta with { Lots = ["a\0"] })).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("[0]");
        (await PutAsync(world, Register.FreeEntries, Beta)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("register");
        (await PutAsync(world, Register.Deposits, [.. Enumerable.Repeat(Beta, PutRegister.MostContacts + 1)])).Problem!.Kind.ShouldBe(ProblemKind.Invalid);

        (await ContactsAsync(world, consultation, "deposits")).ShouldHaveSingleItem().Company.ShouldBe("Alpha SARL");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task There_are_five_registers_in_their_order(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();

        (await ReadAsync(world, consultation)).Select(r => r.Word).ShouldBe(["prior-phase", "withdrawals", "questions", "deposits", "free-entries"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_candidates_selected_come_from_the_prior_phase_in_the_offer_phase_only(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        foreach (var (phase, expected) in new[] { (Phase.Candidature, 0), (Phase.Offre, 1) })
        {
            var consultation = await world.AddConsultationAsync(configure: c => (c.Procedure, c.Phase) = (Procedure.Restricted, phase));
            await PutAsync(world, Register.Selected, Alpha);
            await PutAsync(world, Register.Awardees, Beta);
            (await ContactsAsync(world, consultation, "prior-phase")).Count.ShouldBe(expected, $"{phase}");
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_call_off_finds_the_awardees_of_its_upstream_contracts_and_no_others(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        foreach (var (caller, reference, company) in new[] { (world.Caller, "AC-1", "Titulaire un"), (world.Caller, "AC-2", "Titulaire deux"), (world.Caller, "AC-3", "Étranger au marché"), (Caller.Of(stranger), "AC-1", "D'une autre ville") })
        {
            await world.RunAsync((PutConsultation o) => o.RunAsync(caller, reference, new ConsultationInputBuilder().Build(), default));
            await world.RunAsync((PutRegister o) => o.RunAsync(caller, reference, Register.Awardees, [Beta with { Company = company }], default));
            await world.RunAsync((PutRegister o) => o.RunAsync(caller, reference, Register.Deposits, [Alpha], default));
        }

        foreach (var procedure in new[] { Procedure.FrameworkCallOff, Procedure.DpsCallOff })
        {
            var callOff = await world.AddConsultationAsync(configure: c => (c.Procedure, c.Upstream) = (procedure, ["AC-1", "AC-2", "AC-9"]));
            (await ContactsAsync(world, callOff, "prior-phase")).Select(c => c.Company).ShouldBe(["Titulaire un", "Titulaire deux"], ignoreOrder: true);
        }

        var open = await world.AddConsultationAsync(configure: c => (c.Procedure, c.Upstream) = (Procedure.Open, ["AC-1"]));
        (await ContactsAsync(world, open, "prior-phase")).ShouldBeEmpty("an open procedure calls nothing off");
    }

    private static Task<Result<RegisterOutcome>> PutAsync(TestWorld world, Register register, params ContactInput[] contacts) =>
        world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", register, contacts, default));

    private static Task<IReadOnlyList<RegisterView>> ReadAsync(TestWorld world, Consultation consultation) =>
        world.RunAsync((ReadRegisters o) => o.RunAsync(consultation, default));

    private static async Task<IReadOnlyList<Contact>> ContactsAsync(TestWorld world, Consultation consultation, string register) =>
        (await ReadAsync(world, consultation)).Single(r => r.Word == register).Contacts;
}
