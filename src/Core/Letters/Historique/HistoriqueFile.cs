namespace Vaguemestre.Core.Letters.Historique;

/// <summary>What an export of past messages says, checked. <c>docs/integrate/historique.md</c> describes the file.</summary>
/// <param name="Errors">What is wrong with the file as a whole; nothing of it is read then.</param>
public sealed record HistoriqueFile(IReadOnlyList<HistoriqueConsultation> Consultations, IReadOnlyList<FieldError> Errors);

/// <param name="Errors">What is wrong with its messages; none of them is to be imported then.</param>
/// <param name="Path">Where it stands in the file.</param>
public sealed record HistoriqueConsultation(string Reference, IReadOnlyList<HistoriqueMessage> Messages, IReadOnlyList<FieldError> Errors, string Path);

public sealed record HistoriqueSender(string? Name, string? Email, string? Company);

public sealed record HistoriqueMessage(
    string Id,
    ImportedKind Kind,
    DateTimeOffset At,
    HistoriqueSender Sender,
    IReadOnlyList<ImportedRecipient> Recipients,
    string? InReplyTo,
    string Subject,
    string Text,
    IReadOnlyList<HistoriqueAttachment> Attachments,
    string Path);

/// <param name="Size">Bytes; of the content where there is one.</param>
/// <param name="Sha256">Of the content where there is one.</param>
public sealed record HistoriqueAttachment(string Name, long? Size, byte[]? Sha256, byte[]? Content, string Path);
