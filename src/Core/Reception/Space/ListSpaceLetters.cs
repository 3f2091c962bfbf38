using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception.Space;

/// <summary>What became of a letter, as its recipient may see it: of its own acts, and nothing of the carriage.</summary>
public enum SpaceStatus
{
    /// <summary>A plain letter: the mail carried it whole, and there is no page of it.</summary>
    InFull,

    Unread,

    Opened,

    /// <summary>Opened; a reply is expected and can still be sent.</summary>
    ReplyExpected,

    Replied,

    /// <summary>The buyer ended the link, or takes no reply any more.</summary>
    Closed,
}

/// <summary>A letter in the list of a company's space.</summary>
public sealed class SpaceLetter
{
    public required Guid Id { get; init; }

    public required string Organisation { get; init; }

    public required string Reference { get; init; }

    public required string Title { get; init; }

    public required string Subject { get; init; }

    /// <summary>To which of the company's addresses it was sent.</summary>
    public required string Email { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required int Files { get; init; }

    public required DeliveryMode Mode { get; init; }

    public required bool LinkEnded { get; init; }

    public required bool ReplyExpected { get; init; }

    public required DateTimeOffset? ReplyDue { get; init; }

    public required LateReplies LateReplies { get; init; }

    public required DateTimeOffset? OpenedAt { get; init; }

    /// <summary>The latest reply.</summary>
    public required DateTimeOffset? RepliedAt { get; init; }

    /// <summary>Of the personal link, which leads to the letter's page; null where there is none.</summary>
    public string? Token { get; internal set; }

    internal bool HasPage => Mode == DeliveryMode.Tracked && !LinkEnded;

    public SpaceStatus StatusAt(DateTimeOffset now) =>
        Mode == DeliveryMode.Plain ? SpaceStatus.InFull
            : LinkEnded ? SpaceStatus.Closed
            : RepliedAt is not null ? SpaceStatus.Replied
            : OpenedAt is null ? SpaceStatus.Unread
            : !ReplyExpected ? SpaceStatus.Opened
            : LateReplies == LateReplies.Closed && ReplyDue < now ? SpaceStatus.Closed
            : SpaceStatus.ReplyExpected;
}

/// <summary>All letters to the addresses of the session's space, from every organisation, newest first, a page at a time. Listing opens none.</summary>
public sealed class ListSpaceLetters(VaguemestreDb db, PersonalLink links)
{
    public const int PageSize = 20;

    public async Task<Result<Page<SpaceLetter>>> RunAsync(SpaceSession session, string? after, CancellationToken cancel)
    {
        var cursor = Cursor.Parse(after);
        if (!cursor.Succeeded)
            return cursor.Problem!;
        var addresses = await db.AddressesOfAsync(session, cancel);
        if (!addresses.Succeeded)
            return addresses.Problem!;

        var keys = addresses.Value.SelectMany(a => SpaceAddresses.LetterKeys(a.EmailKey)).ToList();
        var rows = await RowsAsync(keys, cursor.Value, cancel);
        var next = rows.Count > PageSize ? new Cursor(rows[PageSize - 1].SentAt, rows[PageSize - 1].Id).ToString() : null;
        foreach (var letter in rows.Where(r => r.HasPage))
            letter.Token = links.TokenOf(letter.Id);
        return new Page<SpaceLetter>([.. rows.Take(PageSize)], next);
    }

    private Task<List<SpaceLetter>> RowsAsync(List<string> keys, Cursor? after, CancellationToken cancel)
    {
        var found = db.Conversations.Where(c => keys.Contains(c.EmailKey));
        if (after is { At: var at, Id: var id })
            found = found.Where(c => c.SentAt < at || (c.SentAt == at && c.Id < id));
        return found.OrderByDescending(c => c.SentAt).ThenByDescending(c => c.Id).Take(PageSize + 1).Select(c => new SpaceLetter
        {
            Id = c.Id,
            Organisation = c.Letter!.OrganisationName!,
            Reference = c.Letter.Consultation!.Reference,
            Title = c.Letter.ConsultationTitle!,
            Subject = c.OwnSubject ?? c.Letter.Subject,
            Email = c.Email,
            SentAt = c.SentAt,
            Files = c.Letter.Attachments.Count + (c.Recipient == null ? 0 : c.Recipient.Attachments.Count),
            Mode = c.Letter.Mode,
            LinkEnded = c.LinkEndedAt != null,
            ReplyExpected = c.Letter.ReplyExpected,
            ReplyDue = c.Letter.ReplyDue,
            LateReplies = db.Organisations.Where(o => o.Id == c.OrganisationId).Select(o => o.LateReplies).First(),
            OpenedAt = db.Facts.Where(f => f.SubjectId == c.Id && f.Kind == FactKind.Opened).Select(f => (DateTimeOffset?)f.At).FirstOrDefault(),
            RepliedAt = db.Replies.Where(r => r.ConversationId == c.Id).Max(r => (DateTimeOffset?)r.At),
        }).ToListAsync(cancel);
    }
}
