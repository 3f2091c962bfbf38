using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Retention;

/// <summary>How long a consultation's letters are kept, before a reader.</summary>
/// <param name="ErasedFrom">The earliest instant at which anything is erased, as things stand; null where nothing will be: no date, or a hold.</param>
/// <param name="KeptByExchanges">The date alone would let them go earlier; letters or replies came too late for that.</param>
public sealed record RetentionView(
    string Reference, string Title, RetentionKind? Kind, DateOnly? From, int? Years, DateTimeOffset? Until, DateTimeOffset? HeldSince, string? HeldBy, string? HoldReason,
    DateTimeOffset? ErasedFrom, bool KeptByExchanges, DateTimeOffset? BegunAt, DateTimeOffset? PurgedAt, int Letters, int Conversations);

/// <summary>Reads it for one consultation, or for those whose letters are to be erased, or were.</summary>
public sealed class ReadRetention(VaguemestreDb db, FindConsultation find, Settings settings, TimeProvider clock)
{
    /// <summary>Of consultations in a list.</summary>
    public const int Most = 200;

    public async Task<Result<RetentionView>> RunAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var found = await find.RunAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        return await db.Retentions.AsNoTracking().Include(r => r.Consultation).SingleOrDefaultAsync(r => r.ConsultationId == found.Value.Id, cancel) is { } retention
            ? await OfAsync(retention, cancel)
            : new RetentionView(found.Value.Reference, found.Value.Title, null, null, null, null, null, null, null, null, false, null, null, 0, 0);
    }

    /// <summary>How many years the caller's organisation keeps each kind, from which day on.</summary>
    public async Task<int> YearsOfAsync(Caller caller, RetentionKind kind, CancellationToken cancel) =>
        RetentionYears.Of(kind, await db.Organisations.AsNoTracking().SingleAsync(o => o.Id == caller.OrganisationId, cancel));

    /// <summary>What is held, and what is to be erased within so many months, the nearest end first; then what was erased within as many.</summary>
    public async Task<Result<IReadOnlyList<RetentionView>>> ListAsync(Caller caller, int months, CancellationToken cancel)
    {
        if (!caller.IsAdministrator)
            return HoldConsultation.AdministratorOnly;
        var (past, ahead) = (clock.Now().AddMonths(-months), clock.Now().AddMonths(months));
        return await ListAsync(
            db.Retentions.Where(r => r.OrganisationId == caller.OrganisationId && (r.PurgedAt == null ? r.HeldSince != null || r.Until <= ahead : r.PurgedAt >= past)), cancel);
    }

    /// <summary>The same for an operator: what may be erased now, of every organisation.</summary>
    public Task<List<RetentionView>> DueAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        return ListAsync(db.Retentions.Where(r => r.PurgedAt == null && r.Until <= now), cancel);
    }

    private async Task<List<RetentionView>> ListAsync(IQueryable<ConsultationRetention> which, CancellationToken cancel)
    {
        var views = new List<RetentionView>();
        foreach (var retention in await which.AsNoTracking().Include(r => r.Consultation).OrderBy(r => r.PurgedAt != null).ThenBy(r => r.Until).ThenBy(r => r.ConsultationId).Take(Most).ToListAsync(cancel))
            views.Add(await OfAsync(retention, cancel));
        return views;
    }

    private async Task<RetentionView> OfAsync(ConsultationRetention retention, CancellationToken cancel)
    {
        var last = await LastExchange.OfAsync(db, retention.ConsultationId, cancel);
        var (ended, kept) = (retention.Until, false);
        if (retention is { Until: { } until, Years: { } years } && last is { } at && at.AddYears(years) > until)
            (ended, kept) = (at.AddYears(years), true);
        DateTimeOffset? from = null;
        if (retention is { Until: { } date, HeldSince: null, PurgedAt: null })
        {
            var now = clock.Now();
            var announced = retention.AnnouncedAt is { } seen && seen <= now ? seen : Later(date, now);
            from = Later(ended!.Value, announced + settings.Retention.Notice);
        }

        var gone = retention.PurgedAt is not null;
        return new RetentionView(
            retention.Consultation!.Reference, retention.Consultation.Title, retention.Kind, retention.From, retention.Years, retention.Until, retention.HeldSince, retention.HeldBy, retention.HoldReason,
            from, kept, retention.BegunAt, retention.PurgedAt,
            gone ? retention.Letters : await db.Letters.CountAsync(l => l.ConsultationId == retention.ConsultationId, cancel),
            gone ? retention.Conversations : await db.Conversations.CountAsync(c => c.ConsultationId == retention.ConsultationId, cancel));
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>
/// The last letter, sending of one, or reply of a consultation. Whatever day was entered, nothing is erased before the same years after it: so nobody erases a
/// letter by entering a day.
/// </summary>
internal static class LastExchange
{
    /// <summary>Null where there is none.</summary>
    public static async Task<DateTimeOffset?> OfAsync(VaguemestreDb db, Guid consultation, CancellationToken cancel)
    {
        DateTimeOffset?[] latest =
        [
            await db.Letters.Where(l => l.ConsultationId == consultation).OrderByDescending(l => l.ChangedAt).Select(l => (DateTimeOffset?)l.ChangedAt).FirstOrDefaultAsync(cancel),
            await db.Sendings.Where(s => s.Conversation!.ConsultationId == consultation).OrderByDescending(s => s.CreatedAt).Select(s => (DateTimeOffset?)s.CreatedAt).FirstOrDefaultAsync(cancel),
            await db.Replies.Where(r => r.Conversation!.ConsultationId == consultation).OrderByDescending(r => r.At).Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancel),
            await db.ImportedMessages.Where(m => m.ConsultationId == consultation).OrderByDescending(m => m.At).Select(m => (DateTimeOffset?)m.At).FirstOrDefaultAsync(cancel),
        ];
        return latest.Max();
    }
}
