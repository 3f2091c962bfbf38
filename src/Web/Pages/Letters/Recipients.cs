using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>Who a draft goes to after a button was pressed: those already in, those typed, those taken from a register, less those removed.</summary>
public sealed class Recipients(IReadOnlyList<RegisterView> registers)
{
    /// <summary>A typed address that stands in a register is that contact, with its name and company.</summary>
    public IReadOnlyList<RecipientInput> After(IEnumerable<RecipientInput> now, IEnumerable<RecipientInput> typed, WriteAct act)
    {
        var contacts = registers.SelectMany(r => r.Contacts, (register, contact) => (Register: register, Contact: contact)).Where(c => c.Contact.Email is not null).ToList();
        var byAddress = contacts.DistinctBy(c => EmailAddress.Fold(c.Contact.Email!)).ToDictionary(c => EmailAddress.Fold(c.Contact.Email!), c => AsInput(c.Register, c.Contact), StringComparer.Ordinal);
        return
        [
            .. now.Where(r => act.Remove is null || (act.Remove != WriteAct.Everyone && EmailAddress.Fold(r.Email) != EmailAddress.Fold(act.Remove))),
            .. typed.Select(t => byAddress.TryGetValue(EmailAddress.Fold(t.Email), out var known) ? known with { Name = t.Name ?? known.Name } : t),
            .. contacts.Where(c => c.Contact.Id == act.Add || c.Register.Word == act.AddRegister).Select(c => AsInput(c.Register, c.Contact)),
        ];
    }

    private static RecipientInput AsInput(RegisterView register, Contact contact) => new(contact.Email!, contact.Name, contact.Company, register.Word);
}
