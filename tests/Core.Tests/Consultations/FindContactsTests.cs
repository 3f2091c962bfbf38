using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Consultations;

public sealed class FindContactsTests
{
    private static readonly ContactInput
        Bocage = Company("Bocage Travaux Publics", "812 345 678 00025", "Marc Tessier", "Marches@bocage-tp.test"),
        Coeur = Company("Cœur de Loire Paysage", "81234567800033", "Noémie Bœuf", "noemie@coeur-loire.test") with { Lots = ["2"] },
        Delorme = Company("Établissements Delorme & Fils", "81299967800041", "Paul Delorme", "paul.delorme@delorme.test"),
        Ferreira = Company("SARL Ferreira Voirie", null, "Inês Ferreira", "contact@voirie.test"),
        Anjou = Company("Ardoises et Zinc d’Anjou", null, "Paul Bocage", "contact@ardoises.test"),
        SansAdresse = Company("Imprimerie du Vieux Pont", "81234567800090", "Jean Bocquet", null);

    [Theory]
    [InlineData("bocage", "Bocage Travaux Publics", "Ardoises et Zinc d’Anjou")]
    [InlineData("BOC tra", "Bocage Travaux Publics")]
    [InlineData("etablissements", "Établissements Delorme & Fils")]
    [InlineData("ÉTABLISSEMENTS delorme", "Établissements Delorme & Fils")]
    [InlineData("e\u0301tablissements", "Établissements Delorme & Fils")]
    [InlineData("coeur", "Cœur de Loire Paysage")]
    [InlineData("cœur boeuf", "Cœur de Loire Paysage")]
    [InlineData("ines", "SARL Ferreira Voirie")]
    [InlineData("d'anjou", "Ardoises et Zinc d’Anjou")]
    [InlineData("marches@bocage", "Bocage Travaux Publics")]
    [InlineData("paul.delorme@delorme.test", "Établissements Delorme & Fils")]
    [InlineData("oeur-loi", "Cœur de Loire Paysage")]
    [InlineData("81234567800025", "Bocage Travaux Publics")]
    [InlineData("812 345 678 00025", "Bocage Travaux Publics")]
    [InlineData("812999678", "Établissements Delorme & Fils")]
    [InlineData("812 999 del", "Établissements Delorme & Fils")]
    [InlineData("vieux pont", "Imprimerie du Vieux Pont")]
    [InlineData("ocage-tp", "Bocage Travaux Publics")]
    [InlineData("oc")]
    [InlineData("bocage absent")]
    [InlineData("   ")]
    [InlineData("\0")]
    [InlineData("%")]
    public async Task Every_word_begins_a_word_of_company_name_or_address_or_stands_inside_the_address(string typed, params string[] companies)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var consultation = await world.AddConsultationAsync();
        await PutAsync(world, Register.Deposits, Anjou, Bocage, Coeur, Delorme, Ferreira, SansAdresse);

        (await FindAsync(world, consultation, typed)).Best.Select(f => f.Contact.Company).ShouldBe(companies);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_address_in_two_registers_is_one_suggestion_that_names_both(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        await PutAsync(world, Register.Withdrawals, Bocage with { Company = "BTP Bocage" }, SansAdresse);
        await PutAsync(world, Register.Deposits, Bocage with { Email = "MARCHES@Bocage-TP.test" }, SansAdresse, Coeur);

        var found = (await FindAsync(world, consultation, "bocage")).Best.ShouldHaveSingleItem();
        found.Contact.Company.ShouldBe("Bocage Travaux Publics", "the entry that answers best stands for both");
        found.Registers.Select(r => (r.Word, r.Title)).ShouldBe([("withdrawals", "Registre des retraits"), ("deposits", "Registre des dépôts")]);
        (await FindAsync(world, consultation, "btp")).Best.ShouldHaveSingleItem().Registers.Count.ShouldBe(2);

        var without = (await FindAsync(world, consultation, "imprimerie")).Best.ShouldHaveSingleItem();
        without.Email.ShouldBeNull();
        without.Registers.Select(r => r.Word).ShouldBe(["withdrawals", "deposits"]);
        (await FindAsync(world, consultation, "coeur")).Best.ShouldHaveSingleItem().Contact.Lots.ShouldBe(["2"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_best_come_first_those_without_address_last_and_no_more_than_twenty(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        await PutAsync(world, Register.Questions, [
            Company("Zinc", null, null, "contact@martin.test"),
            Company("Béton", null, "Luc Martin", "luc@beton.test"),
            Company("Société Martin", null, null, "a@societe.test"),
            Company("Martin sans adresse", null, null, null),
            Company("Martin et fils", null, null, "z@fils.test"),
            .. Enumerable.Range(1, 30).Select(i => Company($"Autre {i:00}", null, null, $"martin{i:00}@autre.test"))]);

        var found = await FindAsync(world, consultation, "martin");
        found.Best.Take(4).Select(f => f.Contact.Company).ShouldBe(["Martin et fils", "Société Martin", "Béton", "Autre 01"]);
        found.Best.Count.ShouldBe(FindContacts.Most);
        found.Total.ShouldBe(35);
        (await FindAsync(world, consultation, "martin adresse")).Best.ShouldHaveSingleItem().Email.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_selected_candidates_are_found_in_the_offer_phase_and_not_before(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        foreach (var (phase, words) in new (Phase, string[])[] { (Phase.Candidature, []), (Phase.Offre, ["prior-phase"]) })
        {
            var consultation = await world.AddConsultationAsync(configure: c => (c.Procedure, c.Phase) = (Procedure.Restricted, phase));
            await PutAsync(world, Register.Selected, Bocage);
            (await FindAsync(world, consultation, "bocage")).Best.SelectMany(f => f.Registers).Select(r => r.Word).ShouldBe(words, $"{phase}");
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, Procedure.FrameworkCallOff)]
    [InlineData(DatabaseProvider.Sqlite, Procedure.DpsCallOff)]
    [InlineData(DatabaseProvider.Postgresql, Procedure.FrameworkCallOff)]
    [InlineData(DatabaseProvider.Postgresql, Procedure.DpsCallOff)]
    public async Task The_awardees_upstream_are_found_from_the_call_off_of_their_own_buyer(DatabaseProvider provider, Procedure procedure)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        foreach (var (caller, company) in new[] { (world.Caller, Bocage), (Caller.Of(stranger), Bocage with { Email = "autre@bocage.test" }) })
        {
            await world.RunAsync((PutConsultation o) => o.RunAsync(caller, "AC-1", new ConsultationInputBuilder().Build(), default));
            await world.RunAsync((PutRegister o) => o.RunAsync(caller, "AC-1", Register.Awardees, [company], default));
        }

        var callOff = await world.AddConsultationAsync("MS-1", c => (c.Procedure, c.Upstream) = (procedure, ["AC-1"]));

        var found = (await FindAsync(world, callOff, "bocage")).Best.ShouldHaveSingleItem();
        found.Email.ShouldBe(Bocage.Email);
        found.Registers.ShouldHaveSingleItem().Word.ShouldBe("prior-phase");
    }

    private static ContactInput Company(string company, string? siret, string? name, string? email) => new(company, siret, name, email, null, []);

    private static Task<Result<RegisterOutcome>> PutAsync(TestWorld world, Register register, params ContactInput[] contacts) =>
        world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", register, contacts, default));

    private static Task<FoundContacts> FindAsync(TestWorld world, Consultation consultation, string typed) =>
        world.RunAsync((FindContacts o) => o.RunAsync(consultation, typed, default));
}
