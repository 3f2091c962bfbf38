using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>A party as a bid, a question or an award names it (OrganizationReference).</summary>
internal readonly record struct OcdsMention(JsonElement Party, DateTimeOffset? At, IReadOnlyList<string> Lots)
{
    public static OcdsMention Of(JsonElement party) => new(party, null, []);
}

/// <summary>
/// Turns mentions into contacts, through the <c>parties</c> of the release. A company is known by its party id, else by
/// its identifier, else by its exact name; its people are told apart by their addresses.
/// </summary>
internal sealed class OcdsParties(JsonElement release)
{
    private readonly ILookup<string, JsonElement> byId = release.Items("parties")
        .Where(party => party.Identity("id") is not null)
        .ToLookup(party => party.Identity("id")!, StringComparer.Ordinal);

    public IEnumerable<OcdsMention> WithRole(string role) => release.Items("parties")
        .Where(party => party.Items("roles").Any(item => item.ValueEquals(role)))
        .Select(OcdsMention.Of);

    public string? NameOf(JsonElement? reference) =>
        reference is { } party ? Named(Resolve(party).First(), party) : null;

    public List<OcdsContact> Contacts(IEnumerable<OcdsMention> mentions)
    {
        var companies = new OrderedDictionary<string, OrderedDictionary<string, OcdsContact>>(StringComparer.Ordinal);
        foreach (var mention in mentions)
        {
            foreach (var party in Resolve(mention.Party))
            {
                if (Key(mention.Party) is not { } key || Contact(party, mention) is not { } contact)
                {
                    continue;
                }
                if (!companies.TryGetValue(key, out var people))
                {
                    companies[key] = people = new(StringComparer.OrdinalIgnoreCase);
                }
                var address = contact.Email ?? "";
                people[address] = people.TryGetValue(address, out var known) ? Unite(known, contact) : contact;
            }
        }
        return [.. companies.Values.SelectMany(WithoutNeedlessFlag)];
    }

    // A company named once with an address and once without has an address.
    private static IEnumerable<OcdsContact> WithoutNeedlessFlag(OrderedDictionary<string, OcdsContact> people) =>
        people.Count == 1 ? people.Values : people.Values.Where(contact => contact.Email is not null);

    private static OcdsContact Unite(OcdsContact one, OcdsContact other) => one with
    {
        Identifier = one.Identifier ?? other.Identifier,
        Name = one.Name ?? other.Name,
        At = one.At is null || other.At > one.At ? other.At : one.At,
        Lots = [.. one.Lots.Union(other.Lots, StringComparer.Ordinal)],
    };

    private IEnumerable<JsonElement> Resolve(JsonElement reference) =>
        reference.Identity("id") is { } id && byId.Contains(id) ? byId[id] : [reference];

    private static string? Key(JsonElement reference) =>
        reference.Identity("id") is { } id ? "id " + id
        : reference.At("identifier") is { } identifier && identifier.Identity("id") is { } number
            ? $"identifier {identifier.Text("scheme")} {number}"
            : reference.Text("name") is { } name ? "name " + name : null;

    private static OcdsContact? Contact(JsonElement party, OcdsMention mention)
    {
        // The mention may name its own person; the party is the company's usual one.
        var contact = mention.Party.At("contactPoint").Text("email") is null
            ? party.At("contactPoint")
            : mention.Party.At("contactPoint");
        return Named(party, mention.Party) is { } company
            ? new OcdsContact(
                company,
                FrenchIdentifier(party) ?? FrenchIdentifier(mention.Party),
                contact.Text("name"),
                contact.Text("email"),
                mention.At,
                [.. mention.Lots.Distinct(StringComparer.Ordinal)])
            : null;
    }

    private static string? Named(JsonElement party, JsonElement reference) =>
        party.Text("name") ?? reference.Text("name") ?? party.At("identifier").Text("legalName") ?? party.Identity("id");

    private static string? FrenchIdentifier(JsonElement party)
    {
        var candidates = party.Items("additionalIdentifiers");
        if (party.At("identifier") is { } identifier)
        {
            candidates = candidates.Prepend(identifier);
        }
        var french = candidates
            .Where(candidate => candidate.Text("scheme") is not { } scheme || scheme.StartsWith("FR-", StringComparison.OrdinalIgnoreCase))
            .Select(candidate => (Scheme: candidate.Text("scheme"), Number: candidate.Identity("id")?.Replace(" ", "", StringComparison.Ordinal)))
            .Where(candidate => candidate.Number is not null)
            .ToList();
        return french.Find(candidate => IsSiret(candidate.Number!)).Number
            ?? french.Find(candidate => candidate.Scheme is not null).Number;
    }

    private static bool IsSiret(string number) => number.Length == 14 && number.All(char.IsAsciiDigit);
}
