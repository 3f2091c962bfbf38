namespace Vaguemestre.Core.Evidence;

/// <summary>How much one attestation of a letter or of a consultation holds. What has more is told in numbered volumes, each an attestation of its own.</summary>
/// <param name="Conversations">The most that are told without volumes.</param>
/// <param name="Facts">The most in one attestation, volume or not. Verification takes no more than <see cref="Collector.MostFacts"/>.</param>
/// <param name="InVolume">How many conversations a volume holds; the last one what is left.</param>
/// <param name="InAll">The most that all volumes hold together: their identifiers are put in order in memory.</param>
public sealed record CollectionLimits(int Conversations = 1000, int Facts = Collector.MostFacts, int InVolume = 500, int InAll = 100_000);

/// <summary>The refusal of an attestation that is told in volumes, none of which was asked for.</summary>
/// <param name="Scope">Letter or consultation.</param>
/// <param name="Count">How many volumes there are.</param>
/// <param name="Size">Conversations in each but the last.</param>
/// <param name="Conversations">In all.</param>
public sealed record AttestationInVolumes(AttestationScope Scope, int Count, int Size, int Conversations) : Problem(
    ProblemKind.Conflict,
    "attestation-in-volumes",
    $"Cette attestation porte sur {French.Count(Conversations, "échange")} : elle est établie en {Count} volumes de {Size} échanges au plus. Demandez chacun d'eux avec « volume », de 1 à {Count}.",
    [])
{
    /// <summary>« destinataires n° 501 à 1000 ».</summary>
    /// <param name="volume">From one.</param>
    public string RangeOf(int volume) => EvidenceVolume.Range(Scope, EvidenceVolume.FirstOf(volume, Size), EvidenceVolume.LastOf(volume, Size, Conversations));
}

/// <summary>Which volume an attestation is.</summary>
/// <param name="Number">From one.</param>
/// <param name="Of">How many there are.</param>
/// <param name="Size">Conversations in each but the last.</param>
/// <param name="Conversations">In all volumes.</param>
/// <param name="Letters">In all volumes.</param>
internal sealed record EvidenceVolume(int Number, int Of, int Size, int Conversations, int Letters)
{
    public long First() => FirstOf(Number, Size);

    public long Last() => LastOf(Number, Size, Conversations);

    /// <summary>« volume 2 sur 10 ».</summary>
    public string InFrench() => $"volume {Number} sur {Of}";

    /// <summary>« destinataires n° 501 à 1000 sur 5000 ».</summary>
    public string RangeInFrench(AttestationScope scope) => $"{Range(scope, First(), Last())} sur {Conversations}";

    public static long FirstOf(int number, int size) => ((number - 1L) * size) + 1;

    public static long LastOf(int number, int size, int conversations) => Math.Min((long)number * size, conversations);

    public static string Range(AttestationScope scope, long first, long last) => (scope == AttestationScope.Letter ? "destinataire" : "échange") + (first == last ? $" n° {first}" : $"s n° {first} à {last}");
}

/// <summary>Which of a letter's conversations are in a volume: those that follow each other from <paramref name="First"/> on.</summary>
/// <param name="Letter">Its number among the letters of all volumes, from one.</param>
/// <param name="First">The number of the first that is here among all of the letter, from one.</param>
/// <param name="Of">How many the letter has, those at corrected addresses included.</param>
internal sealed record EvidencePart(int Letter, int First, int Of);

/// <summary>The conversations of one letter that an attestation tells, in its order.</summary>
/// <param name="Part">Null where there are no volumes.</param>
internal sealed record LetterShare(Guid Letter, IReadOnlyList<Guid> Conversations, EvidencePart? Part);

/// <summary>What one attestation tells of a letter or of a consultation: all of it, or a volume.</summary>
/// <param name="Volume">Null where there are no volumes.</param>
internal sealed record Share(EvidenceVolume? Volume, IReadOnlyList<LetterShare> Letters)
{
    /// <summary>
    /// Cuts the conversations in the order in which they were sent, so that what is sent later, to a corrected address for instance, comes into the
    /// last volume and leaves the others as they are.
    /// </summary>
    /// <param name="places">Every conversation, in any order; not none.</param>
    /// <param name="volumes">How many; one tells all.</param>
    /// <param name="size">Conversations in each but the last.</param>
    /// <param name="volume">Which one is wanted, from one; without a meaning where <paramref name="onlyFor"/> is given.</param>
    /// <param name="onlyFor">The volume that this conversation is in is wanted.</param>
    public static Share Of(IEnumerable<Place> places, int volumes, int size, int? volume, Guid? onlyFor)
    {
        // Where others are masked, nor does their place tell their address.
        var letters = places.GroupBy(p => p.Letter).OrderBy(l => l.First().LetterSentAt).ThenBy(l => l.Key)
            .Select((l, i) => (Id: l.Key, Number: i + 1, Places: l.OrderBy(p => p.SentAt).ThenBy(p => onlyFor is null ? p.EmailKey : "", StringComparer.Ordinal).ThenBy(p => p.Conversation).ToList())).ToList();
        if (volumes == 1)
            return new Share(null, [.. letters.Select(l => new LetterShare(l.Id, [.. l.Places.Select(p => p.Conversation)], null))]);
        var all = letters.SelectMany(l => l.Places.Select((p, i) => (Letter: l, Number: i + 1, p.Conversation, p.SentAt))).OrderBy(p => p.SentAt).ToList();
        var number = onlyFor is { } one ? (all.FindIndex(p => p.Conversation == one) / size) + 1 : volume ?? 1;
        return new Share(
            new EvidenceVolume(number, volumes, size, all.Count, letters.Count),
            [.. all.Skip((number - 1) * size).Take(size).GroupBy(p => p.Letter.Number).OrderBy(l => l.Key).Select(l =>
                new LetterShare(l.First().Letter.Id, [.. l.Select(p => p.Conversation)], new EvidencePart(l.Key, l.First().Number, l.First().Letter.Places.Count)))]);
    }
}

/// <summary>What puts a conversation in its order among all of a letter or of a consultation.</summary>
internal readonly record struct Place(Guid Letter, DateTimeOffset? LetterSentAt, Guid Conversation, DateTimeOffset SentAt, string EmailKey);
