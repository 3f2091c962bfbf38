using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking;

/// <summary>What the tracking table is narrowed to; null leaves out nothing. Filters combine.</summary>
public sealed record ConversationFilter
{
    /// <summary>Reference of the consultation; null for all of the organisation's.</summary>
    public string? Reference { get; init; }

    /// <summary>Only the conversations of this letter.</summary>
    public Guid? LetterId { get; init; }

    /// <summary>Words in the subject, the recipient's address, name or company.</summary>
    public string? Text { get; init; }

    public Status? Status { get; init; }

    public LetterType? Type { get; init; }

    public DeliveryMode? Mode { get; init; }

    /// <summary>Part of the recipient's address, name or company.</summary>
    public string? Recipient { get; init; }

    /// <summary>Part of the author's name.</summary>
    public string? Sender { get; init; }

    public DateTimeOffset? SentFrom { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? SentTo { get; init; }

    public bool? ReplyExpected { get; init; }

    /// <summary>Only where a reply is still awaited, and its deadline is this instant or later.</summary>
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>Only where a reply is still awaited, and its deadline is before this instant.</summary>
    public DateTimeOffset? DueBefore { get; init; }

    /// <summary>True: only the caller's favourites.</summary>
    public bool? Favourite { get; init; }

    public bool? WithAttachments { get; init; }

    /// <summary>Whether the letter went to a corrected address too.</summary>
    public bool? Corrected { get; init; }

    /// <summary>Drafts are sent to nobody yet: they have no recipient, sending or star to be found by.</summary>
    public bool AdmitsDrafts => (Status is null || Status == Letters.Status.Draft) && Recipient is null && LetterId is null && SentFrom is null && SentTo is null && DueFrom is null && DueBefore is null && Favourite is not true && Corrected is not true;

    /// <summary>The field that holds what no stored text can, and that no database can be asked for.</summary>
    internal Problem? Fault() =>
        new (string Field, string? Text)[] { ("q", Text), ("recipient", Recipient), ("sender", Sender), ("reference", Reference) }
            .Where(given => given.Text is { } text && !SoundText.CanBeKept(text))
            .Select(given => Problem.Invalid(given.Field, "Cette recherche contient un caractère illisible. Saisissez-la à nouveau."))
            .FirstOrDefault();

    internal IQueryable<Conversation> Conversations(VaguemestreDb db, Caller caller)
    {
        var owner = caller.OwnerId;
        var found = db.Conversations.AsNoTracking().Where(c => c.OrganisationId == caller.OrganisationId);
        if (Reference is { } reference)
            found = found.Where(c => db.Consultations.Any(k => k.Id == c.ConsultationId && k.OrganisationId == caller.OrganisationId && k.Reference == reference));
        if (LetterId is { } letter)
            found = found.Where(c => c.LetterId == letter);
        if (Status is { } status)
            found = found.Where(c => c.Status == status && !c.Letter!.IsHistorique);
        if (Type is { } type)
            found = found.Where(c => c.Letter!.Type == type);
        if (Mode is { } mode)
            found = found.Where(c => c.Letter!.Mode == mode);
        if (ReplyExpected is { } expected)
            found = found.Where(c => c.Letter!.ReplyExpected == expected);
        if (DueFrom is not null || DueBefore is not null)
            found = found.Where(c => c.Letter!.ReplyExpected && !c.Letter.IsHistorique && c.Status != Letters.Status.ReplyUnread && c.Status != Letters.Status.ReplyRead);
        if (DueFrom is { } dueFrom)
            found = found.Where(c => c.Letter!.ReplyDue >= dueFrom.ToUniversalTime());
        if (DueBefore is { } dueBefore)
            found = found.Where(c => c.Letter!.ReplyDue < dueBefore.ToUniversalTime());
        if (SentFrom is { } from)
            found = found.Where(c => c.SentAt >= from.ToUniversalTime());
        if (SentTo is { } to)
            found = found.Where(c => c.SentAt < to.ToUniversalTime());
        if (Favourite is { } favourite)
            found = found.Where(c => db.Favourites.Any(f => f.OwnerId == owner && f.ConversationId == c.Id) == favourite);
        if (WithAttachments is { } with)
            found = found.Where(c => (c.Letter!.Attachments.Count != 0 || c.Recipient!.Attachments.Count != 0) == with);
        if (Corrected is { } corrected)
            found = found.Where(c => db.Conversations.Any(next => next.CorrectsId == c.Id) == corrected);
        if (Pattern(Sender) is { } sender)
            found = found.Where(c => EF.Functions.Like(c.Letter!.AuthorName.ToLower(), sender, @"\"));
        if (Pattern(Recipient) is { } recipient)
            found = found.Where(c => EF.Functions.Like((c.Email + " " + c.Name + " " + c.Company).ToLower(), recipient, @"\"));
        foreach (var word in Words(Text))
            found = found.Where(c => EF.Functions.Like(((c.OwnSubject ?? c.Letter!.Subject) + " " + c.Email + " " + c.Name + " " + c.Company).ToLower(), word, @"\"));
        return found;
    }

    internal IQueryable<Letter> Drafts(VaguemestreDb db, Caller caller)
    {
        var found = db.Letters.AsNoTracking().Where(l => l.OrganisationId == caller.OrganisationId && l.State == LetterState.Draft && l.DeletedAt == null && !l.IsHistorique);
        if (Reference is { } reference)
            found = found.Where(l => l.Consultation!.Reference == reference);
        if (Type is { } type)
            found = found.Where(l => l.Type == type);
        if (Mode is { } mode)
            found = found.Where(l => l.Mode == mode);
        if (ReplyExpected is { } expected)
            found = found.Where(l => l.ReplyExpected == expected);
        if (WithAttachments is { } with)
            found = found.Where(l => l.Attachments.Count != 0 == with);
        if (Pattern(Sender) is { } sender)
            found = found.Where(l => EF.Functions.Like(l.AuthorName.ToLower(), sender, @"\"));
        foreach (var word in Words(Text))
            found = found.Where(l => EF.Functions.Like(l.Subject.ToLower(), word, @"\"));
        return found;
    }

    private static IEnumerable<string> Words(string? text) =>
        (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(10).Select(w => Pattern(w)!);

    private static string? Pattern(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : $"%{text.Trim().ToLowerInvariant().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%";
}
