using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// Issues the attestation of a letter with all its recipients; or for one of them, the others being masked. Its issuing is a fact of the
/// letter, not of its conversations.
/// </summary>
public sealed class IssueLetterAttestation(VaguemestreDb db, Collector collector)
{
    /// <param name="caller">Who asks for it.</param>
    /// <param name="letterId">A sent letter.</param>
    /// <param name="onlyFor">The one conversation of it that is told whole; null tells all.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>
    /// The attestation; or <c>letter-not-found</c>, <c>conversation-not-found</c>, <c>letter-not-sent</c>, <c>not-in-historique</c>,
    /// <c>attestation-too-large</c>, <c>chain-broken</c>, <c>content-altered</c>, <c>content-erased</c> once some of the consultation is.
    /// </returns>
    public async Task<Result<Attestation>> RunAsync(Caller caller, Guid letterId, Guid? onlyFor, CancellationToken cancel)
    {
        var letter = await db.Letters.AsNoTracking().SingleOrDefaultAsync(l => l.Id == letterId && l.OrganisationId == caller.OrganisationId && l.DeletedAt == null, cancel);
        if (letter is null)
            return Problem.NotFound("letter-not-found", "Ce courrier n'existe pas.");
        if (letter.IsHistorique)
            return Messages.NoAttestation;
        if (letter.State != LetterState.Sent)
            return Problem.Conflict("letter-not-sent", "Ce courrier n'est pas envoyé : il n'y a rien à attester.");
        if (onlyFor is { } one && !await db.Conversations.AnyAsync(c => c.Id == one && c.LetterId == letterId, cancel))
            return Problem.NotFound("conversation-not-found", "Cette conversation n'est pas de ce courrier.");
        return await collector.IssueAsync(caller, letter.JournalSubject, [letterId], onlyFor, cancel);
    }
}

/// <summary>Issues the attestation of every letter sent in a consultation, for its file. Its issuing is a fact of the consultation.</summary>
public sealed class IssueConsultationAttestation(VaguemestreDb db, FindConsultation find, Collector collector, Settings settings)
{
    /// <returns>As for a letter; or <c>consultation-not-found</c>, <c>nothing-sent</c>.</returns>
    public async Task<Result<Attestation>> RunAsync(Caller caller, string reference, CancellationToken cancel)
    {
        var found = await find.RunAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.EditionBy(settings) == Edition.Historique)
            return Messages.NoAttestation;
        var letters = await db.Letters.Where(l => l.ConsultationId == found.Value.Id && l.State == LetterState.Sent && !l.IsHistorique)
            .OrderBy(l => l.SentAt).ThenBy(l => l.Id).Select(l => l.Id).Take(Collector.MostConversations + 1).ToListAsync(cancel);
        return letters.Count == 0
            ? Problem.Conflict("nothing-sent", "Aucun courrier n'a été envoyé dans cette consultation : il n'y a rien à attester.")
            : await collector.IssueAsync(caller, found.Value.Subject, letters, null, cancel);
    }
}

/// <summary>
/// Reads the conversations of some letters, each checked against its hashes, and issues one attestation of them. All of it is held in memory
/// while it is made: so there is a bound, and one is made at a time.
/// </summary>
public sealed class Collector(VaguemestreDb db, Journal.Journal journal, SealAndSign sealing, Settings settings, TimeProvider clock)
{
    /// <summary>In one attestation.</summary>
    public const int MostConversations = 1000, MostFacts = 15_000;

    /// <summary>Conversations read at once.</summary>
    private const int Piece = 100;

    private static readonly SemaphoreSlim OneAtATime = new(1);

