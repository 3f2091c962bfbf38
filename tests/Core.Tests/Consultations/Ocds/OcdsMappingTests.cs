using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Consultations.Ocds;
using static Vaguemestre.Core.Tests.Consultations.Ocds.OcdsFixture;

namespace Vaguemestre.Core.Tests.Consultations.Ocds;

public sealed class OcdsMappingTests
{
    private const string Parties = """
        "parties": [
          {"id": "b", "name": "Ville d’Été", "roles": ["buyer"]},
          {"id": "1", "name": "  L’Œuvre & Fils ", "roles": ["tenderer"],
           "identifier": {"scheme": "FR-RCS", "id": "999 900 118 00011"},
           "contactPoint": {"name": "Zoé", "email": "zoe@oeuvre.test"}},
          {"id": "2", "name": "Sans Adresse", "identifier": {"scheme": "FR-SIREN", "id": "999900126"}, "contactPoint": {"email": ""}},
          {"id": "3", "name": "Retrait", "roles": ["interestedParty"], "contactPoint": {"email": "r@retrait.test"}}
        ]
        """;

    [Fact]
    public void Deposits_are_the_tenderers_of_the_bids_with_their_lots_and_latest_date()
    {
        var process = Process(Parties + """
            , "bids": {"details": [
              {"id": "x", "date": "2026-03-03T10:00:00+01:00", "status": "disqualified", "relatedLots": ["1"], "tenderers": [{"id": "1"}]},
              {"id": "y", "date": "2026-03-02T10:00:00+01:00", "relatedLots": ["2", "1"], "tenderers": [{"id": "1"}, {"id": "2"}]}]},
            "tender": {"id": "t", "tenderers": [{"id": "3"}]}
            """);

        process.Deposits.Companies().ShouldBe(["  L’Œuvre & Fils ", "Sans Adresse"]);
        var first = process.Deposits[0];
        (first.Identifier, first.Name, first.Email).ShouldBe(("99990011800011", "Zoé", "zoe@oeuvre.test"));
        first.At.ShouldBe(new DateTimeOffset(2026, 3, 3, 9, 0, 0, TimeSpan.Zero));
        first.Lots.ShouldBe(["1", "2"]);
    }

    [Fact]
    public void A_party_without_address_is_kept()
    {
        var process = Process(Parties + """, "tender": {"id": "t", "tenderers": [{"id": "2"}, {"name": "Hors liste"}]}""");

        process.Deposits.Companies().ShouldBe(["Sans Adresse", "Hors liste"]);
        process.Deposits.ShouldAllBe(contact => contact.Email == null);
        process.Deposits[0].Identifier.ShouldBe("999900126");
    }

    [Fact]
    public void Without_bids_or_tenderers_the_role_tells_who_deposited() =>
        Process(Parties).Deposits.Companies().ShouldBe(["  L’Œuvre & Fils "]);

    [Fact]
    public void Two_persons_of_one_company_stay_two_and_one_person_named_twice_is_one()
    {
        var process = Process("""
            "tender": {"id": "t", "tenderers": [
              {"id": 7, "name": "A", "contactPoint": {"email": "un@a.test"}},
              {"id": 7, "name": "A", "contactPoint": {"email": "deux@a.test"}},
              {"id": "7", "name": "A", "contactPoint": {"email": "UN@a.test"}},
              {"id": 7, "name": "A"}]}
            """);

        process.Deposits.Select(contact => contact.Email).ShouldBe(["un@a.test", "deux@a.test"]);
    }

    [Fact]
    public void Without_id_a_company_is_known_by_its_identifier_then_by_its_exact_name()
    {
        var process = Process("""
            "tender": {"id": "t", "tenderers": [
              {"name": "A", "identifier": {"scheme": "FR-RCS", "id": "99990011800011"}},
              {"name": "A (siège)", "identifier": {"scheme": "FR-RCS", "id": "99990011800011"}},
              {"name": "B"}, {"name": "B", "contactPoint": {"telephone": "1"}}, {"name": "b"}]}
            """);

        process.Deposits.Companies().ShouldBe(["A", "B", "b"]);
    }

