using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// « Je ne suis pas le bon destinataire »: whoever holds the recipient's link says so, before or after opening, once. It changes no
/// status and ends no link; what follows is the agent's to decide.
/// </summary>
public sealed class DeclareWrongRecipient(VaguemestreDb db, ConversationJournal journal)
{
    /// <param name="token">Of the recipient's own link; a colleague's says nothing of the recipient.</param>
    /// <param name="reason">Why, where something was chosen.</param>
    /// <param name="proof">How the act was shown to be deliberate; null where it was not.</param>
    /// <param name="visitor">Who declares it.</param>
    /// <param name="cancel">Stops the operation.</param>
    /// <returns>What the link shows, the declaration made now or before; or <c>link-not-found</c>, <c>invalid</c> on <c>declared</c>.</returns>
    public async Task<Result<LetterVisit>> RunAsync(string token, WrongRecipientReason? reason, ReceiptProof? proof, Visitor visitor, CancellationToken cancel)
    {
        var found = await new FindVisit(db).RunAsync(token, cancel);
        if (!found.Succeeded)
            return found;
        if (found.Value.Reader is not null)
            return FindVisit.UnknownLink;
        if (found.Value.WrongRecipientAt is not null)
            return found;
        if (proof is not { } act)
            return Problem.Invalid("declared", "Cochez la case pour confirmer que ce courrier n’est pas pour vous.", OpenLetter.NotDeclaredCode);
        await db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(found.Value.Conversation.Id, cancel))!;
                if (await db.Facts.AnyAsync(f => f.SubjectId == conversation.Id && f.Kind == FactKind.WrongRecipient, cancel))
                    return true;
                await journal.AppendAsync(conversation, FactKind.WrongRecipient, new NotTheRecipient(conversation.Email, reason, act, visitor.ShortUserAgent), Actor.Recipient, cancel: cancel);
                return true;
            },
            cancel);
        return await new FindVisit(db).RunAsync(token, cancel);
    }
}
