using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Notices;

/// <summary>What an agent may want to be told of a letter.</summary>
public enum NewsKind
{
    /// <summary>The letter did not arrive.</summary>
    Undelivered,

    /// <summary>The recipient opened the letter.</summary>
    Read,

    /// <summary>A reply came.</summary>
    Replied,

    /// <summary>The recipient says that it is not the right one.</summary>
    WrongRecipient,
}

/// <summary>
/// A fact that agents may want to be told of, written with it in the same transaction, and gone once it is known who is to be told.
/// A queue: what waits is what is here, whatever order the facts were committed in.
/// </summary>
public sealed class News
{
    /// <summary>Of the fact.</summary>
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public required Guid ConversationId { get; init; }

    public required NewsKind Kind { get; init; }

    /// <summary>The part of the conversation that the fact concerns: the reply, the sending.</summary>
    public Guid? ConcernsId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null for a fact of a conversation that is told to nobody, and for a failure that leaves nothing to do.</summary>
    public static News? Of(Fact fact, Status before, Status after) => KindOf(fact.Kind) is not { } kind || (kind == NewsKind.Undelivered && !Conversation.AsksForSomebody(fact.Kind, before, after)) ? null : new News
    {
        Id = fact.Id,
        OrganisationId = fact.OrganisationId,
        ConversationId = fact.SubjectId,
        Kind = kind,
        ConcernsId = fact.ConcernsId,
        At = fact.At,
    };

    private static NewsKind? KindOf(FactKind kind) => kind switch
    {
        FactKind.Undelivered => NewsKind.Undelivered,
        FactKind.Opened => NewsKind.Read,
        FactKind.Replied => NewsKind.Replied,
        FactKind.WrongRecipient => NewsKind.WrongRecipient,
        _ => null,
    };

    private sealed class Mapping : IEntityTypeConfiguration<News>
    {
        public void Configure(EntityTypeBuilder<News> news) => news.ToTable("news");
    }
}