    [Theory]
    [InlineData("""{"scheme": "FR-SIRET", "id": 99990011800011}""", "99990011800011")]
    [InlineData("""{"id": "99990011800011"}""", "99990011800011")]
    [InlineData("""{"scheme": "BR-CNPJ", "id": "99990011800011"}""", null)]
    [InlineData("""{"id": "12"}""", null)]
    public void Only_a_French_number_is_an_identifier(string identifier, string? expected) =>
        Process($$"""
            "tender": {"id": "t", "tenderers": [{"name": "A", "identifier": {{identifier}}}]}
            """).Deposits.ShouldHaveSingleItem().Identifier.ShouldBe(expected);

    [Fact]
    public void Questions_come_from_the_authors_of_enquiries()
    {
        var process = Process(Parties + """
            , "tender": {"id": "t", "enquiries": [
              {"id": "q1", "date": "2026-03-04T00:00:00Z", "author": {"id": "1"}, "relatedLot": "2"},
              {"id": "q2", "author": {"id": "3", "contactPoint": {"name": "Ève", "email": "eve@retrait.test"}}},
              {"id": "q3", "title": "Anonyme"}]}
            """);

        process.Questions.Companies().ShouldBe(["  L’Œuvre & Fils ", "Retrait"]);
        process.Questions[0].Lots.ShouldBe(["2"]);
        process.Questions[1].Email.ShouldBe("eve@retrait.test");
    }

    [Fact]
    public void Withdrawals_are_the_interested_parties() =>
        Process(Parties).Withdrawals.ShouldBe(
            [new OcdsContact("Retrait", null, null, "r@retrait.test", null, [])], new ContactComparer());

    [Fact]
    public void Awardees_are_the_suppliers_of_awards_that_stand()
    {
        var process = Process(Parties + """
            , "awards": [
              {"id": "a", "status": "cancelled", "suppliers": [{"id": "3"}]},
              {"id": "b", "status": "unsuccessful", "suppliers": [{"id": "2"}]},
              {"id": "c", "status": "active", "date": "2026-04-01", "relatedLots": ["1"], "suppliers": [{"id": "1"}]},
              {"id": "d", "suppliers": [{"name": "D"}]}]
            """);

        process.Awardees.Companies().ShouldBe(["  L’Œuvre & Fils ", "D"]);
        process.Awardees[0].Lots.ShouldBe(["1"]);
    }

    [Theory]
    // Typed bids: only expressions of interest belong to the first stage, but whoever is invited was retained.
    [InlineData("selective", "valid:expressionOfInterest invited:expressionOfInterest disqualified:expressionOfInterest valid:bid", "0 1", Phase.Offre)]
    [InlineData("selective", "pending:expressionOfInterest withdrawn:expressionOfInterest", "", Phase.Candidature)]
    [InlineData("selective", "invited:bid valid:bid", "0", Phase.Offre)]
    // Untyped bids of a two-stage procedure are its candidates.
    [InlineData("selective", "valid: invited: disqualified: pending:", "0 1", Phase.Offre)]
    [InlineData("selective", "valid:expressionOfInterest valid:", "0", Phase.Offre)]
    [InlineData("selective", "", "", Phase.Candidature)]
    [InlineData("limited", "invited: valid:", "0 1", Phase.Offre)]
    [InlineData("limited", "valid:", "", Phase.Offre)]
    [InlineData("open", "valid: invited:", "", Phase.Offre)]
    [InlineData("open", "valid:expressionOfInterest", "0", Phase.Offre)]
    public void Selected_candidates_passed_the_first_stage(string method, string bids, string expected, Phase phase)
    {
        var details = bids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((bid, index) =>
        {
            var words = bid.Split(':');
            var type = words[1].Length > 0 ? $"\"{words[1]}\"" : "null";
            return $$"""{"id": "{{index}}", "status": "{{words[0]}}", "submissionType": {{type}}, "tenderers": [{"name": "{{index}}"}]}""";
        });

        var process = Process($$"""
            "tender": {"id": "t", "procurementMethod": "{{method}}"}, "bids": {"details": [{{string.Join(",", details)}}]}
            """);

        string.Join(' ', process.Selected.Companies()).ShouldBe(expected);
        process.Phase.ShouldBe(phase);
    }

