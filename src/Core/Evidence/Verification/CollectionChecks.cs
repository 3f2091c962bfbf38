using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence.Verification;

/// <summary>The chains of a letter's or a consultation's conversations, what they say of the letters, and whether as many recipients are there as the sending counted.</summary>
internal sealed class CollectionChecks(Findings findings, EvidenceCollection evidence)
{
    private readonly List<(string Code, string Sentence)> _faults = [];
    private readonly List<Fact> _facts = [];
    private readonly HashSet<Guid> _seen = [];

    /// <summary>In the order of <see cref="AnyEvidence.All"/>: all, or none where one could not be read.</summary>
    public IReadOnlyList<Fact> Facts { get; private set; } = [];

    /// <summary>Null where something is wrong with it.</summary>
    public Attested? Attested { get; private set; }

    /// <summary>The files that the facts name, and what they are to them.</summary>
    public IEnumerable<(string What, string Sha256)> Named => Attested is null ? [] : Facts.Where(f => f.Payload is not null).SelectMany(NamedBy);

    public void Check()
    {
        try
        {
            for (var i = 0; i < evidence.Letters.Count; i++)
                Check(evidence.Letters[i], evidence.LetterNumber(i) is { } number ? $"du courrier n° {French.Number(number)}" : "du courrier");
            if (!IsVolumeConsistent())
                Fault("volume", "Ce que ces preuves disent de leur volume et des numéros de ses destinataires se contredit.");
            if (evidence.For is { } one && !_seen.Contains(one))
                Fault("recipient", "Le destinataire pour qui cette attestation est établie n’y est pas.");
            if (evidence.Scope == AttestationScope.Conversation || (evidence.Scope == AttestationScope.Letter && (evidence.Letters.Count != 1 || _facts[0].SubjectId != evidence.Subject)))
                Fault("chain", "Ces preuves ne sont pas celles du courrier qu’elles nomment.");
            if (_facts.Where(f => f.Kind == FactKind.Submitted && f.Payload is not null).Select(f => f.Content<SubmittedContent>().Consultation).Distinct().Count() != 1 || _facts.Exists(f => f.OrganisationId != _facts[0].OrganisationId))
                Fault("chain", "Ces échanges ne sont pas d’une même consultation.");
            Facts = _facts;
            if (_faults.Count == 0)
            {
                findings.Established("chain", $"Les {French.Count(Facts.Count, "événement")} de {French.Count(_seen.Count, "échange")} se suivent sans lacune dans chacun, chacun portant l’empreinte du précédent ; les courriers ont les empreintes que ces événements leur donnent.");
                Recipients();
                if (evidence.For is not null)
                    findings.Reserve("withheld", "Ce que disent les événements des autres destinataires est masqué : leurs genres, leurs instants et leurs empreintes sont établis, pas les adresses ni les mots des serveurs.");
            }

            foreach (var (code, sentence) in _faults)
                findings.Fault(code, sentence);
            Clock();
            Attested = _faults.Count == 0 ? Tell() : null;
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            // What is read here was written by whoever made the file: a payload may lack what its kind always has.
            Facts = [];
            findings.Fault("unreadable", "Un événement, ou un courrier, n’a pas la forme que cette version connaît : ces preuves viennent d’une version plus récente, ou n’ont pas été écrites par Vaguemestre.");
        }
    }

    private void Recipients()
    {
        if (evidence.Volume is not { } volume)
        {
            findings.Established("recipients", evidence.For is null ? "Tous les destinataires que compte l’envoi y sont." : "Autant d’échanges que l’envoi compte de destinataires y sont, ou davantage.");
            return;
        }

        findings.Established("recipients", "Les échanges que ce volume annonce y sont, et leurs numéros s’accordent avec le nombre de destinataires que compte l’envoi.");
        findings.Reserve("volume", $"Ce document n’est que le {volume.InFrench()} : {volume.RangeInFrench(evidence.Scope)}. {(evidence.For is null ? "Les autres sont dans les autres volumes, que cette vérification n’a pas lus" : "Les autres n’y sont pas, même masqués")} : rien ici n’établit ce qu’il en est d’eux.");
    }

