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
    /// <param name="onlyFor">The one conversation of it that is told whole; null tells all. Of a large letter, the volume that it is in is issued.</param>
    /// <param name="volume">Which volume of a large letter, from one; not with <paramref name="onlyFor"/>.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>
    /// The attestation; or <c>letter-not-found</c>, <c>conversation-not-found</c>, <c>letter-not-sent</c>, <c>not-in-historique</c>,
    /// <c>attestation-in-volumes</c> (<see cref="AttestationInVolumes"/>), <c>invalid</c> for a volume that there is not, <c>attestation-too-large</c>,
    /// <c>chain-broken</c>, <c>content-altered</c>, <c>content-erased</c> once some of the consultation is.
    /// </returns>
    public async Task<Result<Attestation>> RunAsync(Caller caller, Guid letterId, Guid? onlyFor, int? volume, CancellationToken cancel)
    {
        if (onlyFor is not null && volume is not null)
            return Problem.Invalid("volume", "Établie pour un destinataire, l'attestation est celle du volume où il se trouve : ne précisez pas de volume.");
        var letter = await db.Letters.AsNoTracking().SingleOrDefaultAsync(l => l.Id == letterId && l.OrganisationId == caller.OrganisationId && l.DeletedAt == null, cancel);
        if (letter is null)
            return Problem.NotFound("letter-not-found", "Ce courrier n'existe pas.");
        if (letter.IsHistorique)
            return Messages.NoAttestation;
        if (letter.State != LetterState.Sent)
            return Problem.Conflict("letter-not-sent", "Ce courrier n'est pas envoyé : il n'y a rien à attester.");
        if (onlyFor is { } one && !await db.Conversations.AnyAsync(c => c.Id == one && c.LetterId == letterId, cancel))
            return Problem.NotFound("conversation-not-found", "Cette conversation n'est pas de ce courrier.");
        return await collector.IssueAsync(caller, letter.JournalSubject, db.Letters.Where(l => l.Id == letterId), onlyFor, volume, cancel);
    }
}

/// <summary>Issues the attestation of every letter sent in a consultation, for its file. Its issuing is a fact of the consultation.</summary>
public sealed class IssueConsultationAttestation(VaguemestreDb db, FindConsultation find, Collector collector, Settings settings)
{
    /// <returns>As for a letter; or <c>consultation-not-found</c>, <c>nothing-sent</c>.</returns>
    public async Task<Result<Attestation>> RunAsync(Caller caller, string reference, int? volume, CancellationToken cancel)
    {
        var found = await find.RunAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        if (found.Value.EditionBy(settings) == Edition.Historique)
            return Messages.NoAttestation;
        var letters = db.Letters.Where(l => l.ConsultationId == found.Value.Id && l.State == LetterState.Sent && !l.IsHistorique);
        return await letters.AnyAsync(cancel)
            ? await collector.IssueAsync(caller, found.Value.Subject, letters, null, volume, cancel)
            : Problem.Conflict("nothing-sent", "Aucun courrier n'a été envoyé dans cette consultation : il n'y a rien à attester.");
    }
}

/// <summary>
/// Reads the conversations of some letters, each checked against its hashes, and issues one attestation of them, or of a volume of them. All that it tells is
/// held in memory while it is made: so there is a bound, and one is made at a time.
/// </summary>
public sealed class Collector(VaguemestreDb db, Journal.Journal journal, SealAndSign sealing, Settings settings, CollectionLimits limits, TimeProvider clock)
{
    /// <summary>In one attestation, whatever it is of.</summary>
    public const int MostFacts = 15_000;

    /// <summary>Conversations read at once.</summary>
    private const int Piece = 100;

    private static readonly SemaphoreSlim OneAtATime = new(1);

