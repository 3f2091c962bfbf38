using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Consultations;

/// <summary>One of the five registers of the recipients field.</summary>
/// <param name="Word">Its word in the API: <c>prior-phase</c>, <c>withdrawals</c>, <c>questions</c>, <c>deposits</c>, <c>free-entries</c>.</param>
/// <param name="Title">Its French title.</param>
/// <param name="Contacts">In the order of the register, those without address included.</param>
public sealed record RegisterView(string Word, string Title, IReadOnlyList<Contact> Contacts);

/// <summary>
/// The five registers from which recipients are chosen. <c>prior-phase</c> holds the candidates selected at the end of the
/// candidature phase when this is the offer phase, and the awardees of the upstream contracts for a call-off.
/// </summary>
public sealed class ReadRegisters(VaguemestreDb db)
{
    public const string PriorPhase = "prior-phase";

    private static readonly (Register Register, string Title)[] Own =
    [
        (Register.Withdrawals, "Registre des retraits"),
        (Register.Questions, "Registre des questions"),
        (Register.Deposits, "Registre des dépôts"),
        (Register.FreeEntries, "Destinataires libres saisis précédemment"),
    ];

    public async Task<IReadOnlyList<RegisterView>> RunAsync(Consultation consultation, CancellationToken cancel)
    {
        var contacts = await db.Contacts.AsNoTracking().Where(c => c.ConsultationId == consultation.Id).OrderBy(c => c.Rank).ToListAsync(cancel);
        var prior = await PriorPhaseAsync(consultation, contacts, cancel);
        return
        [
            new RegisterView(PriorPhase, "Destinataires issus d'une phase précédente", prior),
            .. Own.Select(r => new RegisterView(Words.Of(r.Register), r.Title, [.. contacts.Where(c => c.Register == r.Register)])),
        ];
    }

    private async Task<IReadOnlyList<Contact>> PriorPhaseAsync(Consultation consultation, List<Contact> own, CancellationToken cancel)
    {
        List<Contact> prior = consultation.Phase == Phase.Offre ? [.. own.Where(c => c.Register == Register.Selected)] : [];
        if (consultation.Procedure is Procedure.FrameworkCallOff or Procedure.DpsCallOff && consultation.Upstream.Count > 0)
        {
            prior.AddRange(await db.Contacts.AsNoTracking()
                .Where(c => c.Register == Register.Awardees
                    && db.Consultations.Any(u => u.Id == c.ConsultationId && u.OrganisationId == consultation.OrganisationId && consultation.Upstream.Contains(u.Reference)))
                .OrderBy(c => c.ConsultationId).ThenBy(c => c.Rank)
                .ToListAsync(cancel));
        }

        return prior;
    }
}
