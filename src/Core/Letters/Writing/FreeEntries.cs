using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>« Destinataires libres saisis précédemment »: what was typed and no register holds, kept for the next letters.</summary>
internal static class FreeEntries
{
    /// <summary>In the caller's transaction, which then holds the consultation's lock.</summary>
    public static async Task RememberAsync(VaguemestreDb db, Consultation consultation, IReadOnlyCollection<RecipientInput> typed, DateTimeOffset now, CancellationToken cancel)
    {
        if (typed.Count == 0)
            return;
        await db.LockAsync<Consultation>(consultation.Id, cancel);
        var known = (await db.Contacts.Where(c => c.ConsultationId == consultation.Id && c.Email != null).Select(c => c.Email!).ToListAsync(cancel))
            .Select(EmailAddress.Fold).ToHashSet(StringComparer.Ordinal);
        var rank = await db.Contacts.CountAsync(c => c.ConsultationId == consultation.Id && c.Register == Register.FreeEntries, cancel);
        foreach (var entry in typed.Where(t => known.Add(EmailAddress.Fold(t.Email))))
        {
            db.Contacts.Add(new Contact
            {
                Id = Guid.CreateVersion7(now),
                OrganisationId = consultation.OrganisationId,
                ConsultationId = consultation.Id,
                Register = Register.FreeEntries,
                Company = entry.Company ?? entry.Name ?? entry.Email,
                Name = entry.Name,
                Email = entry.Email,
                At = now,
                Rank = rank++,
            });
        }
    }
}
