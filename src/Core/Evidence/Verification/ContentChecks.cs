using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>The chain of facts, and what they say of letter, replies and files.</summary>
internal sealed class ContentChecks(Findings findings, EvidenceDocument evidence)
{
    /// <summary>The files that the facts name, and what they are to them.</summary>
    public IReadOnlyList<(string What, string Sha256)> Named { get; private set; } = [];

    /// <summary>Those that could be read: all, or none.</summary>
    public IReadOnlyList<Fact> Facts { get; private set; } = [];

    public Attested? Attested { get; private set; }

    public void Check()
    {
        try
        {
            Facts = [.. evidence.Facts.Select(f => f.Read())];
            var faults = Chain().Concat(Hashes()).ToList();
            if (faults.Count == 0)
                findings.Established("chain", Facts.Count == 1
                    ? "Le seul événement, l’envoi, est tel qu’il a été écrit, et le courrier a l’empreinte que cet événement lui donne."
                    : $"Les {French.Count(Facts.Count, "événement")} se suivent sans lacune, chacun portant l’empreinte du précédent ; le courrier et les réponses jointes ont les empreintes que ces événements leur donnent.");
            foreach (var (code, sentence) in faults)
                findings.Fault(code, sentence);
            Unopened();
            Clock();
            Named = [.. Facts.SelectMany(NamedBy)];
            Attested = Tell();
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            // What is read here was written by whoever made the file: a payload may lack what its kind always has.
            findings.Fault("unreadable", "Un événement, ou le courrier, n’a pas la forme que cette version connaît : ces preuves viennent d’une version plus récente, ou n’ont pas été écrites par Vaguemestre.");
        }
    }

    private static IEnumerable<(string What, string Sha256)> NamedBy(Fact fact) => fact.Kind switch
    {
        FactKind.Submitted => fact.Content<SubmittedContent>() switch { var sent => sent.Attachments.Select(a => ($"« {a.Name} », joint au courrier", a.Sha256)).Prepend(("le courrier, dans sa forme canonique", sent.ContentSha256)) },
        FactKind.Replied => fact.Content<ReplyContent>() switch { var reply => reply.Attachments.Select(a => ($"« {a.Name} », joint à la réponse de l’événement n° {fact.Sequence}", a.Sha256)).Prepend(($"le texte de la réponse de l’événement n° {fact.Sequence}", reply.BodySha256)) },
        FactKind.AttestationIssued => [($"l’attestation de l’événement n° {fact.Sequence}", fact.Content<AttestationIssuedContent>().Sha256)],
        _ => [],
    };

    private IEnumerable<(string Code, string Sentence)> Chain()
    {
        if (ChainCheck.FirstFault(Facts) is { } fault)
            yield return ("chain", $"Le journal est rompu à l’événement n° {fault.Sequence} : il a été modifié, déplacé, ajouté ou retiré.");
        else if (Facts.FirstOrDefault(f => f.SubjectKind != SubjectKind.Conversation || f.SubjectId != evidence.Conversation) is { } stranger)
            yield return ("chain", $"L’événement n° {stranger.Sequence} n’est pas de cette conversation.");
    }

    private IEnumerable<(string Code, string Sentence)> Hashes()
    {
        if (Facts[0].Kind != FactKind.Submitted || Sha256(evidence.Letter) != Facts[0].Content<SubmittedContent>().ContentSha256)
            yield return ("letter", "Le courrier n’a pas l’empreinte que le premier événement lui donne.");
        var told = Facts.Where(f => f.Kind == FactKind.Replied).ToDictionary(f => f.ConcernsId!.Value, f => (f.Sequence, f.Content<ReplyContent>().BodySha256));
        foreach (var reply in evidence.Replies.Where(r => !told.TryGetValue(r.Id, out var fact) || fact.BodySha256 != Sha256(r.Body)))
            yield return ("reply", told.TryGetValue(reply.Id, out var fact) ? $"La réponse de l’événement n° {fact.Sequence} n’a pas l’empreinte que cet événement lui donne." : "Une réponse n’est celle d’aucun événement.");
        var given = evidence.Replies.Select(r => r.Id).ToHashSet();
        if (given.Count != evidence.Replies.Count || Facts.Any(f => f.Kind == FactKind.ReplyOpened && f.ConcernsId is { } id && !given.Contains(id)))
            yield return ("reply", "Une réponse manque, ou est là deux fois.");
    }

    private void Unopened()
    {
        foreach (var replied in Facts.Where(f => f.Kind == FactKind.Replied && evidence.Replies.All(r => r.Id != f.ConcernsId)))
            findings.Reserve("reply-not-opened", $"Le texte de la réponse de l’événement n° {replied.Sequence} n’est pas joint : aucun agent ne l’avait ouverte quand l’attestation a été établie. Son empreinte y est.");
    }

    private void Clock()
    {
        for (var i = 1; i < Facts.Count; i++)
        {
            if (Facts[i].At < Facts[i - 1].At)
                findings.Reserve("clock-went-back", $"L’événement n° {Facts[i].Sequence} porte un instant antérieur à celui du précédent : l’horloge de la plateforme a reculé. Leur ordre est celui du journal.");
        }
    }

    private Attested Tell()
    {
        var exchange = Exchange.Of(evidence);
        var sent = exchange.Submitted;
        return new Attested(evidence.Conversation, sent.Organisation, French.Lines(sent.Company, sent.Name, sent.Recipient), French.Lines(sent.Consultation, sent.Title), sent.Subject, StatusWords.French(exchange.Status), evidence.IssuedAt, Facts.Count, [.. LegalInstants.Of(exchange)]);
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
