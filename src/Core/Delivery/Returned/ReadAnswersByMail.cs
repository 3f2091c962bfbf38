using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Core.Delivery.Returned;

/// <summary>A mail that came back to a conversation and tells nothing of delivery. No reply of the platform's, and no proof of who wrote it.</summary>
/// <param name="Kind">What it was read as: the word of <see cref="InboundKind"/>.</param>
/// <param name="From">The address it announces.</param>
/// <param name="Text">Its words, without the mail it quotes; null where it is too large to be read here.</param>
public sealed record AnswerByMail(Guid Id, DateTimeOffset ReceivedAt, string Kind, string? From, string? Subject, string? Text);

/// <summary>
/// Reads what somebody, or a machine, wrote to the return address of a conversation's mails: the latest few, as text. Never a
/// personal link: whoever answers by mail often quotes the one he got, and it is nobody else's.
/// </summary>
public sealed class ReadAnswersByMail(VaguemestreDb db)
{
    public const int MostOfLetter = 50;

    private const int Most = 5, MostLooked = 2_000, LargestRead = 1024 * 1024, LongestText = 4_000;

    /// <returns>Oldest first; empty for another organisation's conversation.</returns>
    public Task<IReadOnlyList<AnswerByMail>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel) =>
        OfAsync(db.Conversations.Where(c => c.Id == conversationId && c.OrganisationId == caller.OrganisationId), cancel);

    /// <summary>From all recipients of a letter, the latest few of each: <see cref="MostOfLetter"/> at most, the latest.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<IReadOnlyList<AnswerByMail>> OfLetterAsync(Caller caller, Guid letterId, CancellationToken cancel) =>
        OfAsync(db.Conversations.Where(c => c.LetterId == letterId && c.OrganisationId == caller.OrganisationId), cancel);

    private async Task<IReadOnlyList<AnswerByMail>> OfAsync(IQueryable<Conversation> conversations, CancellationToken cancel)
    {
        var all = await (from c in conversations
                         from s in db.Sendings.Where(s => s.ConversationId == c.Id)
                         from m in db.InboundMessages.Where(m => m.SendingId == s.Id && m.Outcome == InboundOutcome.Noted)
                         orderby m.ReceivedAt descending
                         select new { m.Id, Conversation = c.Id }).Take(MostLooked).ToListAsync(cancel);
        var ids = all.GroupBy(m => m.Conversation).SelectMany(of => of.Take(Most)).Select(m => m.Id).ToHashSet();
        var latest = await db.InboundMessages.AsNoTracking().Where(m => ids.Contains(m.Id))
            .OrderByDescending(m => m.ReceivedAt).Take(MostOfLetter)
            .Select(m => new { m.Id, m.ReceivedAt, m.Kind, m.From, m.Subject, Raw = m.Raw.Length <= LargestRead ? m.Raw : null }).ToListAsync(cancel);
        return [.. latest.Select(m => new AnswerByMail(m.Id, m.ReceivedAt, m.Kind, m.From, m.Subject is null ? null : PersonalLinksIn.Masked(m.Subject), m.Raw is null ? null : TextOf(m.Raw))).Reverse()];
    }

    private static string TextOf(byte[] raw)
    {
        var text = PersonalLinksIn.Masked(ReportReader.Read(raw).Text.ReplaceLineEndings("\n").Trim());
        return text.Length <= LongestText ? text : SoundText.Beginning(text, LongestText) + "…";
    }
}

/// <summary>Personal links in what came back, which quotes the mail that had one: as it was, or as a filter wrapped it in a link of its own.</summary>
internal static partial class PersonalLinksIn
{
    public static string Masked(string text) => Token().Replace(text, "/c/…");

    [GeneratedRegex("(?:/|%2F)c(?:/|%2F)[A-Za-z0-9_-]{8,}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
