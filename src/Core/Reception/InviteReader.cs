using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// Gives a colleague a link of its own to an opened letter, by mail. Whoever holds a link to the letter may; the buyer sees who invited
/// whom.
/// </summary>
public sealed class InviteReader(VaguemestreDb db, ConversationJournal journal, PersonalLink links, WriteNotice notices, TimeProvider clock)
{
    public const string EmailCode = "email-invalid", RecipientCode = "reader-is-recipient", InvitedCode = "reader-invited", FullCode = "too-many-readers";

    /// <summary>For one letter.</summary>
    public const int MostReaders = 10;

    /// <param name="token">Of a link to the letter.</param>
    /// <param name="email">The colleague's, as typed.</param>
    /// <param name="language">Of the mail: <c>fr</c> or <c>en</c>.</param>
    /// <param name="cancel">Stops the operation.</param>
    /// <returns><c>link-not-found</c>, <c>not-opened</c>, or a problem on <c>email</c>; nothing is sent then.</returns>
    public async Task<Result<InvitedReader>> RunAsync(string token, string? email, string language, CancellationToken cancel)
    {
        var opened = await OpenedLetter.FindAsync(db, token, cancel);
        if (!opened.Succeeded)
            return opened.Problem!;
        return EmailAddress.Parse(email, out var why) is { } address
            ? await db.WriteAsync(() => InTransactionAsync(opened.Value, address, language, cancel), cancel)
            : Problem.Invalid("email", why, EmailCode);
    }

    private async Task<Result<InvitedReader>> InTransactionAsync(LetterVisit visit, EmailAddress address, string language, CancellationToken cancel)
    {
        var conversation = (await journal.LockAsync(visit.Conversation.Id, cancel))!;
        if (conversation.LinkEndedAt is not null)
            return FindVisit.UnknownLink;
        var invited = await db.InvitedReaders.Where(r => r.ConversationId == conversation.Id).Select(r => r.Email).ToListAsync(cancel);
        if (address.Folded == EmailAddress.Fold(conversation.Email))
            return Problem.Invalid("email", "Le courrier a été envoyé à cette adresse : elle en a déjà le lien.", RecipientCode);
        if (invited.Exists(e => EmailAddress.Fold(e) == address.Folded))
            return Problem.Invalid("email", "Un lien a déjà été envoyé à cette adresse.", InvitedCode);
        if (invited.Count >= MostReaders)
            return Problem.Invalid("email", $"Un courrier se partage avec {MostReaders} collègues au plus.", FullCode);

        var now = clock.Now();
        var id = Guid.CreateVersion7(now);
        var reader = new InvitedReader { Id = id, OrganisationId = conversation.OrganisationId, ConversationId = conversation.Id, Email = address.Text, LinkHash = links.HashOfReader(id), InvitedAt = now };
        db.InvitedReaders.Add(reader);
        await journal.AppendAsync(conversation, FactKind.ReaderInvited, new Invitation(address.Text, null, visit.Email), Actor.Recipient, id, cancel);
        await notices.ReaderInvitedAsync(conversation, id, address.Text, null, visit.Email, language, cancel);
        return reader;
    }
}
