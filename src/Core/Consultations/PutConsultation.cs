using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Consultations;

public sealed record ConsultationInput(
    string Title,
    DateTimeOffset InitialisedAt,
    Procedure Procedure,
    Phase Phase,
    IReadOnlyList<string> Upstream,
    IReadOnlyList<Lot> Lots,
    string? Ocid = null);

public sealed record PutOutcome(Consultation Consultation, bool Created);

/// <summary>Makes the consultation of that reference be as given. Writing the same again changes nothing and writes no fact.</summary>
public sealed class PutConsultation(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    private const int MostItems = 500;

    public Task<Result<PutOutcome>> RunAsync(Caller caller, string reference, ConsultationInput input, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, reference, input, cancel), cancel);

    /// <summary>The same inside a transaction of the caller's.</summary>
    internal async Task<Result<PutOutcome>> InTransactionAsync(Caller caller, string reference, ConsultationInput input, CancellationToken cancel)
    {
        var errors = Check(reference, input).ToList();
        if (errors.Count > 0)
            return Problem.Invalid(errors);

        var found = await LockAsync(caller, reference, cancel);
        var consultation = found ?? new Consultation
        {
            Id = Guid.CreateVersion7(clock.Now()),
            OrganisationId = caller.OrganisationId,
            Reference = reference,
            Title = input.Title,
            InitialisedAt = input.InitialisedAt,
            Procedure = input.Procedure,
            Phase = input.Phase,
        };
        if (found is null)
            db.Consultations.Add(consultation);

        consultation.Title = input.Title;
        consultation.InitialisedAt = input.InitialisedAt.ToUniversalTime().ToMicroseconds();
        consultation.Procedure = input.Procedure;
        consultation.Phase = input.Phase;
        consultation.Ocid = input.Ocid ?? consultation.Ocid;
        if (!consultation.Upstream.SequenceEqual(input.Upstream))
            consultation.Upstream = [.. input.Upstream];
        if (!consultation.Lots.SequenceEqual(input.Lots))
            consultation.Lots = [.. input.Lots];

        if (db.ChangeTracker.HasChanges())
        {
            var content = new ConsultationWritten(reference, input.Title, consultation.InitialisedAt, input.Procedure, input.Phase, input.Upstream, input.Ocid);
            await journal.AppendAsync(consultation.Subject, found is null ? FactKind.ConsultationCreated : FactKind.ConsultationChanged, content, caller.Actor, cancel: cancel);
        }

        return new PutOutcome(consultation, found is null);
    }

    /// <summary>The consultation as it stands once nobody else writes it; where there is none, nobody else makes it.</summary>
    private async Task<Consultation?> LockAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var mine = db.Consultations.Where(c => c.OrganisationId == caller.OrganisationId && c.Reference == reference);
        if (!await mine.AnyAsync(cancel))
            await db.LockAsync<Organisation>(caller.OrganisationId, cancel);
        if (await mine.Select(c => (Guid?)c.Id).SingleOrDefaultAsync(cancel) is { } id)
            await db.LockAsync<Consultation>(id, cancel);
        return await mine.SingleOrDefaultAsync(cancel);
    }

    private static IEnumerable<FieldError> Check(string reference, ConsultationInput input)
    {
        if (string.IsNullOrWhiteSpace(reference) || reference.Length > 200)
            yield return new FieldError("reference", "La référence est obligatoire et compte au plus 200 caractères.");
        if (!SoundText.IsOneLine(reference))
            yield return new FieldError("reference", "La référence ne peut contenir ni retour à la ligne ni caractère de commande.");
        if (string.IsNullOrWhiteSpace(input.Title) || input.Title.Length > 1000)
            yield return new FieldError("title", "L'intitulé est obligatoire et compte au plus 1 000 caractères.");
        else if (!SoundText.CanBeKept(input.Title))
            yield return new FieldError("title", SoundText.Refusal);
        if (input.Upstream.Count > MostItems)
            yield return new FieldError("upstream", $"Au plus {MostItems} contrats amont.");
        if (input.Upstream.Any(u => string.IsNullOrWhiteSpace(u) || u.Length > 200 || !SoundText.IsOneLine(u)))
            yield return new FieldError("upstream", "Chaque contrat amont est désigné par sa référence, de 200 caractères au plus, sur une ligne.");
        if (input.Lots.Count > MostItems)
            yield return new FieldError("lots", $"Au plus {MostItems} lots.");
        if (input.Lots.Any(l => string.IsNullOrWhiteSpace(l.Number) || l.Number.Length > 100 || !SoundText.CanBeKept(l.Number) || !SoundText.CanBeKept(l.Title)))
            yield return new FieldError("lots", "Chaque lot a un numéro de 100 caractères au plus, sans caractère nul.");
        if (input.Lots.GroupBy(l => l.Number).Any(g => g.Count() > 1))
            yield return new FieldError("lots", "Deux lots portent le même numéro.");
    }
}
