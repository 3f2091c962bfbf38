using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// The machine-readable part of an attestation: every hashed text exactly as it was hashed, the way from each fact to its seal, and the
/// authorities' tokens. Needs nothing beside it. Its shapes are told in <c>docs/evidence.md</c> and <c>docs/evidence.schema.json</c>.
/// </summary>
/// <param name="Page">Which edition of <see cref="AttestationPage"/> and <see cref="CollectionPage"/> wrote the pages.</param>
/// <param name="Verifier">The public page where it can be checked. A convenience: any copy of the program does.</param>
/// <param name="Revocations">What issuers of certificates said of their revocation when it was issued; null where there is none.</param>
internal abstract record AnyEvidence(
    string Format, int Page, string Verifier, DateTimeOffset IssuedAt, string IssuedBy, IReadOnlyList<EvidenceSeal> Seals, IReadOnlyList<EvidenceRevocation>? Revocations)
{
    public string Canonical() => CanonicalJson.Serialize(this);

    /// <summary>Every fact in it, and how a sentence calls it after « n° ».</summary>
    public abstract IEnumerable<(string Number, EvidenceFact Fact)> All();

    /// <summary>Whether nothing is null that a list of it holds.</summary>
    public abstract bool IsWhole();

    /// <summary>Whether this version of the program knows how to check it.</summary>
    public abstract bool IsOfKnownFormat();

    protected static bool NoneIsNull(params IEnumerable<object?> items) => items.All(item => item is not null);
}

/// <summary>The evidence of one conversation.</summary>
internal sealed record EvidenceDocument(
    string Format,
    int Page,
    string Verifier,
    Guid Conversation,
    DateTimeOffset IssuedAt,
    string IssuedBy,
    IReadOnlyList<EvidenceFact> Facts,
    string Letter,
    IReadOnlyList<EvidenceReply> Replies,
    IReadOnlyList<EvidenceSeal> Seals,
    IReadOnlyList<EvidenceRevocation>? Revocations = null) : AnyEvidence(Format, Page, Verifier, IssuedAt, IssuedBy, Seals, Revocations)
{
    public const string CurrentFormat = "vaguemestre-evidence/2";

    public override IEnumerable<(string Number, EvidenceFact Fact)> All() => Facts.Select((fact, i) => (French.Number(i + 1), fact));

    public override bool IsWhole() => Facts.Count is > 0 and <= Collector.MostFacts && NoneIsNull(Facts) && NoneIsNull(Replies) && NoneIsNull(Seals) && NoneIsNull(Revocations ?? []) && Facts.All(f => f is { Payload: not null, Salt: not null });

    public override bool IsOfKnownFormat() => Format == CurrentFormat;
}

/// <param name="Header">What <paramref name="Hash"/> covers.</param>
/// <param name="Payload">Null, with its salt, where it is withheld: it names somebody whom the attestation is not for.</param>
/// <param name="Seal">Where it is sealed; null while it waits for its timestamp.</param>
internal sealed record EvidenceFact(string Header, string Hash, string? Payload = null, string? Salt = null, EvidenceInclusion? Seal = null)
{
    public static EvidenceFact Of(Fact fact, EvidenceInclusion? seal) =>
        new(fact.Header(), Convert.ToHexStringLower(fact.Hash), fact.Payload!.Json, Convert.ToHexStringLower(fact.Payload.Salt), seal);

    /// <summary>The same without what it tells beyond its kind, its instant and whose act it was.</summary>
    public EvidenceFact Withheld() => this with { Payload = null, Salt = null };

    /// <exception cref="FormatException">The header is not in the one form that its hash is over.</exception>
    public Fact Read() =>
        Fact.Read(Header, Convert.FromHexString(Hash), Salt is null ? null : Convert.FromHexString(Salt), Payload) is var fact && fact.Header() == Header ? fact : throw new FormatException("The header of a fact is its canonical JSON.");
}

/// <summary>A fact's place in a seal, and the hashes beside its way up to the root (RFC 6962 §2.1.1).</summary>
internal sealed record EvidenceInclusion(int Number, int Leaf, IReadOnlyList<string> Path);

internal sealed record EvidenceReply(Guid Id, string Body);