    internal async Task<Result<Attestation>> IssueAsync(Caller caller, Subject subject, IQueryable<Letter> letters, Guid? onlyFor, int? volume, CancellationToken cancel)
    {
        var asked = new Asked(subject, letters, onlyFor, volume);
        if ((await VolumesAsync(asked, cancel)).Problem is { } refused)
            return refused;
        await OneAtATime.WaitAsync(cancel);
        try
        {
            return await MakeAsync(caller, asked, cancel);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private async Task<Result<Attestation>> MakeAsync(Caller caller, Asked asked, CancellationToken cancel)
    {
        var read = await GatherAsync(asked, cancel);
        if (!read.Succeeded)
            return read.Problem!;
        var (volume, gathered) = read.Value;
        var (subject, onlyFor) = (asked.Subject, asked.OnlyFor);
        var facts = gathered.SelectMany(g => g.Conversations.SelectMany(c => c.Facts).Append(g.Sent)).ToList();
        var (proofs, waiting) = await sealing.SealAsync(facts, cancel);
        EvidenceFact Placed(Fact fact) => EvidenceFact.Of(fact, proofs.Places.GetValueOrDefault(fact.Id));
        bool Told(GatheredConversation conversation) => onlyFor is null || onlyFor == conversation.Id;
        var evidence = new EvidenceCollection(
            volume is null ? EvidenceCollection.WholeFormat : EvidenceCollection.VolumeFormat,
            AttestationPage.Edition,
            settings.Link("/verifier").ToString(),
            asked.Scope,
            subject.Id,
            clock.Now(),
            caller.Name,
            [.. gathered.Select(g => new EvidenceLetter(
                Placed(g.Sent),
                [.. g.Conversations.Where(Told).Select(c => c.Content).Distinct()],
                [.. g.Conversations.Select(c => new EvidenceConversation(c.Id, [.. c.Facts.Select(f => Told(c) ? Placed(f) : Placed(f).Withheld())]))],
                g.Part))],
            proofs.Seals,
            onlyFor,
            await sealing.RevocationsAsync(proofs, cancel),
            volume);
        var first = gathered[0].Conversations.First(Told).Facts[0].Content<SubmittedContent>();
        var end = volume?.InFrench() ?? "";
        var name = asked.Scope == AttestationScope.Letter
            ? DocumentName.Of("attestation-courrier", first.Consultation, onlyFor is null ? first.Subject : $"pour {first.Company ?? first.Name ?? first.Recipient}", end)
            : DocumentName.Of("attestation-consultation", first.Consultation, "", end);
        var (pdf, json) = await sealing.SignAsync(evidence, waiting, cancel);
        if (Math.Max(pdf.Length, json.Length) > AttestationVerifier.LargestFile)
            return TooLarge("pèserait plus que ce qu'une vérification admet");
        var issued = new AttestationIssuedContent(
            caller.Name, name, Convert.ToHexStringLower(SHA256.HashData(pdf)), facts.Count, Conversations: gathered.Sum(g => g.Conversations.Count), For: onlyFor, Volume: volume?.Number, Volumes: volume?.Of);
        return await db.WriteAsync<Attestation>(
            async () =>
            {
                if (asked.Scope == AttestationScope.Letter)
                    await db.LockAsync<Letter>(subject.Id, cancel);
                else
                    await db.LockAsync<Consultation>(subject.Id, cancel);
                if (await IsErasedAsync(asked.Letters, [.. gathered.Select(g => g.Sent.SubjectId)], cancel))
                    return Erased;
                await journal.AppendAsync(subject, FactKind.AttestationIssued, issued, caller.Actor, cancel: cancel);
                return new Attestation(name, pdf, json);
            },
            cancel);
    }

    /// <summary>How many volumes there are, one where one attestation tells all; or why what is asked for is not issued.</summary>
    private async Task<Result<int>> VolumesAsync(Asked asked, CancellationToken cancel)
    {
        var of = db.Conversations.Join(asked.Letters, c => c.LetterId, l => l.Id, (c, l) => c);
        var conversations = await of.CountAsync(cancel);
        if (conversations > limits.InAll)
            return TooLarge($"porterait {conversations} échanges ; elle en porte {limits.InAll} au plus, tous volumes réunis");
        var inOne = conversations <= limits.InVolume
            || (conversations <= limits.Conversations && await of.Join(db.Facts, c => c.Id, f => f.SubjectId, (c, f) => f.Id).CountAsync(cancel) <= limits.Facts);
        var volumes = inOne ? 1 : (conversations + limits.InVolume - 1) / limits.InVolume;
        if (asked.Volume is { } number && (number < 1 || number > volumes))
            return Problem.Invalid("volume", volumes == 1 ? "Cette attestation tient en un seul volume : demandez le volume 1, ou n'en précisez aucun." : $"Cette attestation n'a pas de volume {number} : demandez un volume de 1 à {volumes}.");
        return volumes > 1 && asked is { Volume: null, OnlyFor: null } ? new AttestationInVolumes(asked.Scope, volumes, limits.InVolume, conversations) : volumes;
    }

    internal static Problem TooLarge(string why) => Problem.Conflict(
        "attestation-too-large",
        $"L'attestation {why}. Demandez celle de chaque courrier ou de chaque échange, ou téléchargez l'archive de la consultation, qui les contient toutes.");

    private static Problem Erased => Problem.Conflict(
        "content-erased",
        "Des échanges de cette consultation sont effacés, à la fin de leur durée de conservation : une attestation d'ensemble n'en dirait plus tous les destinataires. Demandez celle de chaque échange qui reste.");

    /// <summary>Whether some of what was sent is gone already, or goes.</summary>
    private async Task<bool> IsErasedAsync(IQueryable<Letter> letters, IReadOnlyList<Guid> told, CancellationToken cancel) =>
        await letters.CountAsync(l => told.Contains(l.Id), cancel) < told.Count
        || await letters.AnyAsync(l => db.Retentions.Any(r => r.ConsultationId == l.ConsultationId && r.BegunAt != null), cancel);

    /// <summary>One state of the database. Of other volumes than the one asked for, only the order is read.</summary>
    private async Task<Result<(EvidenceVolume? Volume, IReadOnlyList<Gathered> Letters)>> GatherAsync(Asked asked, CancellationToken cancel)
    {
        await using var snapshot = await db.BeginSnapshotAsync(cancel);
        var volumes = await VolumesAsync(asked, cancel);
        if (!volumes.Succeeded)
            return volumes.Problem!;
        var places = await db.Conversations.Join(asked.Letters, c => c.LetterId, l => l.Id, (c, l) => new Place(l.Id, l.SentAt, c.Id, c.SentAt, c.EmailKey)).ToListAsync(cancel);
        if (places.Count == 0 || await IsErasedAsync(asked.Letters, [], cancel))
            return Erased;
        var share = Share.Of(places, volumes.Value, limits.InVolume, asked.Volume, asked.OnlyFor);
        var told = share.Letters.SelectMany(l => l.Conversations).ToList();
        if (await db.Facts.CountAsync(f => told.Contains(f.SubjectId), cancel) is var facts && facts > limits.Facts)
            return TooLarge($"porterait {facts} événements ; elle en porte {limits.Facts} au plus");
        var gathered = new List<Gathered>();
        foreach (var letter in share.Letters)
        {
            var one = await GatherAsync(letter, cancel);
            if (!one.Succeeded)
                return one.Problem!;
            gathered.Add(one.Value);
        }

        return (share.Volume, gathered);
    }

    private async Task<Result<Gathered>> GatherAsync(LetterShare letter, CancellationToken cancel)
    {
        var chain = await journal.OfAsync(letter.Letter, cancel);
        if (ChainCheck.FirstFault(chain) is not null || chain.SingleOrDefault(f => f.Kind == FactKind.LetterSent) is not { Payload: not null } sent)
            return Problem.Conflict("chain-broken", "Le journal de ce courrier n'est plus tel qu'il a été écrit : l'attestation n'est pas établie. Prévenez l'exploitant de la plateforme, sans rien corriger.");
        var conversations = new List<GatheredConversation>();
        var contents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var piece in letter.Conversations.Chunk(Piece))
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

        return new Gathered(sent, conversations, letter.Part);
    }

    private async Task<Func<Guid, (Conversation Conversation, IReadOnlyList<Fact> Facts, IReadOnlyList<Reception.Reply> Replies)>> ReadAsync(Guid[] ids, CancellationToken cancel)
    {
        var conversations = await db.Conversations.AsNoTrackingWithIdentityResolution().Include(c => c.Letter!).ThenInclude(l => l.Attachments).Include(c => c.Recipient!).ThenInclude(r => r.Attachments)
            .AsSplitQuery().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
        var facts = (await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => ids.Contains(f.SubjectId)).OrderBy(f => f.Sequence).ToListAsync(cancel)).ToLookup(f => f.SubjectId);
        var replies = (await db.Replies.AsNoTracking().Where(r => ids.Contains(r.ConversationId)).ToListAsync(cancel)).ToLookup(r => r.ConversationId);
        return id => (conversations[id], [.. facts[id]], [.. replies[id]]);
    }

    /// <param name="Letters">Those that it is of.</param>
    /// <param name="OnlyFor">The one conversation that is told whole; null tells all.</param>
    /// <param name="Volume">From one; null where none was asked for.</param>
    private sealed record Asked(Subject Subject, IQueryable<Letter> Letters, Guid? OnlyFor, int? Volume)
    {
        public AttestationScope Scope => Subject.Kind == SubjectKind.Letter ? AttestationScope.Letter : AttestationScope.Consultation;
    }

    private sealed record Gathered(Fact Sent, IReadOnlyList<GatheredConversation> Conversations, EvidencePart? Part);

    private sealed record GatheredConversation(Guid Id, IReadOnlyList<Fact> Facts, string Content);
}
