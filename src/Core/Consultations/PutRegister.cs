using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Consultations;

public sealed record ContactInput(string Company, string? Siret, string? Name, string? Email, DateTimeOffset? At, IReadOnlyList<string> Lots);

/// <summary>How many contacts a register holds now; those without address are kept and flagged.</summary>
public sealed record RegisterOutcome(Register Register, int Contacts, int WithoutAddress);

/// <summary>Replaces a register of a consultation by the contacts given. All or nothing.</summary>
public sealed class PutRegister(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    public const int MostContacts = 10_000;

    /// <summary>The registers that a source replaces; <see cref="Register.FreeEntries"/> fills by writing letters.</summary>
    public static readonly IReadOnlySet<Register> Replaceable =
        new HashSet<Register> { Register.Withdrawals, Register.Questions, Register.Deposits, Register.Selected, Register.Awardees };

    public Task<Result<RegisterOutcome>> RunAsync(Caller caller, string reference, Register register, IReadOnlyList<ContactInput> contacts, CancellationToken cancel) =>
        db.WriteAsync(
            async () =>
            {
                var found = await new FindConsultation(db).RunAsync(caller, reference, cancel);
                return found.Succeeded ? await InTransactionAsync(caller, found.Value, register, contacts, cancel) : found.Problem!;
            },
            cancel);

    internal async Task<Result<RegisterOutcome>> InTransactionAsync(Caller caller, Consultation consultation, Register register, IReadOnlyList<ContactInput> contacts, CancellationToken cancel)
    {
        var errors = Check(register, contacts).Take(100).ToList();
        if (errors.Count > 0)
            return Problem.Invalid(errors);

        await db.LockAsync<Consultation>(consultation.Id, cancel);
        await db.Contacts.Where(c => c.ConsultationId == consultation.Id && c.Register == register).ExecuteDeleteAsync(cancel);
        var entries = contacts.Select((c, rank) => new Contact
        {
            Id = Guid.CreateVersion7(clock.Now()),
            OrganisationId = consultation.OrganisationId,
            ConsultationId = consultation.Id,
            Register = register,
            Company = c.Company,
            Siret = c.Siret,
            Name = c.Name,
            Email = EmailAddress.Parse(c.Email, out _)?.Text,
            At = c.At?.ToMicroseconds(),
            Lots = [.. c.Lots],
            Rank = rank,
        }).ToList();
        db.Contacts.AddRange(entries);
        var withoutAddress = entries.Count(c => c.Email is null);
        await journal.AppendAsync(consultation.Subject, FactKind.RegisterReplaced, new RegisterReplacedContent(register, contacts.Count, withoutAddress), caller.Actor, cancel: cancel);
        return new RegisterOutcome(register, contacts.Count, withoutAddress);
    }

    private static IEnumerable<FieldError> Check(Register register, IReadOnlyList<ContactInput> contacts)
    {
        if (!Replaceable.Contains(register))
            yield return new FieldError("register", $"Ce registre ne se remplace pas. Registres admis : {string.Join(", ", Replaceable.Select(Words.Of))}.");
        if (contacts.Count > MostContacts)
            yield return new FieldError("", $"Au plus {MostContacts} contacts par registre.");
        for (var i = 0; i < contacts.Count; i++)
        {
            var contact = contacts[i];
            if (string.IsNullOrWhiteSpace(contact.Company) || contact.Company.Length > 500)
                yield return new FieldError($"[{i}].company", "Le nom de l'entreprise est obligatoire et compte au plus 500 caractères.");
            if (!string.IsNullOrWhiteSpace(contact.Email) && EmailAddress.Parse(contact.Email, out var why) is null)
                yield return new FieldError($"[{i}].email", why);
            if (contact.Siret is { Length: > 50 } || contact.Name is { Length: > 500 })
                yield return new FieldError($"[{i}]", "Le SIRET compte au plus 50 caractères, le nom au plus 500.");
        }
    }
}
