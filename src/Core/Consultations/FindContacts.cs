namespace Vaguemestre.Core.Consultations;

/// <summary>A register that holds a contact, as the field names it.</summary>
/// <param name="Word">Its word in the API.</param>
/// <param name="Title">Its French title.</param>
public sealed record RegisterName(string Word, string Title);

/// <summary>
/// Somebody found in the registers. Entries with the same address are one, named by the first of them that answers best.
/// Not chosen yet, and perhaps not to be chosen: <see cref="Email"/> may be null.
/// </summary>
/// <param name="Contact">The entry that stands for all of them.</param>
/// <param name="Registers">Every register that holds this address, in the order of the five.</param>
public sealed record FoundContact(Contact Contact, IReadOnlyList<RegisterName> Registers)
{
    public string? Email => Contact.Email;
}

/// <summary>What a search found: the best of them, and how many there are in all.</summary>
public sealed record FoundContacts(IReadOnlyList<FoundContact> Best, int Total);

/// <summary>Searches the five registers of a consultation as a person types.</summary>
public sealed class FindContacts(ReadRegisters registers)
{
    public const int Most = 20;

    /// <summary>Best first: a company that begins with what was typed, then its words, a person's name, an address or SIRET.</summary>
    public async Task<FoundContacts> RunAsync(Consultation consultation, string? typed, CancellationToken cancel) =>
        ContactSearch.Of(typed) is { } search ? Search(await registers.RunAsync(consultation, cancel), search) : new FoundContacts([], 0);

    private static FoundContacts Search(IReadOnlyList<RegisterView> registers, ContactSearch search)
    {
        var answers = new List<(Contact Contact, int Rank, string Company, string Key)>();
        foreach (var contact in registers.SelectMany(r => r.Contacts))
        {
            var company = ContactSearch.Fold(contact.Company);
            var name = ContactSearch.Fold(contact.Name);
            if (search.Rank(company, name, ContactSearch.Fold(contact.Email), ContactSearch.Digits(contact.Siret)) is { } rank)
                answers.Add((contact, rank, company, KeyOf(contact)));
        }

        var found = answers.GroupBy(a => a.Key, StringComparer.Ordinal).Select(same => same.MinBy(a => a.Rank))
            .OrderBy(a => a.Contact.Email is null).ThenBy(a => a.Rank).ThenBy(a => a.Company, StringComparer.Ordinal).ToList();
        var best = found.Take(Most).ToList();
        var holders = HoldersOf(registers, best.Select(a => a.Key).ToHashSet(StringComparer.Ordinal));
        return new FoundContacts([.. best.Select(a => new FoundContact(a.Contact, holders[a.Key]))], found.Count);
    }

    private static Dictionary<string, List<RegisterName>> HoldersOf(IReadOnlyList<RegisterView> registers, HashSet<string> keys)
    {
        var holders = keys.ToDictionary(k => k, _ => new List<RegisterName>(), StringComparer.Ordinal);
        foreach (var register in registers)
        {
            var name = new RegisterName(register.Word, register.Title);
            foreach (var key in register.Contacts.Select(KeyOf).Where(keys.Contains).Distinct(StringComparer.Ordinal))
                holders[key].Add(name);
        }

        return holders;
    }

    /// <summary>The address; without one, who it is.</summary>
    private static string KeyOf(Contact contact) =>
        contact.Email is { } email ? EmailAddress.Fold(email) : $"{ContactSearch.Fold(contact.Company)}\0{ContactSearch.Fold(contact.Name)}";
}
