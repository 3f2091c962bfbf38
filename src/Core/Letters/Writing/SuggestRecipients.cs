using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters.Writing;

/// <param name="Found">A contact of the registers.</param>
/// <param name="Chosen">Its address is a recipient of the draft already.</param>
public sealed record SuggestedRecipient(FoundContact Found, bool Chosen);

/// <param name="Best">Best first.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record SuggestedRecipients(IReadOnlyList<SuggestedRecipient> Best, int Total);

/// <summary>Whom a writer may mean by what is typed into the recipients field of a draft.</summary>
public sealed class SuggestRecipients(VaguemestreDb db, FindContacts find)
{
    /// <returns>The suggestions; or <c>letter-not-found</c>, <c>letter-already-sent</c>.</returns>
    public async Task<Result<SuggestedRecipients>> RunAsync(Caller caller, Guid letterId, string? typed, CancellationToken cancel)
    {
        var letter = await db.Letters.AsNoTracking().Where(l => l.Id == letterId && l.OrganisationId == caller.OrganisationId && l.DeletedAt == null)
            .Select(l => new { l.State, l.Consultation }).SingleOrDefaultAsync(cancel);
        if (letter is null)
            return FindLetter.NotFound;
        if (letter.State == LetterState.Sent)
            return LetterProblems.AlreadySent;
        var found = await find.RunAsync(letter.Consultation!, typed, cancel);
        var emails = await db.Set<LetterRecipient>().Where(r => r.LetterId == letterId).Select(r => r.Email).ToListAsync(cancel);
        var chosen = emails.Select(EmailAddress.Fold).ToHashSet(StringComparer.Ordinal);
        return new SuggestedRecipients([.. found.Best.Select(f => new SuggestedRecipient(f, f.Email is { } email && chosen.Contains(EmailAddress.Fold(email))))], found.Total);
    }
}
