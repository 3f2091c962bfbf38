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

    private const int Most = 5, LargestRead = 1024 * 1024, LongestText = 4_000;

    /// <returns>Oldest first; empty for another organisation's conversation.</returns>
    public Task<IReadOnlyList<AnswerByMail>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel) =>
        LatestAsync(db.Sendings.Where(s => s.ConversationId == conversationId && s.OrganisationId == caller.OrganisationId), Most, cancel);

    /// <summary>To any recipient of a letter: the latest <see cref="MostOfLetter"/>, oldest first.</summary>
    public Task<IReadOnlyList<AnswerByMail>> OfLetterAsync(Caller caller, Guid letterId, CancellationToken cancel) =>
        LatestAsync(db.Sendings.Where(s => s.OrganisationId == caller.OrganisationId && db.Conversations.Any(c => c.Id == s.ConversationId && c.LetterId == letterId)), MostOfLetter, cancel);

    private async Task<IReadOnlyList<AnswerByMail>> LatestAsync(IQueryable<Sending> of, int most, CancellationToken cancel)
    {
        var sendings = of.Select(s => (Guid?)s.Id);
        var latest = await db.InboundMessages.AsNoTracking().Where(m => m.Outcome == InboundOutcome.Noted && sendings.Contains(m.SendingId))
            .OrderByDescending(m => m.ReceivedAt).Take(most)
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
