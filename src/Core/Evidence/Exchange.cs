using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// One conversation as its evidence tells it: what an attestation speaks of, the same whether it is written or checked. Nothing here comes
/// from elsewhere than the evidence.
/// </summary>
/// <param name="Facts">Whole and in order; the first is the initial sending.</param>
/// <param name="Letter">What it asks.</param>
/// <param name="Sizes">In bytes, of each text that the evidence holds, by its SHA-256.</param>
internal sealed record Exchange(Guid Conversation, IReadOnlyList<Fact> Facts, LetterTerms Letter, IReadOnlyDictionary<string, int> Sizes, DateTimeOffset IssuedAt, string IssuedBy)
{
    /// <exception cref="System.Text.Json.JsonException">It tells what this version does not know.</exception>
    public static Exchange Of(EvidenceDocument evidence) =>
        new(evidence.Conversation, [.. evidence.Facts.Select(f => f.Read())], CanonicalJson.DeserializeStrictly<LetterTerms>(evidence.Letter)!, SizesOf([evidence.Letter, .. evidence.Replies.Select(r => r.Body)]), evidence.IssuedAt, evidence.IssuedBy);

    /// <summary>One of many, told whole.</summary>
    /// <param name="evidence">What it stands in.</param>
    /// <param name="conversation">Whose facts are not withheld.</param>
    /// <param name="contents">The letter's, by their SHA-256.</param>
    /// <param name="sizes">Theirs.</param>
    public static Exchange Of(EvidenceCollection evidence, EvidenceConversation conversation, IReadOnlyDictionary<string, LetterTerms> contents, IReadOnlyDictionary<string, int> sizes)
    {
        var facts = conversation.Facts.Select(f => f.Read()).ToList();
        return new(conversation.Conversation, facts, contents[facts[0].Content<SubmittedContent>().ContentSha256], sizes, evidence.IssuedAt, evidence.IssuedBy);
    }

    /// <summary>In bytes, as they are hashed, by their SHA-256.</summary>
    public static IReadOnlyDictionary<string, int> SizesOf(IEnumerable<string> texts) =>
        texts.Select(t => Encoding.UTF8.GetBytes(t)).Select(b => (Sha256: Convert.ToHexStringLower(SHA256.HashData(b)), b.Length)).Distinct().ToDictionary(t => t.Sha256, t => t.Length, StringComparer.Ordinal);

    /// <summary>Of a text of that SHA-256; nothing where the evidence does not hold it.</summary>
    public string SizeOf(string sha256) => Sizes.TryGetValue(sha256, out var size) ? French.Bytes(size) : "";

    public SubmittedContent Submitted { get; } = Facts[0].Content<SubmittedContent>();

    public Status Status { get; } = ConversationStatus.From(Facts);

    /// <summary>The initial sending and its resendings, in order: number 1, 2, 3…</summary>
    public IReadOnlyList<Fact> Sendings { get; } = [.. Facts.Where(f => f.Kind is FactKind.Submitted or FactKind.Resubmitted)];

    private readonly ILookup<Guid?, string> names = Facts.Select(f => (f.ActorId, Name: NameIn(f))).Where(n => n.Name is not null).ToLookup(n => n.ActorId, n => n.Name!);

    private readonly List<Guid?> sendings = [.. Facts.Where(f => f.Kind is FactKind.Submitted or FactKind.Resubmitted).Select(f => f.ConcernsId)];

    public Fact? First(FactKind kind) => Facts.FirstOrDefault(f => f.Kind == kind);

    public IEnumerable<Fact> All(FactKind kind) => Facts.Where(f => f.Kind == kind);

    /// <summary>The fact of that kind about that sending or reply, the latest where there are several.</summary>
    public Fact? About(Fact part, FactKind kind) => Facts.LastOrDefault(f => f.Kind == kind && f.ConcernsId == part.ConcernsId);

    /// <summary>The same, the earliest.</summary>
    public Fact? FirstAbout(Fact part, FactKind kind) => Facts.FirstOrDefault(f => f.Kind == kind && f.ConcernsId == part.ConcernsId);

    /// <summary>Which sending a fact is about; null where it is about none.</summary>
    public int? SendingNumber(Fact fact) =>
        fact.ConcernsId is { } sending && sendings.IndexOf(sending) is var index and >= 0 ? index + 1 : null;

    /// <summary>The name that a fact gives to an agent or a key; null where none does.</summary>
    public string? NameOf(Guid? actor) => names[actor].FirstOrDefault();

    private static string? NameIn(Fact fact) => fact.Kind switch
    {
        FactKind.Submitted => fact.Content<SubmittedContent>().Author,
        FactKind.ReplyOpened => fact.Content<ReplyOpenedContent>().Agent,
        FactKind.AttestationIssued => fact.Content<AttestationIssuedContent>().Agent,
        _ => null,
    };
}

/// <summary>What a letter asks of its recipient, out of its canonical content; see <see cref="LetterContent"/>.</summary>
internal sealed record LetterTerms(bool ReplyExpected, DateTimeOffset? ReplyDue = null);
