using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Tracking;

/// <summary>What is known of the consultation that a list is about.</summary>
internal sealed record LocatedConsultation
{
    /// <summary>Null for one that does not exist, or is another organisation's.</summary>
    public Guid? Id { get; init; }

    /// <summary>When the latest of its drafts was changed; null where it has none.</summary>
    public DateTimeOffset? LatestDraftAt { get; init; }

    /// <summary>How many drafts it has; zero where counting was not asked for.</summary>
    public int Drafts { get; init; }

    /// <summary>False where counting was not asked for.</summary>
    public bool HasDeletedDrafts { get; init; }

    /// <summary>Whether messages of the messagerie historique are among its letters; null where that was not asked.</summary>
    public bool? IsMixed { get; init; }

    /// <summary>Whether it holds messages of the messagerie historique, sent or imported, whatever edition it is of now; false where counting was not asked for.</summary>
    public bool HoldsMessages { get; init; }

    /// <summary>So many conversations take longer to be asked one by one, and counted by status, than a page of them to be listed.</summary>
    private const int Large = 1_000;

    /// <summary>Whether it has more than a thousand conversations; told where counting was asked for, and each of them would be asked.</summary>
    public bool IsLarge { get; init; }

    /// <summary>The latest event of its conversations, and whose it is, before anything else was read; null where it has none, and where counting was not asked for.</summary>
    public DateTimeOffset? NewestAt { get; init; }

    /// <inheritdoc cref="NewestAt"/>
    public Guid? Newest { get; init; }

    /// <summary>Who says what is looked for; null where nothing is.</summary>
    public Sayers? Sayers { get; init; }

    /// <summary>The consultation of an organisation under a reference, for who lists it.</summary>
    public static readonly Func<VaguemestreDb, Guid, string, CancellationToken, Task<LocatedConsultation?>> ToList = CompiledQuery.Of((VaguemestreDb db, Guid organisation, string reference, CancellationToken cancel) =>
        db.Consultations.Where(k => k.OrganisationId == organisation && k.Reference == reference).Select(k => new LocatedConsultation
        {
            Id = k.Id,
            LatestDraftAt = db.Letters.Where(l => l.ConsultationId == k.Id && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique).Max(l => (DateTimeOffset?)l.ChangedAt),
        }).SingleOrDefault());

    /// <summary>The same for who counts it too.</summary>
    public static readonly Func<VaguemestreDb, Guid, string, CancellationToken, Task<LocatedConsultation?>> ToCount = Whole(asksOfEach: false);

    /// <summary>The same for who asks each of its conversations something to count them.</summary>
    public static readonly Func<VaguemestreDb, Guid, string, CancellationToken, Task<LocatedConsultation?>> ToCountEach = Whole(asksOfEach: true);

    private static Func<VaguemestreDb, Guid, string, CancellationToken, Task<LocatedConsultation?>> Whole(bool asksOfEach) => CompiledQuery.Of((VaguemestreDb db, Guid organisation, string reference, CancellationToken cancel) =>
        db.Consultations.Where(k => k.OrganisationId == organisation && k.Reference == reference).Select(k => new LocatedConsultation
        {
            Id = k.Id,
            LatestDraftAt = db.Letters.Where(l => l.ConsultationId == k.Id && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique).Max(l => (DateTimeOffset?)l.ChangedAt),
            Drafts = db.Letters.Count(l => l.ConsultationId == k.Id && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique),
            HasDeletedDrafts = db.Letters.Any(l => l.ConsultationId == k.Id && l.State == LetterState.Draft && l.DeletedAt != null && !l.IsHistorique),
            IsMixed = db.Letters.Any(l => l.ConsultationId == k.Id && l.IsHistorique),
            // Asked in this order: the first has an index of its own, and spares the second where there is no old message.
            HoldsMessages = (db.Letters.Any(l => l.ConsultationId == k.Id && l.IsHistorique) && db.Letters.Any(l => l.ConsultationId == k.Id && l.IsHistorique && l.State == LetterState.Sent)) || db.ImportedMessages.Any(m => m.ConsultationId == k.Id),
            IsLarge = asksOfEach && db.Conversations.Where(c => c.ConsultationId == k.Id).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Skip(Large).Any(),
            NewestAt = db.Conversations.Where(c => c.ConsultationId == k.Id).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Select(c => (DateTimeOffset?)c.LastEventAt).FirstOrDefault(),
            Newest = db.Conversations.Where(c => c.ConsultationId == k.Id).OrderByDescending(c => c.LastEventAt).ThenByDescending(c => c.Id).Select(c => (Guid?)c.Id).FirstOrDefault(),
        }).SingleOrDefault());
}
