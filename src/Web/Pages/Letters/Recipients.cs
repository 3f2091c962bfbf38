using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What is to become of a draft's recipients, as the buttons of its pages say it.</summary>
public sealed record RecipientChange
{
    /// <summary>Typed, and read.</summary>
    public IReadOnlyList<RecipientInput> Typed { get; init; } = [];

    /// <summary>Contacts of the registers.</summary>
    public IReadOnlyCollection<Guid> Add { get; init; } = [];

    /// <summary>A register, by its word: all its contacts.</summary>
    public string? AddRegister { get; init; }

    /// <summary>Addresses, or <see cref="WriteAct.Everyone"/>.</summary>
    public IReadOnlyCollection<string> Remove { get; init; } = [];

    /// <summary>An address and the one that was meant.</summary>
    public (string From, string To)? Correct { get; init; }

    public bool Adds => Typed.Count > 0 || Add.Count > 0 || AddRegister is not null;

    public bool IsNone => !Adds && Remove.Count == 0 && Correct is null;
}

/// <summary>Who a draft goes to after a button was pressed: those already in, those typed, those taken from a register, less those removed.</summary>
/// <param name="registers">Whole, where the change adds somebody.</param>
public sealed class Recipients(IReadOnlyList<RegisterView> registers)
{
    /// <summary>How many of those to be added were not there before, and how many were, or came twice.</summary>
    public (int Added, int Folded) Count { get; private set; }

    /// <summary>A typed address that stands in a register is that contact, with its name and company.</summary>
    public IReadOnlyList<RecipientInput> After(IEnumerable<RecipientInput> now, RecipientChange change)
    {
        var removed = change.Remove.Select(EmailAddress.Fold).ToHashSet(StringComparer.Ordinal);
        var kept = removed.Contains(WriteAct.Everyone) ? [] : now.Where(r => !removed.Contains(EmailAddress.Fold(r.Email))).Select(r => Corrected(r, change.Correct)).ToList();
        var added = Added(change);
        var here = kept.Select(r => EmailAddress.Fold(r.Email)).ToHashSet(StringComparer.Ordinal);
        var fresh = added.Where(r => here.Add(EmailAddress.Fold(r.Email))).ToList();
        Count = (fresh.Count, added.Count - fresh.Count);
        return [.. kept, .. fresh];
    }

    private List<RecipientInput> Added(RecipientChange change)
    {
        if (!change.Adds)
            return [];
        var contacts = registers.SelectMany(r => r.Contacts, (register, contact) => (Register: register, Contact: contact)).Where(c => c.Contact.Email is not null).ToList();
        var known = change.Typed.Count == 0 ? [] : ByAddress(contacts);
        return
        [
            .. change.Typed.Select(t => known.TryGetValue(EmailAddress.Fold(t.Email), out var contact) ? contact with { Name = t.Name ?? contact.Name } : t),
            .. contacts.Where(c => change.Add.Contains(c.Contact.Id) || c.Register.Word == change.AddRegister).Select(c => AsInput(c.Register, c.Contact)),
        ];
    }

    private static Dictionary<string, RecipientInput> ByAddress(IEnumerable<(RegisterView Register, Contact Contact)> contacts)
    {
        var known = new Dictionary<string, RecipientInput>(StringComparer.Ordinal);
        foreach (var (register, contact) in contacts)
            known.TryAdd(EmailAddress.Fold(contact.Email!), AsInput(register, contact));
        return known;
    }

    private static RecipientInput Corrected(RecipientInput recipient, (string From, string To)? correction) =>
        correction is var (from, to) && EmailAddress.Fold(recipient.Email) == EmailAddress.Fold(from) ? recipient with { Email = to, Formerly = from } : recipient;

    private static RecipientInput AsInput(RegisterView register, Contact contact) => new(contact.Email!, contact.Name, contact.Company, register.Word);
}
