using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

public sealed record DraftWritten(LetterType Type, DeliveryMode Mode, string Subject, int Recipients, int Version) : FactContent;

public sealed record DraftGone(string Subject, int Attachments) : FactContent;

public sealed record AttachmentFact(Guid Attachment, string Name, long Size, string Sha256) : FactContent;

public sealed record LetterSentContent(string ContentSha256, int Recipients, string Author) : FactContent;

/// <summary>The initial sending of a conversation: to whom, from whom, about what, and the hash of what was said.</summary>
public sealed record SubmittedContent(
    string Organisation,
    string Author,
    string Consultation,
    string Title,
    LetterType Type,
    DeliveryMode Mode,
    string Subject,
    string Recipient,
    string? Name,
    string? Company,
    string ContentSha256,
    IReadOnlyList<FileDigest> Attachments) : FactContent;

public sealed record FileDigest(string Name, long Size, string Sha256)
{
    public static FileDigest Of(LetterAttachment a) => new(a.Name, a.Size, Convert.ToHexStringLower(a.Sha256));
}

/// <summary>The bytes that a letter's content hash covers: canonical JSON (RFC 8785) of what every recipient gets.</summary>
public static class LetterContent
{
    public static string Canonical(Letter letter) => CanonicalJson.Serialize(new
    {
        letter.Type,
        letter.Mode,
        letter.ReplyExpected,
        letter.ReplyDue,
        letter.Subject,
        letter.Body,
        Attachments = letter.Attachments.OrderBy(a => a.Rank).Select(FileDigest.Of),
    });
}