    internal async Task<Result<Attestation>> IssueAsync(Caller caller, Subject subject, IReadOnlyList<Guid> letters, Guid? onlyFor, CancellationToken cancel)
    {
        if (await FaultOfSizeAsync(letters, cancel) is { } tooLarge)
            return tooLarge;
        await OneAtATime.WaitAsync(cancel);
        try
        {
            return await MakeAsync(caller, subject, letters, onlyFor, cancel);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private async Task<Result<Attestation>> MakeAsync(Caller caller, Subject subject, IReadOnlyList<Guid> letters, Guid? onlyFor, CancellationToken cancel)
    {
        var read = await GatherAsync(letters, masked: onlyFor is not null, cancel);
        if (!read.Succeeded)
            return read.Problem!;
        var gathered = read.Value;
        var facts = gathered.SelectMany(g => g.Conversations.SelectMany(c => c.Facts).Append(g.Sent)).ToList();
        var (proofs, waiting) = await sealing.SealAsync(facts, cancel);
        EvidenceFact Placed(Fact fact) => EvidenceFact.Of(fact, proofs.Places.GetValueOrDefault(fact.Id));
        bool Told(GatheredConversation conversation) => onlyFor is null || onlyFor == conversation.Id;
        var evidence = new EvidenceCollection(
            EvidenceCollection.CurrentFormat,
            AttestationPage.Edition,
            settings.Link("/verifier").ToString(),
            subject.Kind == SubjectKind.Letter ? AttestationScope.Letter : AttestationScope.Consultation,
            subject.Id,
            clock.Now(),
            caller.Name,
            [.. gathered.Select(g => new EvidenceLetter(
                Placed(g.Sent),
                [.. g.Conversations.Where(Told).Select(c => c.Content).Distinct()],
                [.. g.Conversations.Select(c => new EvidenceConversation(c.Id, [.. c.Facts.Select(f => Told(c) ? Placed(f) : Placed(f).Withheld())]))]))],
            proofs.Seals,
            onlyFor,
            await sealing.RevocationsAsync(proofs, cancel));
        var first = gathered[0].Conversations.First(Told).Facts[0].Content<SubmittedContent>();
        var name = subject.Kind == SubjectKind.Letter
            ? DocumentName.Of("attestation-courrier", first.Consultation, onlyFor is null ? first.Subject : $"pour {first.Company ?? first.Name ?? first.Recipient}")
            : DocumentName.Of("attestation-consultation", first.Consultation, "");
        var (pdf, json) = await sealing.SignAsync(evidence, waiting, cancel);
        if (Math.Max(pdf.Length, json.Length) > AttestationVerifier.LargestFile)
            return TooLarge("pèserait plus que ce qu'une vérification admet");
        var issued = new AttestationIssuedContent(caller.Name, name, Convert.ToHexStringLower(SHA256.HashData(pdf)), facts.Count, Conversations: gathered.Sum(g => g.Conversations.Count), For: onlyFor);
        return await db.WriteAsync<Attestation>(
            async () =>
            {
                if (subject.Kind == SubjectKind.Letter)
                    await db.LockAsync<Letter>(subject.Id, cancel);
                else
                    await db.LockAsync<Consultation>(subject.Id, cancel);
                if (await IsErasedAsync(letters, cancel))
                    return Erased;
                await journal.AppendAsync(subject, FactKind.AttestationIssued, issued, caller.Actor, cancel: cancel);
                return new Attestation(name, pdf, json);
            },
            cancel);
    }

    private async Task<Problem?> FaultOfSizeAsync(IReadOnlyList<Guid> letters, CancellationToken cancel)
    {
        var of = db.Conversations.Where(c => letters.Contains(c.LetterId));
        if (await of.CountAsync(cancel) is var conversations and > MostConversations)
            return TooLarge($"porterait {conversations} échanges ; elle en porte {MostConversations} au plus");
        return await of.Join(db.Facts, c => c.Id, f => f.SubjectId, (c, f) => f.Id).CountAsync(cancel) is var facts and > MostFacts
            ? TooLarge($"porterait {facts} événements ; elle en porte {MostFacts} au plus")
            : null;
    }

    internal static Problem TooLarge(string why) => Problem.Conflict(
        "attestation-too-large",
        $"L'attestation {why}. Demandez celle de chaque courrier ou de chaque échange, ou téléchargez l'archive de la consultation, qui les contient toutes.");

    private static Problem Erased => Problem.Conflict(
        "content-erased",
        "Des échanges de cette consultation sont effacés, à la fin de leur durée de conservation : une attestation d'ensemble n'en dirait plus tous les destinataires. Demandez celle de chaque échange qui reste.");

    /// <summary>Whether some of what was sent is gone already, or goes.</summary>
    private async Task<bool> IsErasedAsync(IReadOnlyList<Guid> letters, CancellationToken cancel) =>
        await db.Letters.CountAsync(l => letters.Contains(l.Id), cancel) < letters.Count
        || await db.Letters.Where(l => letters.Contains(l.Id)).AnyAsync(l => db.Retentions.Any(r => r.ConsultationId == l.ConsultationId && r.BegunAt != null), cancel);

    /// <summary>One state of the database.</summary>
    private async Task<Result<List<Gathered>>> GatherAsync(IReadOnlyList<Guid> letters, bool masked, CancellationToken cancel)
    {
        await using var snapshot = await db.BeginSnapshotAsync(cancel);
        if (await IsErasedAsync(letters, cancel))
            return Erased;
        var gathered = new List<Gathered>();
        foreach (var letter in letters)
        {
            var one = await GatherAsync(letter, masked, cancel);
            if (!one.Succeeded)
                return one.Problem!;
            gathered.Add(one.Value);
        }

        return gathered;
    }

    private async Task<Result<Gathered>> GatherAsync(Guid letterId, bool masked, CancellationToken cancel)
    {
        var chain = await journal.OfAsync(letterId, cancel);
        if (ChainCheck.FirstFault(chain) is not null || chain.SingleOrDefault(f => f.Kind == FactKind.LetterSent) is not { Payload: not null } sent)
            return Problem.Conflict("chain-broken", "Le journal de ce courrier n'est plus tel qu'il a été écrit : l'attestation n'est pas établie. Prévenez l'exploitant de la plateforme, sans rien corriger.");
        var order = await db.Conversations.Where(c => c.LetterId == letterId).Select(c => new { c.Id, c.SentAt, c.EmailKey }).ToListAsync(cancel);

        // Where others are masked, nor does their place tell their address.
        var ids = order.OrderBy(c => c.SentAt).ThenBy(c => masked ? "" : c.EmailKey, StringComparer.Ordinal).ThenBy(c => c.Id).Select(c => c.Id).ToList();
        var conversations = new List<GatheredConversation>();
        var contents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var piece in ids.Chunk(Piece))
        {
            var read = await ReadAsync(piece, cancel);
            foreach (var id in piece)
            {
                var (conversation, facts, replies) = read(id);
                if ((Soundness.FaultOf(facts) ?? Soundness.FaultOf(conversation, replies, facts)) is { } fault)
                    return Problem.Conflict(fault.Code, $"Échange avec {conversation.Email}. {fault.Message}");
                var content = LetterContent.Canonical(conversation);
                conversations.Add(new GatheredConversation(id, facts, contents.TryGetValue(content, out var same) ? same : contents[content] = content));
            }
        }

        return new Gathered(sent, conversations);
    }

    private async Task<Func<Guid, (Conversation Conversation, IReadOnlyList<Fact> Facts, IReadOnlyList<Reception.Reply> Replies)>> ReadAsync(Guid[] ids, CancellationToken cancel)
    {
        var conversations = await db.Conversations.AsNoTrackingWithIdentityResolution().Include(c => c.Letter!).ThenInclude(l => l.Attachments).Include(c => c.Recipient!).ThenInclude(r => r.Attachments)
            .AsSplitQuery().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
        var facts = (await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => ids.Contains(f.SubjectId)).OrderBy(f => f.Sequence).ToListAsync(cancel)).ToLookup(f => f.SubjectId);
        var replies = (await db.Replies.AsNoTracking().Where(r => ids.Contains(r.ConversationId)).ToListAsync(cancel)).ToLookup(r => r.ConversationId);
        return id => (conversations[id], [.. facts[id]], [.. replies[id]]);
    }

    private sealed record Gathered(Fact Sent, IReadOnlyList<GatheredConversation> Conversations);

    private sealed record GatheredConversation(Guid Id, IReadOnlyList<Fact> Facts, string Content);
}
