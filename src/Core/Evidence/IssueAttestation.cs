using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// Issues the « Attestation des échanges » of a conversation. It covers the facts there are; then its issuing is written
/// as the next fact, in the same transaction, with the SHA-256 of the PDF. So an attestation does not list its own issuing,
/// and the next one does. Issuing never changes the status.
/// </summary>
public sealed class IssueAttestation(VaguemestreDb db, ConversationJournal conversations, Journal.Journal journal, TimeProvider clock)
{
    /// <returns>
    /// The attestation; or <c>conversation-not-found</c>, <c>chain-broken</c> when the journal is not whole,
    /// <c>content-altered</c> when the letter or a reply is no longer what its fact says.
    /// </returns>
    public Task<Result<Attestation>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, conversationId, cancel), cancel);

    private async Task<Result<Attestation>> InTransactionAsync(Caller caller, Guid conversationId, CancellationToken cancel)
    {
        if (await conversations.LockAsync(conversationId, cancel) is not { } conversation || conversation.OrganisationId != caller.OrganisationId)
            return Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");
        var facts = await journal.OfAsync(conversationId, cancel);
        if (Soundness.FaultOf(facts) is { } broken)
            return broken;
        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Where(r => r.ConversationId == conversationId).OrderBy(r => r.At).ToListAsync(cancel);
        if (Soundness.FaultOf(conversation, replies, facts) is { } altered)
            return altered;

        var exchange = new Exchange(conversation, facts, replies, clock.Now(), caller.Name);
        var name = DocumentName.Of("attestation", exchange.Submitted.Consultation, exchange.Submitted.Company ?? exchange.Submitted.Name ?? exchange.Submitted.Recipient);
        var attestation = new Attestation(name, AttestationPage.Write(exchange));
        var issued = new AttestationIssuedContent(caller.Name, name, Convert.ToHexStringLower(SHA256.HashData(attestation.Pdf)), facts.Count, Convert.ToHexStringLower(facts[^1].Hash));
        await conversations.AppendAsync(conversation, FactKind.AttestationIssued, issued, caller.Actor, cancel: cancel);
        return attestation;
    }
}

/// <summary>Whether what is kept is what was written. An attestation is not issued over what is not.</summary>
internal static class Soundness
{
    public static Problem? FaultOf(IReadOnlyList<Fact> facts)
    {
        var at = ChainCheck.FirstFault(facts)?.Sequence ?? (facts.Count == 0 ? 1 : facts.FirstOrDefault(f => f.Payload is null)?.Sequence);
        if (at is not { } sequence)
            return null;
        var word = facts.FirstOrDefault(f => f.Sequence == sequence) is { } fact ? $" (« {FactWords.French(fact.Kind)} », {ParisTime.TextToTheSecond(fact.At)})" : "";
        return Problem.Conflict(
            "chain-broken",
            $"Le journal de cette conversation n'est plus tel qu'il a été écrit : l'événement n° {sequence}{word} a été modifié, déplacé ou retiré. L'attestation n'est pas établie. Prévenez l'exploitant de la plateforme, sans rien corriger.");
    }

    public static Problem? FaultOf(Conversation conversation, IReadOnlyList<Reply> replies, IReadOnlyList<Fact> facts)
    {
        if (Sha256(LetterContent.Canonical(conversation)) != facts[0].Content<SubmittedContent>().ContentSha256)
            return Altered("Le courrier conservé");
        var told = facts.Where(f => f.Kind == FactKind.Replied).ToDictionary(f => f.ConcernsId!.Value, f => f.Content<ReplyContent>());
        return told.Count == replies.Count && replies.All(r => told.TryGetValue(r.Id, out var content) && content.BodySha256 == Sha256(r.Body))
            ? null
            : Altered("Une réponse conservée");
    }

    private static Problem Altered(string what) => Problem.Conflict(
        "content-altered",
        $"{what} n'a plus l'empreinte que le journal lui a donnée. L'attestation n'est pas établie. Prévenez l'exploitant de la plateforme, sans rien corriger.");

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
