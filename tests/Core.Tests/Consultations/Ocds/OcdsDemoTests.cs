using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Consultations.Ocds;
using static Vaguemestre.Core.Tests.Consultations.Ocds.OcdsFixture;

namespace Vaguemestre.Core.Tests.Consultations.Ocds;

/// <summary>The files of the demo world are valid, lead to no real address, and show each case they were written for.</summary>
public sealed class OcdsDemoTests
{
    [Theory]
    [InlineData("1-toiture-jules-ferry.json")]
    [InlineData("2-exploitation-thermique.json")]
    [InlineData("3-accord-cadre-denrees.json")]
    public void Demo_files_are_valid_and_name_test_addresses_only(string file)
    {
        var reading = Demo(file);

        reading.Errors.ShouldBeEmpty();
        reading.Notices.ShouldBeEmpty();
        foreach (var process in reading.Processes)
        {
            process.BuyerName.ShouldBe("Ville de Montrevel-sur-Loire");
            OcdsContact[] contacts =
                [.. process.Deposits, .. process.Questions, .. process.Withdrawals, .. process.Awardees, .. process.Selected];
            contacts.ShouldAllBe(contact => contact.Email == null || contact.Email.EndsWith(".test", StringComparison.Ordinal));
            contacts.ShouldAllBe(contact => contact.Identifier!.Length == 14);
        }
    }

    [Fact]
    public void The_open_procedure_has_withdrawals_questions_and_deposits()
    {
        var process = Demo("1-toiture-jules-ferry.json").Processes.ShouldHaveSingleItem();

        process.Title.ShouldBe("Réfection de la toiture du groupe scolaire Jules-Ferry");
        process.Lots.Count.ShouldBe(3);
        (process.Withdrawals.Count, process.Questions.Count, process.Deposits.Count).ShouldBe((11, 5, 8));
        process.Questions.Count(contact => contact.Company == "Couverture Brière & Fils").ShouldBe(2, "two persons of one company");
        process.Withdrawals.Count(contact => contact.Email is null).ShouldBe(1);
    }

    [Fact]
    public void The_restricted_procedure_is_in_its_offer_phase_with_five_candidates()
    {
        var process = Demo("2-exploitation-thermique.json").Processes.ShouldHaveSingleItem();

        (process.Procedure.Kind, process.Phase).ShouldBe((Procedure.Restricted, Phase.Offre));
        process.Selected.Count.ShouldBe(5);
        process.Deposits.Count.ShouldBe(8);
    }

    [Fact]
    public void The_call_off_names_its_framework_which_has_awardees()
    {
        var processes = Demo("3-accord-cadre-denrees.json").Processes;

        processes[1].Upstream.ShouldHaveSingleItem().Identifier.ShouldBe(processes[0].Ocid);
        processes[0].Awardees.Companies().ShouldContain("Bio Cœur de Loire");
        processes[0].Awardees.Count.ShouldBe(7);
    }

    private static OcdsReading Demo(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Vaguemestre.slnx")))
        {
            folder = folder.Parent;
        }
        return OcdsReader.Read(File.ReadAllBytes(Path.Combine(folder.FullName, "src/Web/Demo/Ocds", file)));
    }
}
