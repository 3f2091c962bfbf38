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
        var statuses = await db.Conversations.Where(c => ids.Contains(c.ConsultationId))
            .GroupBy(c => new { c.ConsultationId, c.Status }).Select(g => new { g.Key.ConsultationId, g.Key.Status, Count = g.Count() }).ToListAsync(cancel);
        var drafts = await db.Letters.Where(l => ids.Contains(l.ConsultationId) && l.State == LetterState.Draft && l.DeletedAt == null)
            .GroupBy(l => l.ConsultationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        return [.. consultations.Select(c => new ConsultationRow(
            c,
            c.EditionBy(settings),
            Waiting(c, drafts.GetValueOrDefault(c.Id)),
            statuses.Where(s => s.ConsultationId == c.Id).Sum(s => s.Count),
            Waiting(c, Count(c.Id, Status.Undelivered)),
            Waiting(c, Count(c.Id, Status.ReplyUnread))))];

        // The messagerie historique has neither drafts nor statuses.
        int Waiting(Consultation consultation, int count) => consultation.EditionBy(settings) == Edition.Historique ? 0 : count;

        int Count(Guid consultation, Status status) => statuses.Where(s => s.ConsultationId == consultation && s.Status == status).Sum(s => s.Count);
    }
}
