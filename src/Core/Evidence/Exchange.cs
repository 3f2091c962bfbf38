using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// One conversation as its facts tell it: what an attestation speaks of. The letter and the replies are here for their
/// content, after it was found to have the hash that the facts gave it when they were written.
/// </summary>
/// <param name="Facts">Whole and in order; the first is the initial sending.</param>
internal sealed record Exchange(
    Conversation Conversation,
    IReadOnlyList<Fact> Facts,
    IReadOnlyList<Reply> Replies,
    DateTimeOffset IssuedAt,
    string IssuedBy)
{
    public Letter Letter => Conversation.Letter!;

    public SubmittedContent Submitted { get; } = Facts[0].Content<SubmittedContent>();

    public Status Status { get; } = ConversationStatus.From(Facts);

    /// <summary>The initial sending and its resendings, in order: number 1, 2, 3…</summary>
    public IReadOnlyList<Fact> Sendings { get; } = [.. Facts.Where(f => f.Kind is FactKind.Submitted or FactKind.Resubmitted)];

    public Fact? First(FactKind kind) => Facts.FirstOrDefault(f => f.Kind == kind);

    public IEnumerable<Fact> All(FactKind kind) => Facts.Where(f => f.Kind == kind);

    /// <summary>The fact of that kind about that sending or reply, the latest where there are several.</summary>
    public Fact? About(Fact part, FactKind kind) => Facts.LastOrDefault(f => f.Kind == kind && f.ConcernsId == part.ConcernsId);

    /// <summary>Which sending a fact is about; null where it is about none.</summary>
    public int? SendingNumber(Fact fact) =>
        fact.ConcernsId is { } sending && Sendings.Select(s => s.ConcernsId).ToList().IndexOf(sending) is var index and >= 0 ? index + 1 : null;

    /// <summary>The name that a fact gives to an agent or a key; null where none does.</summary>
    public string? NameOf(Guid? actor) => Facts.Where(f => f.ActorId == actor).Select(NameIn).FirstOrDefault(name => name is not null);

    private static string? NameIn(Fact fact) => fact.Kind switch
    {
        FactKind.Submitted => fact.Content<SubmittedContent>().Author,
        FactKind.ReplyOpened => fact.Content<ReplyOpenedContent>().Agent,
        FactKind.AttestationIssued => fact.Content<AttestationIssuedContent>().Agent,
        _ => null,
    };
}
