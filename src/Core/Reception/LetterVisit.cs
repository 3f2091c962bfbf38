using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>What the holder of a personal link may see. The content only once <see cref="OpenedAt"/> is known.</summary>
public sealed record LetterVisit(Conversation Conversation, DateTimeOffset? OpenedAt, IReadOnlyList<Reply> Replies)
{
    public Letter Letter => Conversation.Letter!;

    /// <summary>The buyer, by the name it wrote under.</summary>
    public string Organisation => Letter.OrganisationName!;

    public bool Opened => OpenedAt is not null;

    public bool MayReply => Opened && Letter.ReplyExpected;
}

/// <summary>Finds what a personal link leads to. An unknown token and a malformed one answer alike.</summary>
public sealed class FindVisit(VaguemestreDb db)
{
    public static Problem UnknownLink { get; } = Problem.NotFound("link-not-found", "Ce lien ne mène à aucun courrier.");

    public async Task<Result<LetterVisit>> RunAsync(string token, CancellationToken cancel)
    {
        if (PersonalLink.HashOf(token) is not { } hash)
            return UnknownLink;
        var conversation = await db.Conversations.AsNoTracking()
            .Include(c => c.Letter!.Attachments.OrderBy(a => a.Rank)).Include(c => c.Letter!.Consultation).Include(c => c.Recipient!.Attachments).AsSplitQuery()
            .SingleOrDefaultAsync(c => c.LinkHash == hash, cancel);
        if (conversation is null)
            return UnknownLink;
        var openedAt = await db.Facts.Where(f => f.SubjectId == conversation.Id && f.Kind == FactKind.Opened).Select(f => (DateTimeOffset?)f.At).FirstOrDefaultAsync(cancel);
        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Where(r => r.ConversationId == conversation.Id).OrderBy(r => r.At).ToListAsync(cancel);
        return new LetterVisit(conversation, openedAt, replies);
    }
}

/// <summary>
/// A visit that opens nothing: shows who writes and about what, and keeps the visit as an automated access, each user
/// agent once and twenty at most. It never changes a status.
/// </summary>
public sealed class VisitLetter(VaguemestreDb db, ConversationJournal journal)
{
    private const int MostVisits = 20;

    public async Task<Result<LetterVisit>> RunAsync(string token, string method, string? userAgent, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (found is { Succeeded: true, Value.Opened: false })
            await KeepAsync(found.Value.Conversation.Id, new Visit(method, UserAgents.Shorten(userAgent)), cancel);
        return found;
    }

    private async Task KeepAsync(Guid conversationId, Visit visit, CancellationToken cancel) =>
        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(conversationId, cancel))!;
                var visits = await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == conversationId && f.Kind == FactKind.AutomatedAccess).ToListAsync(cancel);
                if (visits.Count < MostVisits && visits.TrueForAll(f => f.Content<Visit>() != visit))
                    await journal.AppendAsync(conversation, FactKind.AutomatedAccess, visit, Actor.Recipient, cancel: cancel);
                return true;
            },
            cancel);
}

internal static class UserAgents
{
    public static string? Shorten(string? userAgent) => userAgent is null ? null : SoundText.Beginning(userAgent, 300);
}
