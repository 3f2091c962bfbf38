using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>That search knows a conversation or a draft, and under which number. Its terms stand beside: in a table of FTS5 or in a <c>tsvector</c>.</summary>
public sealed class SearchRow
{
    public long Number { get; private init; }

    /// <summary>The conversation's identifier, or the letter's while it is a draft.</summary>
    public required Guid SubjectId { get; init; }

    private sealed class Mapping : IEntityTypeConfiguration<SearchRow>
    {
        public void Configure(EntityTypeBuilder<SearchRow> row)
        {
            row.ToTable("search_rows");
            row.HasKey(r => r.Number);
            row.HasIndex(r => r.SubjectId).IsUnique();
        }
    }
}

/// <summary>
/// What search does not know yet: something was written about this subject. Kept in the transaction of the change, gone once the index says it;
/// so nothing is passed over, whatever crashes and in whatever order transactions end.
/// </summary>
public sealed class SearchNews
{
    /// <summary>A UUIDv7: the latest is read first, so that a rebuilding delays nobody.</summary>
    public required Guid Id { get; init; }

    /// <summary>A conversation or a letter.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The news in what is about to be saved.</summary>
    internal static IEnumerable<SearchNews> In(ChangeTracker changes)
    {
        // A conversation changes with every fact, but what is looked for in it only when it begins and with a reply.
        var subjects = new HashSet<Guid>();
        foreach (var entry in changes.Entries())
        {
            if (SubjectOf(entry) is { } subject)
                subjects.Add(subject);
        }

        return subjects.Select(id => new SearchNews { Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), SubjectId = id });
    }

    private static Guid? SubjectOf(EntityEntry entry) => entry switch
    {
        { State: EntityState.Added, Entity: Conversation conversation } => conversation.Id,
        { State: EntityState.Added, Entity: Reply reply } => reply.ConversationId,
        { State: EntityState.Added or EntityState.Modified or EntityState.Deleted, Entity: Letter letter } => letter.Id,
        _ => null,
    };

    private sealed class Mapping : IEntityTypeConfiguration<SearchNews>
    {
        public void Configure(EntityTypeBuilder<SearchNews> news) => news.ToTable("search_news");
    }
}
