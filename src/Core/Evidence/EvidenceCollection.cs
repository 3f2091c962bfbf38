namespace Vaguemestre.Core.Evidence;

/// <summary>What an attestation is of.</summary>
public enum AttestationScope
{
    /// <summary>One letter × one recipient.</summary>
    Conversation,

    /// <summary>A letter with all its recipients.</summary>
    Letter,

    /// <summary>Every letter sent in a consultation.</summary>
    Consultation,
}

/// <summary>
/// The evidence of many conversations: of a letter or of a consultation. Replies' texts are not in it, their hashes are; each conversation's own
/// attestation holds them.
/// </summary>
/// <param name="Scope">Letter or consultation.</param>
/// <param name="Subject">Which.</param>
/// <param name="For">The one conversation whose facts are told whole, the payloads of all others being withheld; null where all are told.</param>
/// <param name="Volume">Null where it tells every conversation of the letter or of the consultation.</param>
internal sealed record EvidenceCollection(
    string Format,
    int Page,
    string Verifier,
    AttestationScope Scope,
    Guid Subject,
    DateTimeOffset IssuedAt,
    string IssuedBy,
    IReadOnlyList<EvidenceLetter> Letters,
    IReadOnlyList<EvidenceSeal> Seals,
    Guid? For = null,
    IReadOnlyList<EvidenceRevocation>? Revocations = null,
    EvidenceVolume? Volume = null) : AnyEvidence(Format, Page, Verifier, IssuedAt, IssuedBy, Seals, Revocations)
{
    public const string WholeFormat = "vaguemestre-evidence-collection/1";

    /// <summary>Of a volume: a program that knows none says so, instead of missing the other recipients.</summary>
    public const string VolumeFormat = "vaguemestre-evidence-collection/2";

    /// <summary>The number of a letter among those of the consultation; null where there is only one.</summary>
    /// <param name="index">Its place here, from zero.</param>
    public int? LetterNumber(int index) => (Volume?.Letters ?? Letters.Count) > 1 ? Letters[index].Part?.Letter ?? index + 1 : null;

    public override IEnumerable<(string Number, EvidenceFact Fact)> All()
    {
        for (var l = 0; l < Letters.Count; l++)
        {
            var letter = LetterNumber(l) is { } number ? $", courrier n° {French.Number(number)}" : "";
            yield return ($"1 de l’envoi{(letter.Length == 0 ? " du courrier" : letter)}", Letters[l].Sent);
            for (var c = 0; c < Letters[l].Conversations.Count; c++)
            {
                for (var f = 0; f < Letters[l].Conversations[c].Facts.Count; f++)
                    yield return ($"{French.Number(f + 1)} du destinataire n° {French.Number(Letters[l].NumberOf(c))}{letter}", Letters[l].Conversations[c].Facts[f]);
            }
        }
    }

    public override bool IsWhole() =>
        Letters.Count > 0 && NoneIsNull(Letters) && NoneIsNull(Seals) && NoneIsNull(Revocations ?? []) && Letters.All(l => l.IsWhole()) && Letters.Sum(l => l.Conversations.Sum(c => (long)c.Facts.Count)) <= Collector.MostFacts;

    public override bool IsOfKnownFormat() => Format is WholeFormat or VolumeFormat;
}

/// <summary>A letter, and what became of it for each recipient.</summary>
/// <param name="Sent">The fact <c>letter-sent</c>, which counts the recipients. It is the last of a chain whose others, of the draft, are not here.</param>
/// <param name="Contents">Each content that a recipient got, once: canonical JSON, found by its hash in the conversation's first fact.</param>
/// <param name="Part">Null where there are no volumes.</param>
internal sealed record EvidenceLetter(EvidenceFact Sent, IReadOnlyList<string> Contents, IReadOnlyList<EvidenceConversation> Conversations, EvidencePart? Part = null)
{
    /// <summary>The number of a conversation among all of the letter.</summary>
    /// <param name="index">Its place here, from zero.</param>
    public int NumberOf(int index) => (Part?.First ?? 1) + index;

    public bool IsWhole() => Sent is { Payload: not null, Salt: not null } && Contents.All(c => c is not null) && Conversations.Count > 0
        && Conversations.All(c => c is { Facts.Count: > 0 } && c.Facts.All(f => f is not null));
}

internal sealed record EvidenceConversation(Guid Conversation, IReadOnlyList<EvidenceFact> Facts);

/// <summary>What an issuer said of a certificate.</summary>
/// <param name="Certificate">SHA-256 of the certificate in DER.</param>
/// <param name="Kind"><c>ocsp</c>: a response of RFC 6960; <c>crl</c>: a list of RFC 5280 §5.</param>
/// <param name="Data">DER in Base64.</param>
internal sealed record EvidenceRevocation(string Certificate, string Kind, string Data);
