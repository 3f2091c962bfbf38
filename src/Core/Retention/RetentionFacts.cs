using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Retention;

/// <summary>An agent entered from when a consultation's letters are kept for how long.</summary>
/// <param name="From">The day from which the years run, in Paris.</param>
/// <param name="Until">The end of the last day.</param>
public sealed record RetentionWritten(RetentionKind Kind, DateOnly From, int Years, DateTimeOffset Until, string Author) : FactContent;

/// <summary>A hold was set or lifted.</summary>
public sealed record HoldWritten(string Reason, string Author) : FactContent;

/// <summary>An organisation's years. Null: what the law asks for at least.</summary>
public sealed record RetentionChosen(int? SuppliesAndServices, int? Works, string Author) : FactContent;

/// <summary>
/// What a letter or a conversation was, once it is erased: nothing personal, and enough to recognise by its hash what somebody kept elsewhere.
/// </summary>
/// <param name="Kind">The rule, as <see cref="RetentionWritten"/> has it.</param>
/// <param name="Facts">The payloads of so many facts before this one are gone: of all of them. Their headers and hashes stay.</param>
/// <param name="LastHash">The hash of the last of them.</param>
/// <param name="ContentSha256">Of the letter's content; null for a draft.</param>
/// <param name="Files">SHA-256 of each file of the letter and of the replies.</param>
/// <param name="Replies">SHA-256 of the text of each reply.</param>
/// <param name="Consultation">Whose retention it was; facts of earlier versions do not say.</param>
public sealed record ContentPurged(
    RetentionKind Kind, DateOnly From, int Years, DateTimeOffset Until, int Facts, string LastHash, string? ContentSha256, IReadOnlyList<string> Files, IReadOnlyList<string> Replies, Guid? Consultation = null) : FactContent;

/// <summary>Nothing is left of a consultation's letters but the journal.</summary>
public sealed record ConsultationPurged(RetentionKind Kind, DateOnly From, int Years, DateTimeOffset Until, int Letters, int Conversations) : FactContent;
