using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>A consultation as the dashboard shows it.</summary>
public sealed record ConsultationRow(Consultation Consultation, Edition Edition, int Drafts, int Conversations, int Undelivered, int UnreadReplies);

/// <summary>« Toutes les consultations »: the organisation's, latest initialised first, with what waits in each.</summary>
public sealed class ListConsultations(VaguemestreDb db, Settings settings)
{
    public async Task<Result<Page<ConsultationRow>>> RunAsync(Caller caller, string? text, string? after, int limit, CancellationToken cancel)
    {
        var cursor = Cursor.Parse(after);
        if (!cursor.Succeeded)
            return cursor.Problem!;
        if (limit is < 1 or > ListConversations.MostItems)
            return Problem.Invalid("limit", $"La limite va de 1 à {ListConversations.MostItems}.");

        var found = db.Consultations.AsNoTracking().Where(c => c.OrganisationId == caller.OrganisationId);
        if (!string.IsNullOrWhiteSpace(text))
        {
            if (!SoundText.CanBeKept(text))
                return Problem.Invalid("q", "Cette recherche contient un caractère illisible. Saisissez-la à nouveau.");
            var wanted = text.Trim().ToLowerInvariant();
            found = found.Where(c => c.Reference.ToLower().Contains(wanted) || c.Title.ToLower().Contains(wanted));
        }

        if (cursor.Value is { At: var at, Id: var id })
            found = found.Where(c => c.InitialisedAt < at || (c.InitialisedAt == at && c.Id < id));
        var consultations = await found.OrderByDescending(c => c.InitialisedAt).ThenByDescending(c => c.Id).Take(limit + 1).ToListAsync(cancel);
        var next = consultations.Count > limit ? new Cursor(consultations[limit - 1].InitialisedAt, consultations[limit - 1].Id).ToString() : null;
        return new Page<ConsultationRow>(await CountAsync([.. consultations.Take(limit)], cancel), next);
    }

    public async Task<Result<ConsultationRow>> OneAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var found = await new FindConsultation(db).RunAsync(caller, reference, cancel);
        return found.Succeeded ? (await CountAsync([found.Value], cancel))[0] : found.Problem!;
    }

    private async Task<IReadOnlyList<ConsultationRow>> CountAsync(IReadOnlyList<Consultation> consultations, CancellationToken cancel)
    {
        var ids = consultations.Select(c => c.Id).ToList();
        var conversations = await db.Conversations.Where(c => ids.Contains(c.ConsultationId))
            .GroupBy(c => c.ConsultationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var drafts = await db.Letters.Where(l => ids.Contains(l.ConsultationId) && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique)
            .GroupBy(l => l.ConsultationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);

        // What waits is little, and is asked by itself: of the messagerie historique nothing does, in whichever edition the consultation is now.
        var waiting = await db.Conversations.Where(c => ids.Contains(c.ConsultationId) && (c.Status == Status.Undelivered || c.Status == Status.ReplyUnread) && !c.IsHistorique)
            .GroupBy(c => new { c.ConsultationId, c.Status }).Select(g => new { g.Key.ConsultationId, g.Key.Status, Count = g.Count() }).ToListAsync(cancel);
        return [.. consultations.Select(c => new ConsultationRow(
            c,
            c.EditionBy(settings),
            IsHistorique(c) ? 0 : drafts.GetValueOrDefault(c.Id),
            conversations.GetValueOrDefault(c.Id),
            Waiting(c, Status.Undelivered),
            Waiting(c, Status.ReplyUnread)))];

        bool IsHistorique(Consultation consultation) => consultation.EditionBy(settings) == Edition.Historique;

        int Waiting(Consultation consultation, Status status) => IsHistorique(consultation) ? 0 : waiting.Where(w => w.ConsultationId == consultation.Id && w.Status == status).Sum(w => w.Count);
    }
}
