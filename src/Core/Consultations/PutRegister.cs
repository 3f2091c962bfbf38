using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Consultations;

public sealed record ContactInput(string Company, string? Siret, string? Name, string? Email, DateTimeOffset? At, IReadOnlyList<string> Lots);

/// <summary>How many contacts a register holds now; those without address are kept and flagged.</summary>
public sealed record RegisterOutcome(Register Register, int Contacts, int WithoutAddress);

/// <summary>Replaces a register of a consultation by the contacts given, all or nothing. The same again changes nothing and writes no fact.</summary>
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
        if (await db.WereErasedAsync(consultation.Id, cancel))
            return FindConsultation.Erased;
        var before = await db.Contacts.AsNoTracking().Where(c => c.ConsultationId == consultation.Id && c.Register == register).OrderBy(c => c.Rank).ToListAsync(cancel);
        var inputs = contacts.Select(Normal).ToList();
        var outcome = new RegisterOutcome(register, inputs.Count, inputs.Count(c => c.Email is null));
        if (before.Select(AsInput).SequenceEqual(inputs, ContactComparer))
            return outcome;

        await db.Contacts.Where(c => c.ConsultationId == consultation.Id && c.Register == register).ExecuteDeleteAsync(cancel);
        db.Contacts.AddRange(inputs.Select((c, rank) => new Contact
        {
            Id = Guid.CreateVersion7(clock.Now()),
            OrganisationId = consultation.OrganisationId,
            ConsultationId = consultation.Id,
            Register = register,
            Company = c.Company,
            Siret = c.Siret,
            Name = c.Name,
            Email = c.Email,
            At = c.At,
            Lots = [.. c.Lots],
            Rank = rank,
        }));
        await journal.AppendAsync(consultation.Subject, FactKind.RegisterReplaced, new RegisterReplacedContent(register, outcome.Contacts, outcome.WithoutAddress), caller.Actor, cancel: cancel);
        return outcome;
    }

    private static ContactInput Normal(ContactInput contact) =>
        contact with { Email = EmailAddress.Parse(contact.Email, out _)?.Text, At = contact.At?.ToMicroseconds() };

    private static ContactInput AsInput(Contact contact) => new(contact.Company, contact.Siret, contact.Name, contact.Email, contact.At, contact.Lots);

    private static readonly IEqualityComparer<ContactInput> ContactComparer =
        EqualityComparer<ContactInput>.Create((a, b) => a! with { Lots = [] } == b! with { Lots = [] } && a.Lots.SequenceEqual(b.Lots), c => StringComparer.Ordinal.GetHashCode(c.Company));

    private static IEnumerable<FieldError> Check(Register register, IReadOnlyList<ContactInput> contacts)
    {
        if (!Replaceable.Contains(register))
            yield return new FieldError("register", $"Ce registre ne se remplace pas. Registres admis : {string.Join(", ", Replaceable.Select(Words.Of))}.");
        if (contacts.Count > MostContacts)
            yield return new FieldError("", $"Au plus {MostContacts} contacts par registre.");
        for (var i = 0; i < contacts.Count; i++)
        {
            var contact = contacts[i];
            if (string.IsNullOrWhiteSpace(contact.Company) || contact.Company.Length > 2000)
                yield return new FieldError($"[{i}].company", "Le nom de l'entreprise est obligatoire et compte au plus 2 000 caractères.");
            else if (!SoundText.CanBeKept(contact.Company))
                yield return new FieldError($"[{i}].company", SoundText.Refusal);
            if (!string.IsNullOrWhiteSpace(contact.Email) && EmailAddress.Parse(contact.Email, out var why) is null)
                yield return new FieldError($"[{i}].email", why);
            if (new[] { contact.Siret, contact.Name }.Concat(contact.Lots).Any(t => t is not null && !SoundText.CanBeKept(t)))
                yield return new FieldError($"[{i}]", SoundText.Refusal);
            if (contact.Siret is { Length: > 50 } || contact.Name is { Length: > 500 })
                yield return new FieldError($"[{i}]", "Le SIRET compte au plus 50 caractères, le nom au plus 500.");
        }
    }
}
