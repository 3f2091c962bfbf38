using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// Issues the « Attestation des échanges » of a conversation: seals its facts, writes what they tell, signs it. It covers the facts there
/// are when it begins; then its issuing is written as a fact, with the SHA-256 of the PDF. So an attestation does not list its own
/// issuing, and the next one does. Issuing never changes the status, and holds no transaction while an authority is asked.
/// </summary>
public sealed class IssueAttestation(
    VaguemestreDb db, ConversationJournal conversations, Journal.Journal journal, SealAndSign sealing, Settings settings, TimeProvider clock)
{
    /// <returns>
    /// The attestation; or <c>conversation-not-found</c>, <c>chain-broken</c> when the journal is not whole,
    /// <c>content-altered</c> when the letter or a reply is no longer what its fact says, <c>attestation-too-large</c>.
    /// </returns>
    public async Task<Result<Attestation>> RunAsync(Caller caller, Guid conversationId, CancellationToken cancel)
    {
        var read = await ReadAsync(caller, conversationId, cancel);
        if (!read.Succeeded)
            return read.Problem!;
        var (conversation, facts, replies) = read.Value;
        var (proofs, waiting) = await sealing.SealAsync(facts, cancel);
        var evidence = Evidence(caller, conversation, facts, replies, proofs, await sealing.RevocationsAsync(proofs, cancel));
        var submitted = facts[0].Content<SubmittedContent>();
        var name = DocumentName.Of("attestation", submitted.Consultation, submitted.Company ?? submitted.Name ?? submitted.Recipient);
        var (pdf, json) = await sealing.SignAsync(evidence, waiting, cancel);
        if (Math.Max(pdf.Length, json.Length) > AttestationVerifier.LargestFile)
            return Collector.TooLarge("pèserait plus que ce qu'une vérification admet");
        var attestation = new Attestation(name, pdf, json);
        var issued = new AttestationIssuedContent(caller.Name, name, Convert.ToHexStringLower(SHA256.HashData(attestation.Pdf)), facts.Count, Convert.ToHexStringLower(facts[^1].Hash));
        return await db.WriteAsync<Attestation>(
            async () =>
            {
                if (await conversations.LockAsync(conversationId, cancel) is not { } locked)
                    return NotFound;
                await conversations.AppendAsync(locked, FactKind.AttestationIssued, issued, caller.Actor, cancel: cancel);
                return attestation;
            },
            cancel);
    }

    /// <summary>One state of the database: a reply that comes in meanwhile is in both the facts and the replies, or in neither.</summary>
    private async Task<Result<(Conversation Conversation, IReadOnlyList<Fact> Facts, IReadOnlyList<Reply> Replies)>> ReadAsync(Caller caller, Guid conversationId, CancellationToken cancel)
    {
        await using var snapshot = await db.BeginSnapshotAsync(cancel);
        if (await conversations.FindAsync(conversationId, cancel) is not { } conversation || conversation.OrganisationId != caller.OrganisationId)
            return NotFound;
        if (conversation.IsHistorique)
            return Messages.NoAttestation;
        var facts = await journal.OfAsync(conversationId, cancel);
        if (facts.Count > Collector.MostFacts)
            return Collector.TooLarge($"porterait {facts.Count} événements ; elle en porte {Collector.MostFacts} au plus");
        if (Soundness.FaultOf(facts) is { } broken)
            return broken;
        var replies = await db.Replies.AsNoTracking().Include(r => r.Attachments.OrderBy(a => a.Rank)).Where(r => r.ConversationId == conversationId).OrderBy(r => r.At).ToListAsync(cancel);
        return Soundness.FaultOf(conversation, replies, facts) is { } altered ? altered : (conversation, facts, replies);
    }

    /// <summary>The text of a reply that no agent opened is not given out with its proof: reading it is an act of its own, told to the company.</summary>
    private static bool Opened(Reply reply, IReadOnlyList<Fact> facts) => facts.Any(f => f.Kind == FactKind.ReplyOpened && f.ConcernsId == reply.Id);

    private static Problem NotFound => Problem.NotFound("conversation-not-found", "Cette conversation n'existe pas.");

    private EvidenceDocument Evidence(Caller caller, Conversation conversation, IReadOnlyList<Fact> facts, IReadOnlyList<Reply> replies, SealProofs proofs, IReadOnlyList<EvidenceRevocation>? revocations) => new(
        EvidenceDocument.CurrentFormat,
        AttestationPage.Edition,
        settings.Link("/verifier").ToString(),
        conversation.Id,
        clock.Now(),
        caller.Name,
        [.. facts.Select(f => EvidenceFact.Of(f, proofs.Places.GetValueOrDefault(f.Id)))],
        LetterContent.Canonical(conversation),
        [.. replies.Where(r => Opened(r, facts)).Select(r => new EvidenceReply(r.Id, r.Body))],
        proofs.Seals,
        revocations);
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