    [Fact]
    public void A_second_stage_makes_a_two_stage_procedure() =>
        Process("""
            "tender": {"id": "t", "secondStage": {"minimumCandidates": 3}}
            """).Phase.ShouldBe(Phase.Candidature);

    [Fact]
    public void Upstream_is_the_parent_or_the_framework()
    {
        var process = Process("""
            "relatedProcesses": [
              {"id": "1", "relationship": ["framework"], "scheme": "ocid", "identifier": "ocds-test-0", "title": "Accord"},
              {"id": "2", "relationship": ["parent", "other"], "identifier": "P"},
              {"id": "3", "relationship": ["planning"], "identifier": "N"},
              {"id": "4", "relationship": ["framework"]}]
            """);

        process.Upstream.Select(upstream => (upstream.Identifier, upstream.Scheme)).ShouldBe([("ocds-test-0", "ocid"), ("P", null)]);
        process.Procedure.Kind.ShouldBe(Procedure.FrameworkCallOff);
    }

    [Theory]
    [InlineData("open", "Appel d’offres ouvert", Procedure.Open)]
    [InlineData("open", "Procédure adaptée", Procedure.Adapted)]
    [InlineData("selective", "Appel d’offres restreint", Procedure.Restricted)]
    [InlineData("selective", "Procédure avec négociation", Procedure.Negotiated)]
    [InlineData("selective", "Dialogue compétitif", Procedure.CompetitiveDialogue)]
    [InlineData("limited", "", Procedure.Negotiated)]
    [InlineData("direct", "", Procedure.Negotiated)]
    public void The_French_procedure_is_read_from_method_and_details(string method, string details, Procedure kind) =>
        Process($$"""
            "tender": {"id": "t", "procurementMethod": "{{method}}", "procurementMethodDetails": "{{details}}"}
            """).Procedure.ShouldBe(new OcdsProcedure(method, details.Length > 0 ? details : null, kind));

    [Fact]
    public void A_call_off_of_a_dynamic_purchasing_system_is_told_from_its_details() =>
        Process("""
            "relatedProcesses": [{"id": "1", "relationship": ["parent"], "identifier": "P"}],
            "tender": {"id": "t", "procurementMethodDetails": "Marché spécifique d’un système d’acquisition dynamique"}
            """).Procedure.Kind.ShouldBe(Procedure.DpsCallOff);

    [Fact]
    public void Title_buyer_and_beginning_are_found_where_the_file_has_them()
    {
        var process = Process(Parties + """
            , "buyer": {"id": "b"},
            "tender": {"id": "t", "tenderPeriod": {"startDate": "2026-02-01T00:00:00Z"}},
            "awards": [{"id": "a", "title": "Titre du lot"}]
            """);

        process.Title.ShouldBe("Titre du lot");
        process.BuyerName.ShouldBe("Ville d’Été");
        process.InitialisedAt.ShouldBe(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        Process("").Title.ShouldBe("ocds-test-1");
    }

    private sealed class ContactComparer : IEqualityComparer<OcdsContact>
    {
        public bool Equals(OcdsContact? x, OcdsContact? y) =>
            x is not null && y is not null && x with { Lots = y.Lots } == y && x.Lots.SequenceEqual(y.Lots);

        public int GetHashCode(OcdsContact contact) => contact.Company.GetHashCode(StringComparison.Ordinal);
    }
}