    /// <summary>
    /// Whether the numbers that a volume says of itself can all be true. What is in other volumes is not known here: only that there is room for it, before and
    /// after what is here.
    /// </summary>
    private bool IsVolumeConsistent()
    {
        var parts = evidence.Letters.Select(l => (l.Part, Here: l.Conversations.Count)).ToList();
        if (evidence.Volume is not { } volume)
            return evidence.Format == EvidenceCollection.WholeFormat && parts.TrueForAll(p => p.Part is null);
        if (evidence.Format != EvidenceCollection.VolumeFormat || parts.Exists(p => p.Part is null) || volume is not { Number: >= 1, Of: > 1, Size: >= 1 } || volume.Number > volume.Of)
            return false;
        var (elsewhere, all) = (volume.Letters - parts.Count, parts.Sum(p => (long)p.Part!.Of));
        return volume.Of == ((long)volume.Conversations + volume.Size - 1) / volume.Size
            && parts.Sum(p => (long)p.Here) == volume.Last() - volume.First() + 1
            && (evidence.Scope != AttestationScope.Letter || volume.Letters == 1)
            && parts.Zip(parts.Skip(1)).All(p => p.First.Part!.Letter < p.Second.Part!.Letter) && parts[0].Part!.Letter >= 1 && parts[^1].Part!.Letter <= volume.Letters
            && parts.TrueForAll(p => p.Part!.First >= 1 && p.Part.First - 1L + p.Here <= p.Part.Of)
            && (elsewhere == 0 ? all == volume.Conversations : all + elsewhere <= volume.Conversations)
            && parts.Sum(p => p.Part!.First - 1L) < volume.First()
            && parts.Sum(p => p.Part!.Of - (p.Part.First - 1L + p.Here)) <= volume.Conversations - volume.Last();
    }

    private static IEnumerable<(string What, string Sha256)> NamedBy(Fact fact) => fact.Kind switch
    {
        FactKind.Submitted => fact.Content<SubmittedContent>() switch { var sent => sent.Attachments.Select(a => ($"« {a.Name} », joint au courrier", a.Sha256)).Prepend(("un courrier, dans sa forme canonique", sent.ContentSha256)) },
        FactKind.Replied => fact.Content<ReplyContent>() switch { var reply => reply.Attachments.Select(a => ($"« {a.Name} », joint à une réponse de {reply.Recipient}", a.Sha256)).Prepend(($"le texte d’une réponse de {reply.Recipient}", reply.BodySha256)) },
        FactKind.AttestationIssued => [("une attestation antérieure de l’un de ces échanges", fact.Content<AttestationIssuedContent>().Sha256)],
        _ => [],
    };

    private void Check(EvidenceLetter letter, string name)
    {
        var sent = letter.Sent.Read();
        _facts.Add(sent);
        if (sent.Kind != FactKind.LetterSent || sent.SubjectKind != SubjectKind.Letter || !Same(sent.Hash, sent.ComputeHash()) || !Same(sent.PayloadHash, sent.Payload!.ComputeHash()))
            Fault("chain", $"L’événement de l’envoi {name} a été modifié.");
        var contents = letter.Contents.Select(Sha256).ToList();
        var named = new HashSet<string>(StringComparer.Ordinal);
        var corrected = 0;
        for (var i = 0; i < letter.Conversations.Count; i++)
        {
            var conversation = letter.Conversations[i];
            var facts = conversation.Facts.Select(f => f.Read()).ToList();
            _facts.AddRange(facts);
            Check(conversation, facts, $"destinataire n° {French.Number(letter.NumberOf(i))} {name}");
            if (facts[0].Payload is null)
                continue;
            var submitted = facts[0].Content<SubmittedContent>();
            corrected += submitted.Corrects is null ? 0 : 1;
            named.Add(submitted.ContentSha256);
        }

        if (contents.Distinct().Count() != contents.Count || !named.SetEquals(contents))
            Fault("letter", $"Un contenu {name} n’a pas l’empreinte que les événements lui donnent, manque, ou est de trop.");
        var counted = sent.Content<LetterSentContent>().Recipients;
        var there = letter.Conversations.Count - corrected;
        var elsewhere = (letter.Part?.Of ?? letter.Conversations.Count) - letter.Conversations.Count;
        if (there + elsewhere < counted || (evidence.For is null && there > counted))
            Fault("recipients", $"L’envoi {name} compte {French.Count(counted, "destinataire")}, et il y en a {French.Number(there)}{(elsewhere > 0 ? $" ici et {French.Number(elsewhere)} dans les autres volumes" : "")} : un échange manque, ou est de trop.");
    }

