using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Consultations;

/// <summary>One of the five registers of the recipients field.</summary>
/// <param name="Word">Its word in the API: <c>prior-phase</c>, <c>withdrawals</c>, <c>questions</c>, <c>deposits</c>, <c>free-entries</c>.</param>
/// <param name="Title">Its French title.</param>
/// <param name="Contacts">In the order of the register, those without address included; its beginning, where that was asked for.</param>
/// <param name="Count">How many contacts it holds in all.</param>
public sealed record RegisterView(string Word, string Title, IReadOnlyList<Contact> Contacts, int Count);

/// <summary>
/// The five registers from which recipients are chosen. <c>prior-phase</c> holds the candidates selected at the end of the
/// candidature phase when this is the offer phase, and the awardees of the upstream contracts for a call-off.
/// </summary>
public sealed class ReadRegisters(VaguemestreDb db)
{
    public const string PriorPhase = "prior-phase";

    private static readonly (Register? Register, string Title)[] Five =
    [
        (null, "Destinataires issus d'une phase précédente"),
        (Register.Withdrawals, "Registre des retraits"),
        (Register.Questions, "Registre des questions"),
        (Register.Deposits, "Registre des dépôts"),
        (Register.FreeEntries, "Destinataires libres saisis précédemment"),
    ];

    /// <summary>The five, whole.</summary>
    public Task<IReadOnlyList<RegisterView>> RunAsync(Consultation consultation, CancellationToken cancel) => BeginningsAsync(consultation, int.MaxValue, cancel);

    /// <summary>The five, each with its first <paramref name="most"/> contacts.</summary>
    public async Task<IReadOnlyList<RegisterView>> BeginningsAsync(Consultation consultation, int most, CancellationToken cancel)
    {
        var views = new List<RegisterView>(Five.Length);
        foreach (var (register, title) in Five)
        {
            var contacts = register is { } own ? db.Contacts.Where(c => c.ConsultationId == consultation.Id && c.Register == own) : Prior(consultation);
            var ordered = contacts.AsNoTracking().OrderBy(c => c.ConsultationId != consultation.Id).ThenBy(c => c.ConsultationId).ThenBy(c => c.Rank);
            var first = await (most == int.MaxValue ? ordered : ordered.Take(most)).ToListAsync(cancel);
            var count = first.Count < most ? first.Count : await contacts.CountAsync(cancel);
            views.Add(new RegisterView(register is { } word ? Words.Of(word) : PriorPhase, title, first, count));
        }

        return views;
    }

    /// <summary>Every contact of the five, in no order.</summary>
    internal IQueryable<Contact> All(Consultation consultation) =>
        db.Contacts.Where(c => c.ConsultationId == consultation.Id && c.Register != Register.Selected && c.Register != Register.Awardees).Concat(Prior(consultation));

    private IQueryable<Contact> Prior(Consultation consultation)
    {
        var isOffer = consultation.Phase == Phase.Offre;
        var isCallOff = consultation.Procedure is Procedure.FrameworkCallOff or Procedure.DpsCallOff && consultation.Upstream.Count > 0;
        return db.Contacts.Where(c => (isOffer && c.ConsultationId == consultation.Id && c.Register == Register.Selected)
            || (isCallOff && c.Register == Register.Awardees
                && db.Consultations.Any(u => u.Id == c.ConsultationId && u.OrganisationId == consultation.OrganisationId && consultation.Upstream.Contains(u.Reference))));
    }
}
