using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Opens the content by a deliberate act, which makes the receipt: exactly one, whoever clicks how often. Without a proof that the act
/// was a person's, the visit is kept as an automated access and nothing opens; problem on <c>declared</c>.
/// </summary>
public sealed class OpenLetter(VaguemestreDb db, ConversationJournal journal, Settings settings, TimeProvider clock)
{
    /// <summary>The code of the refusal of what was not shown to be a person's act.</summary>
    public const string NotDeclaredCode = "not-declared";

    /// <param name="proof">How the act was shown to be deliberate; null where it was not.</param>
    public async Task<Result<LetterVisit>> RunAsync(string token, ReceiptProof? proof, Visitor visitor, CancellationToken cancel)
    {
        var found = proof is null
            ? await new VisitLetter(db, journal, settings, clock).RunAsync(token, visitor, cancel)
            : await new FindVisit(db).RunAsync(token, cancel);
        if (!found.Succeeded || found.Value.Opened)
            return found;
        if (proof is not { } act)
            return Problem.Invalid("declared", "Cochez la case pour confirmer que vous ouvrez ce courrier.", NotDeclaredCode);
        await new Receipts(db, journal, clock).MakeAsync(found.Value, act, visitor, cancel);
        return await new FindVisit(db).RunAsync(token, cancel);
    }
}

/// <summary>Makes the receipt of a conversation, unless it has one; a copy goes to the address behind the link that was followed.</summary>
internal sealed class Receipts(VaguemestreDb db, ConversationJournal journal, TimeProvider clock)
{
    public Task MakeAsync(LetterVisit visit, ReceiptProof proof, Visitor visitor, CancellationToken cancel) =>
        db.WriteAsync<bool>(
            async () =>
            {
                var conversation = (await journal.LockAsync(visit.Conversation.Id, cancel))!;
                var facts = await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == conversation.Id).ToListAsync(cancel);
                if (facts.TrueForAll(f => f.Kind != FactKind.Opened))
                {
                    var capacity = proof == ReceiptProof.Link ? null : visit.Capacity;
                    var receipt = new Receipt(visit.Email, conversation.Company, proof, visitor.ShortUserAgent, capacity, AutomaticSigns.Of(visitor, facts, clock.Now()));
                    var opened = await journal.AppendAsync(conversation, FactKind.Opened, receipt, Actor.Recipient, cancel: cancel);
                    await new WriteNotice(db, clock).ReceiptCopyAsync(conversation, visit.NoticeTo(visitor.Language), opened.At, Words.Of(proof), cancel);
                }

                return true;
            },
            cancel);
}