    private void Check(EvidenceConversation conversation, List<Fact> facts, string name)
    {
        if (!_seen.Add(conversation.Conversation))
            Fault("chain", $"L’échange du {name} est là deux fois.");
        var masked = evidence.For is { } one && one != conversation.Conversation;
        if (ChainCheck.FirstFault(facts, withheld: true) is { } fault)
            Fault("chain", $"Le journal du {name} est rompu à l’événement n° {fault.Sequence} : il a été modifié, déplacé, ajouté ou retiré.");
        else if (facts.Exists(f => f.SubjectKind != SubjectKind.Conversation || f.SubjectId != conversation.Conversation) || facts[0].Kind != FactKind.Submitted)
            Fault("chain", $"Un événement du {name} n’est pas de cet échange, ou l’échange ne commence pas par son envoi.");
        if (facts.Exists(f => (f.Payload is null) != masked))
            Fault("payload", masked ? $"Ce que dit un événement du {name} n’est pas masqué." : $"Ce que dit un événement du {name} manque.");
    }

    private void Clock()
    {
        var back = Facts.Zip(evidence.All()).Where((f, i) => i > 0 && Facts[i - 1].SubjectId == f.First.SubjectId && f.First.At < Facts[i - 1].At).Select(f => f.Second.Number).ToList();
        if (back.Count > 0)
            findings.Reserve("clock-went-back", $"Des événements portent un instant antérieur à celui du précédent : n° {French.Some(back)}. L’horloge de la plateforme a reculé ; leur ordre est celui du journal.");
    }

    private Attested Tell()
    {
        var letters = evidence.Letters.Select(l => CollectedLetter.Of(evidence, l)).ToList();
        var first = letters.SelectMany(l => l.Told).First().Submitted;
        var lines = letters.SelectMany(l => l.Lines).ToList();
        return new Attested(
            evidence.Subject,
            first.Organisation,
            French.Lines(
                evidence.For is null ? French.Count(lines.Count, "échange") : $"{French.Lines(first.Company, first.Name, first.Recipient)}\net {French.Count(lines.Count - 1, "échange")} masqué{(lines.Count > 2 ? "s" : "")}",
                evidence.Volume is { } volume ? $"{volume.InFrench()} : {volume.RangeInFrench(evidence.Scope)}" : null),
            French.Lines(first.Consultation, first.Title),
            string.Join('\n', letters.Select(l => l.Told[0].Submitted.Subject).Distinct().Take(20)),
            French.Lines([.. lines.GroupBy(l => l.Status).OrderBy(g => g.Key).Select(g => $"{StatusWords.French(g.Key)}{(evidence.Volume is null ? "" : ", dans ce volume")} : {French.Number(g.Count())}")]),
            evidence.IssuedAt,
            Facts.Count,
            [.. letters.SelectMany((l, i) => l.Lines.Select(line => Told(line, evidence.LetterNumber(i) is { } number ? $"Courrier n° {French.Number(number)}, " : "")))],
            evidence.Scope);
    }

    private static (string Label, string Value) Told(RecipientLine line, string letter)
    {
        string[] labels = ["Envoi", "Réception", "Lecture", "Réponse"];
        return ($"{letter}{(letter.Length == 0 ? "N" : "n")}° {French.Number(line.Number)}", French.Lines([line.Who, StatusWords.French(line.Status), .. labels.Zip(line.Instants, (label, instant) => $"{label} : {instant.Replace('\n', ' ')}")]));
    }

    private void Fault(string code, string sentence) => _faults.Add((code, sentence));

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
