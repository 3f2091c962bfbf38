using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>From one release (checked, merged) to the process we need. <c>docs/integrate/ocds.md</c> is its description.</summary>
internal sealed class OcdsMapping(JsonElement release)
{
    private readonly OcdsParties parties = new(release);
    private readonly JsonElement? tender = release.At("tender");
    private readonly List<JsonElement> bids = [.. release.At("bids").Items("details")];

    public OcdsProcess Process(DateTimeOffset? earliest, DateTimeOffset? latest)
    {
        var ocid = release.Text("ocid")!;
        var upstream = Upstream();
        var selected = Selected();
        return new OcdsProcess
        {
            Ocid = ocid,
            Title = Titles().FirstOrDefault(title => title is not null) ?? ocid,
            Date = latest,
            InitialisedAt = new[]
            {
                earliest, tender.At("tenderPeriod").Instant("startDate"), tender.At("enquiryPeriod").Instant("startDate"),
            }.Min(),
            Procedure = ProcedureOf(upstream),
            Phase = TwoStages && selected.Count == 0 && !release.Items("awards").Any() && !bids.Exists(IsOffer)
                ? Phase.Candidature
                : Phase.Offre,
            BuyerName = parties.NameOf(release.At("buyer")) ?? parties.NameOf(tender.At("procuringEntity")),
            Upstream = upstream,
            Lots = [.. tender.Items("lots")
                .Where(lot => lot.Identity("id") is not null)
                .Select(lot => new OcdsLot(lot.Identity("id")!, lot.Text("title") ?? ""))
                .DistinctBy(lot => lot.Id)],
            Deposits = Deposits(),
            Questions = parties.Contacts(tender.Items("enquiries")
                .Where(enquiry => enquiry.At("author") is not null)
                .Select(enquiry => new OcdsMention(enquiry.At("author")!.Value, enquiry.Instant("date"), Lots(enquiry)))),
            Withdrawals = parties.Contacts(parties.WithRole("interestedParty")),
            Awardees = parties.Contacts(release.Items("awards")
                .Where(award => award.Text("status") is not ("cancelled" or "unsuccessful"))
                .SelectMany(award => Mentions(award, "suppliers"))),
            Selected = selected,
        };
    }

    private IEnumerable<string?> Titles() =>
    [
        tender.Text("title"), tender.Text("title_fr"),
        .. release.Items("awards").Select(award => award.Text("title")),
        .. release.Items("contracts").Select(contract => contract.Text("title")),
    ];

    private List<OcdsContact> Deposits()
    {
        var fromBids = parties.Contacts(bids.SelectMany(bid => Mentions(bid, "tenderers")));
        if (fromBids.Count > 0)
        {
            return fromBids;
        }
        var fromTender = parties.Contacts(tender.Items("tenderers").Select(OcdsMention.Of));
        return fromTender.Count > 0 ? fromTender : parties.Contacts(parties.WithRole("tenderer"));
    }

    // A bid of the first stage says so (expression of interest). Where none does, a two-stage procedure whose bids
    // bear no type at all publishes its candidates as bids. Who is "invited" has been retained, whatever the type.
    private List<OcdsContact> Selected() => TwoStages
        ? parties.Contacts(bids.Where(bid => bid.Text("status") switch
        {
            "invited" => true,
            "valid" => IsExpressionOfInterest(bid) || (!bids.Exists(IsExpressionOfInterest) && !IsOffer(bid)),
            _ => false,
        }).SelectMany(bid => Mentions(bid, "tenderers")))
        : [];

    /// <summary>
    /// <c>selective</c>, or any sign of a candidature. <c>limited</c> alone is a negotiation without prior publication,
    /// which has no candidature phase.
    /// </summary>
    private bool TwoStages =>
        tender.Text("procurementMethod") == "selective"
        || tender.At("secondStage") is not null
        || bids.Exists(IsExpressionOfInterest)
        || (tender.Text("procurementMethod") == "limited" && bids.Exists(bid => bid.Text("status") == "invited"));

    private static bool IsExpressionOfInterest(JsonElement bid) => bid.Text("submissionType") == "expressionOfInterest";

    private static bool IsOffer(JsonElement bid) => bid.Text("submissionType") == "bid";

    private static IEnumerable<OcdsMention> Mentions(JsonElement of, string list) =>
        of.Items(list).Select(party => new OcdsMention(party, of.Instant("date"), Lots(of)));

    private static IReadOnlyList<string> Lots(JsonElement of) =>
        [.. of.Items("relatedLots").Select(lot => lot.Identity()).Append(of.Identity("relatedLot")).OfType<string>()];

    private List<OcdsUpstream> Upstream() =>
        [.. from related in release.Items("relatedProcesses")
            let identifier = related.Text("identifier")
            let relationships = related.Items("relationship").Select(code => code.GetString()!).ToList()
            where identifier is not null && relationships.Exists(code => code is "parent" or "framework")
            select new OcdsUpstream(identifier, related.Text("scheme"), related.Text("title"), relationships)];

    private OcdsProcedure ProcedureOf(List<OcdsUpstream> upstream)
    {
        var method = tender.Text("procurementMethod");
        var details = tender.Text("procurementMethodDetails");
        return new OcdsProcedure(method, details, Kind(method, details ?? "", upstream.Count > 0));
    }

    private static Procedure Kind(string? method, string details, bool calledOff)
    {
        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (details.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
            return false;
        }

        return method switch
        {
            _ when calledOff && Says("dynami", "spécifique") => Procedure.DpsCallOff,
            _ when calledOff => Procedure.FrameworkCallOff,
            _ when Says("adapté", "MAPA") => Procedure.Adapted,
            _ when Says("dialogue") => Procedure.CompetitiveDialogue,
            _ when Says("négoci", "negotiat") => Procedure.Negotiated,
            "selective" => Procedure.Restricted,
            "limited" or "direct" => Procedure.Negotiated,
            _ => Procedure.Open,
        };
    }
}
