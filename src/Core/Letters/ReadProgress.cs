using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>How far a letter's initial sending is: no resending, no corrected address. Counts what our relay took, which is not yet delivery.</summary>
/// <param name="Total">Mails, one a recipient.</param>
/// <param name="Gone">Taken by our relay.</param>
/// <param name="Failed">Refused or given up.</param>
public sealed record SendingProgress(Guid LetterId, string Subject, int Total, int Gone, int Failed)
{
    public bool IsOver => Gone + Failed == Total;
}

/// <summary>Reads how far the sending of a letter of the caller's organisation is.</summary>
public sealed class ReadProgress(VaguemestreDb db)
{
    public async Task<Result<SendingProgress>> RunAsync(Caller caller, Guid letterId, CancellationToken cancel)
    {
        var subject = await db.Letters.Where(l => l.Id == letterId && l.OrganisationId == caller.OrganisationId && l.State == LetterState.Sent).Select(l => l.Subject).SingleOrDefaultAsync(cancel);
        if (subject is null)
            return FindLetter.NotFound;
        var sendings = db.Sendings.Where(s => s.Conversation!.LetterId == letterId && s.Conversation.CorrectsId == null && s.CreatedAt == s.Conversation.SentAt);
        var total = await sendings.CountAsync(cancel);
        var gone = await sendings.CountAsync(s => s.AcceptedAt != null, cancel);
        var failed = await sendings.CountAsync(s => s.AcceptedAt == null && s.NextAttemptAt == null, cancel);
        return new SendingProgress(letterId, subject, total, gone, failed);
    }
}
