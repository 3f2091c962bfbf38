using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>
/// What a conversation or a draft is found by: subject, text, who it is to, the names of its files, and the replies with theirs. A letter to many
/// is read once for all of them.
/// </summary>
internal sealed class FindableTexts(VaguemestreDb db)
{
    private readonly Dictionary<string, List<string>> _words = new(StringComparer.Ordinal);

    /// <returns>Of the subjects that there are; deleted drafts and sent letters are none.</returns>
    public async Task<IReadOnlyList<(Guid Subject, SearchTerms Terms)>> ReadAsync(IReadOnlyList<Guid> subjects, CancellationToken cancel) =>
        [.. await ConversationsAsync(subjects, cancel), .. await DraftsAsync(subjects, cancel)];

    private async Task<List<(Guid Subject, SearchTerms Terms)>> ConversationsAsync(IReadOnlyList<Guid> subjects, CancellationToken cancel)
    {
        var conversations = await db.Conversations.Where(c => subjects.Contains(c.Id))
            .Select(c => new { c.Id, c.OrganisationId, c.Letter!.Consultation!.Reference, c.LetterId, c.RecipientId, c.Email, c.Name, c.Company, c.OwnSubject, c.OwnBody }).ToListAsync(cancel);
        var found = conversations.ConvertAll(c => c.Id);
        var letterIds = conversations.Select(c => c.LetterId).Distinct().ToList();
        var recipients = conversations.Select(c => c.RecipientId).Distinct().ToList();
        var letters = await db.Letters.Where(l => letterIds.Contains(l.Id)).Select(l => new { l.Id, l.Subject, l.Body }).ToDictionaryAsync(l => l.Id, cancel);
        var common = (await db.Set<LetterAttachment>().Where(a => letterIds.Contains(a.LetterId!.Value)).Select(a => new { a.LetterId, a.Name }).ToListAsync(cancel)).ToLookup(a => a.LetterId!.Value, a => a.Name);
        var own = (await db.Set<LetterAttachment>().Where(a => a.RecipientId != null && recipients.Contains(a.RecipientId)).Select(a => new { a.RecipientId, a.Name }).ToListAsync(cancel)).ToLookup(a => a.RecipientId, a => a.Name);
        var replies = (await db.Replies.Where(r => found.Contains(r.ConversationId)).OrderBy(r => r.At).Select(r => new { r.ConversationId, r.Body, Files = r.Attachments.Select(a => a.Name).ToList() }).AsSplitQuery().ToListAsync(cancel)).ToLookup(r => r.ConversationId);
        var begun = new Dictionary<Guid, SearchTerms>();
        return conversations.ConvertAll(c =>
        {
            SearchTerms Begin(string subject, string body)
            {
                var first = new SearchTerms(SearchKind.Conversation, c.OrganisationId, c.Reference);
                Add(first, subject);
                AddBody(first, body);
                Add(first, [.. common[c.LetterId]]);
                return first;
            }

            var letter = letters[c.LetterId];
            SearchTerms terms;
            if (c.OwnSubject is null && c.OwnBody is null)
            {
                if (!begun.TryGetValue(c.LetterId, out var shared))
                    begun.Add(c.LetterId, shared = Begin(letter.Subject, letter.Body));
                terms = new SearchTerms(shared);
            }
            else
            {
                terms = Begin(c.OwnSubject ?? letter.Subject, c.OwnBody ?? letter.Body);
            }

            Add(terms, [c.Company, c.Name, c.Email, .. own[c.RecipientId]]);
            foreach (var reply in replies[c.Id])
            {
                AddBody(terms, reply.Body);
                Add(terms, [.. reply.Files]);
            }

            return (c.Id, terms);
        });
    }

    private async Task<List<(Guid Subject, SearchTerms Terms)>> DraftsAsync(IReadOnlyList<Guid> subjects, CancellationToken cancel)
    {
        var drafts = await db.Letters.Where(l => subjects.Contains(l.Id) && l.State == LetterState.Draft && l.DeletedAt == null)
            .Select(l => new { l.Id, l.OrganisationId, l.Consultation!.Reference, l.Subject, l.Body, Files = l.Attachments.OrderBy(a => a.Rank).Select(a => a.Name).ToList() }).AsSplitQuery().ToListAsync(cancel);
        var found = drafts.ConvertAll(l => l.Id);
        var recipients = (await db.Set<LetterRecipient>().Where(r => found.Contains(r.LetterId)).OrderBy(r => r.Rank)
            .Select(r => new { r.LetterId, r.Email, r.Name, r.Company, r.Paragraph, Files = r.Attachments.Select(a => a.Name).ToList() }).AsSplitQuery().ToListAsync(cancel)).ToLookup(r => r.LetterId);
        return drafts.ConvertAll(l =>
        {
            var terms = new SearchTerms(SearchKind.Draft, l.OrganisationId, l.Reference);
            Add(terms, l.Subject);
            AddBody(terms, l.Body);
            Add(terms, [.. l.Files]);
            foreach (var recipient in recipients[l.Id])
                Add(terms, [recipient.Company, recipient.Name, recipient.Email, recipient.Paragraph, .. recipient.Files]);
            return (l.Id, terms);
        });
    }

    private static void Add(SearchTerms terms, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
                terms.Add(FrenchWords.Of(text));
        }
    }

    private void AddBody(SearchTerms terms, string html)
    {
        if (!_words.TryGetValue(html, out var words))
            _words.Add(html, words = FrenchWords.Of(BodyHtml.ToText(html)));
        terms.Add(words);
    }
}