/// <param name="Statement">What <paramref name="Hash"/> covers.</param>
/// <param name="Token">The authority's RFC 3161 token over the hash: DER in Base64.</param>
/// <param name="Renewals">Later timestamps over it, the earliest first; null where there is none.</param>
internal sealed record EvidenceSeal(string Statement, string Hash, string Token, IReadOnlyList<EvidenceRenewal>? Renewals = null)
{
    public static EvidenceSeal Of(Seal seal) => new(seal.Statement(), Convert.ToHexStringLower(seal.Hash), Convert.ToBase64String(seal.Token));

    public static EvidenceSeal Of(Seal seal, IReadOnlyList<EvidenceRenewal> renewals) => Of(seal) with { Renewals = renewals.Count == 0 ? null : renewals };

    public EvidenceStatement Read() => CanonicalJson.DeserializeStrictly<EvidenceStatement>(Statement)!;
}

/// <summary>A renewal of a seal's timestamp: see <see cref="Renewal"/>.</summary>
/// <param name="Statement">What <paramref name="Hash"/> covers.</param>
/// <param name="Token">The authority's RFC 3161 token over the hash: DER in Base64.</param>
/// <param name="Path">The hashes beside the way from the seal's leaf to the root.</param>
internal sealed record EvidenceRenewal(string Statement, string Hash, string Token, IReadOnlyList<string> Path)
{
    public EvidenceRenewalStatement Read() => CanonicalJson.DeserializeStrictly<EvidenceRenewalStatement>(Statement)!;
}

/// <summary>What a renewal states. See <see cref="Renewal"/>.</summary>
internal sealed record EvidenceRenewalStatement(string Format, int Number, DateTimeOffset At, int FirstSeal, int LastSeal, string Root, string? PreviousHash = null);

/// <summary>What a seal states. See <see cref="Seal"/>.</summary>
internal sealed record EvidenceStatement(string Format, int Number, DateTimeOffset At, int Facts, string Root, string? PreviousHash = null);

/// <summary>
/// The file <c>preuves.json</c>: the evidence and a signature over its canonical JSON. One encoding only: the file is the canonical JSON of
/// its two members.
/// </summary>
/// <param name="Signed">The canonical JSON of the evidence, in UTF-8: what the signature covers.</param>
internal sealed record EvidenceFile(AnyEvidence Evidence, byte[] Signed, byte[] Signature)
{
    public const string Name = "preuves.json";

    /// <summary>What every version of the format has in it.</summary>
    private static readonly string[] Marks = ["vaguemestre-evidence/", "vaguemestre-evidence-collection/", Seal.Format, "\"payloadHash"];

    public static EvidenceFile Sign(AnyEvidence evidence, SigningCertificate certificate)
    {
        var signed = Encoding.UTF8.GetBytes(evidence.Canonical());
        return new EvidenceFile(evidence, signed, Signing.Signature.Make(certificate, signed));
    }

    /// <summary>As it stands in the PDF and is given to <c>verify</c>.</summary>
    public byte[] Bytes() => [.. "{\"evidence\":"u8, .. Signed, .. ",\"signature\":\""u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(Signature)), .. "\"}"u8];

    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(Bytes()));

    /// <summary>Whether a file is, or was before somebody changed it, evidence of ours.</summary>
    public static bool Resembles(byte[] file) => Encoding.UTF8.GetString(file) is var text && Marks.Any(mark => text.Contains(mark, StringComparison.Ordinal));

    /// <summary>Null where the file is not evidence in its one encoding.</summary>
    public static EvidenceFile? Read(byte[] file)
    {
        try
        {
            if (JsonNode.Parse(file, documentOptions: new JsonDocumentOptions { MaxDepth = 16 }) is not JsonObject { Count: 2 } members
                || members["evidence"] is not JsonObject evidence || members["signature"]?.GetValueKind() is not JsonValueKind.String)
                return null;
            var signed = CanonicalJson.Write(evidence);
            AnyEvidence read = evidence["letters"] is null ? CanonicalJson.DeserializeStrictly<EvidenceDocument>(signed)! : CanonicalJson.DeserializeStrictly<EvidenceCollection>(signed)!;
            if (!read.IsWhole())
                return null;
            var whole = new EvidenceFile(read, Encoding.UTF8.GetBytes(signed), Convert.FromBase64String(members["signature"]!.GetValue<string>()));
            return whole.Bytes().AsSpan().SequenceEqual(file) ? whole : null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }
}
