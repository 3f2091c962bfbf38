using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <summary>
/// Begins conversations of a sent letter, in the caller's transaction: each with its first fact, which says who sent what to
/// whom, and its first row of the outbox.
/// </summary>
internal sealed class Submission(VaguemestreDb db, Journal.Journal journal, Caller caller)
{
    private readonly List<Sending> _sendings = [];
    private readonly List<Fact> _facts = [];

    /// <param name="conversation">
    /// Not in the database yet. Its letter, with consultation and files, and its recipient, with files, are loaded.
    /// </param>
    /// <param name="corrects">The undelivered conversation that it continues at another address.</param>
    public void Begin(Conversation conversation, CorrectedSending? corrects = null)
    {
        var sending = Sending.Of(conversation, conversation.SentAt);
        db.Conversations.Add(conversation); // from here on it knows its letter and its recipient
        _sendings.Add(sending);
        conversation.Project(Status.Sending, conversation.SentAt);
        var letter = conversation.Letter!;
        var submitted = new SubmittedContent(
            letter.OrganisationName!,
            caller.Name,
            letter.Consultation!.Reference,
            letter.ConsultationTitle!,
            letter.Type,
            letter.Mode,
            conversation.Subject,
            conversation.Email,
            conversation.Name,
            conversation.Company,
            Convert.ToHexStringLower(HashOf(conversation)),
            [.. conversation.Files.Select(FileDigest.Of)],
            corrects,
            letter.AnswersId);
        _facts.Add(journal.First(conversation.JournalSubject, FactKind.Submitted, submitted, caller.Actor, sending.Id));
    }

    /// <summary>Saves what was begun, and whatever else the context has to save.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        await db.InsertManyAsync(_sendings, cancel);
        await db.InsertFactsAsync(_facts, cancel);
    }

    /// <summary>Of what this recipient gets: mostly what all get, whose hash is there already.</summary>
    private static byte[] HashOf(Conversation conversation) =>
        conversation is { OwnSubject: null, OwnBody: null, Recipient: null or { Attachments.Count: 0 } }
            ? conversation.Letter!.ContentHash!
            : SHA256.HashData(Encoding.UTF8.GetBytes(LetterContent.Canonical(conversation)));
}
