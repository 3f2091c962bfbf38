using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class RegistersTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_register_is_replaced_by_the_bare_array_given(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        await world.AddConsultationAsync();

        await api.PutAsync("consultations/2026-T-014/registers/deposits", new[] { new { company = "Avant", at = "2026-01-01T00:00:00Z" } });
        var replaced = await api.PutAsync("consultations/2026-T-014/registers/deposits", """
            [{"company":"Alpha & Fils","siret":"81234567800017","name":"Élodie","email":"e@alpha.test","at":"2026-04-20T11:12:00+02:00","lots":["1"]},
             {"company":"Sans adresse","at":"2026-04-20T09:12:00Z"}]
            """);

        replaced.ShouldBe(HttpStatusCode.OK).Body.ToString().ShouldBe("""{"register":"deposits","contacts":2,"withoutAddress":1}""");
        var registers = (await api.AskAsync("consultations/2026-T-014/registers")).Items;
        registers.Select(r => r.GetProperty("register").GetString()).ShouldBe(["prior-phase", "withdrawals", "questions", "deposits", "free-entries"]);
        var deposits = registers[3];
        deposits.GetProperty("title").GetString().ShouldBe("Registre des dépôts");
        deposits.GetProperty("contacts")[0].ToString().ShouldBe("""{"email":"e@alpha.test","name":"Élodie","company":"Alpha & Fils","siret":"81234567800017","at":"2026-04-20T09:12:00.000000Z","lots":["1"]}""");
        deposits.GetProperty("contacts")[1].GetProperty("email").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Selected_candidates_and_upstream_awardees_are_the_prior_phase(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        await world.AddConsultationAsync("AC");
        await world.AddConsultationAsync("MS", c => (c.Procedure, c.Upstream) = (Core.Consultations.Procedure.FrameworkCallOff, ["AC"]));

        await api.PutAsync("consultations/AC/registers/awardees", new[] { new { company = "Titulaire", email = "t@titulaire.test", at = "2026-01-01T00:00:00Z" } });
        await api.PutAsync("consultations/MS/registers/selected", new[] { new { company = "Retenu", email = "r@retenu.test", at = "2026-01-01T00:00:00Z" } });

        var prior = (await api.AskAsync("consultations/MS/registers")).Items[0].GetProperty("contacts");
        prior.EnumerateArray().Select(c => c.GetProperty("company").GetString()).ShouldBe(["Retenu", "Titulaire"]);
    }

    [Theory]
    [InlineData("clients")]
    [InlineData("prior-phase")]
    [InlineData("free-entries")]
    [InlineData("Deposits")]
    public async Task An_unknown_register_is_told_with_those_that_are(string register)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync();

        (await world.Api().PutAsync("consultations/2026-T-014/registers/" + register, "[]")).ShouldRefuse(HttpStatusCode.NotFound, "register-not-found")
            .Detail.ShouldContain("withdrawals, questions, deposits, selected, awardees");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task One_contact_that_cannot_be_taken_leaves_the_register_as_it_was(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        await world.AddConsultationAsync();
        await api.PutAsync("consultations/2026-T-014/registers/questions", new[] { new { company = "Avant" } });

        var refused = await api.PutAsync("consultations/2026-T-014/registers/questions", """[{"company":"Bon","email":"b@bon.test"},null,{"company":"Mauvais","email":"m@mauvais.test\r\nBcc: x@y.test"}]""");

        refused.ShouldRefuse(HttpStatusCode.UnprocessableEntity, "invalid").Fields.ShouldBe(["[1].company", "[2].email"]);
        (await api.AskAsync("consultations/2026-T-014/registers")).Items[2].GetProperty("contacts")[0].GetProperty("company").GetString().ShouldBe("Avant");
    }
}
