using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <param name="Template">Version of the organisation's template it was made from; 0 for the product's default.</param>
public sealed record DraftWritten(LetterType Type, DeliveryMode Mode, string Subject, int Recipients, int Version, int Template) : FactContent
{
    public static DraftWritten Of(Letter letter) => new(letter.Type, letter.Mode, letter.Subject, letter.Recipients.Count, letter.Version, letter.TemplateNumber);
}

public sealed record ScheduledFor(DateTimeOffset At) : FactContent;

public sealed record WhyItStayed(IReadOnlyList<string> Reasons) : FactContent;

/// <param name="Number">Of the version that was added.</param>
/// <param name="ContentSha256">Of the version's canonical JSON: mode, reply option, subject, body.</param>
public sealed record TemplateWritten(LetterType Type, int Number, string Author, string ContentSha256) : FactContent
{
    public static TemplateWritten Of(TemplateVersion version) =>
        new(version.Type, version.Number, version.AuthorName, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(new { version.Mode, version.ReplyExpected, version.Subject, version.Body })))));
}

/// <param name="Recipient">Whose mail was tried.</param>
/// <param name="Reply">What the relay answered.</param>
public sealed record TestSentContent(string? Recipient, string Reply) : FactContent;

public sealed record DraftGone(string Subject, int Attachments) : FactContent;

public sealed record AttachmentFact(Guid Attachment, string Name, long Size, string Sha256) : FactContent
{
    public static AttachmentFact Of(LetterAttachment a) => new(a.Id, a.Name, a.Size, Convert.ToHexStringLower(a.Sha256));
}

public sealed record LetterSentContent(string ContentSha256, int Recipients, string Author) : FactContent;

/// <summary>The initial sending of a conversation: to whom, from whom, about what, and the hash of what was said.</summary>
/// <param name="Corrects">The conversation that it continues at a corrected address; null for one that the sending of the letter made.</param>
/// <param name="Answers">The conversation whose reply the letter answers; null for most.</param>
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
    IReadOnlyList<FileDigest> Attachments,
    CorrectedSending? Corrects = null,
    Guid? Answers = null) : FactContent;

/// <summary>An undelivered conversation, and the address that it was with.</summary>
public sealed record CorrectedSending(Guid Conversation, string Recipient);

/// <summary>The letter that the buyer wrote in answer to a reply.</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Subject">Its subject, as the same recipient got it.</param>
/// <param name="Conversation">Its conversation with the same recipient; null where it went to others only.</param>
public sealed record AnsweringLetter(Guid Letter, string Subject, Guid? Conversation) : FactContent;

public sealed record FileDigest(string Name, long Size, string Sha256)
{
    public static FileDigest Of(LetterAttachment a) => new(a.Name, a.Size, Convert.ToHexStringLower(a.Sha256));
}

/// <summary>The bytes that a content hash covers: canonical JSON (RFC 8785) of what a recipient gets.</summary>
public static class LetterContent
{
    /// <summary>The letter as it is the same for all: variables of the recipient unfilled, nobody's own files.</summary>
    public static string Canonical(Letter letter) => Canonical(letter, letter.Subject, letter.Body, letter.Attachments.OrderBy(a => a.Rank));

    /// <summary>What the recipient of this conversation got.</summary>
    /// <param name="conversation">With its letter, its recipient and the files of both loaded.</param>
    public static string Canonical(Conversation conversation) => Canonical(conversation.Letter!, conversation.Subject, conversation.Body, conversation.Files);

    internal static string Canonical(Letter letter, string subject, string body, IEnumerable<LetterAttachment> files) => CanonicalJson.Serialize(new
    {
        letter.Type,
        letter.Mode,
        letter.ReplyExpected,
        letter.ReplyDue,
        Subject = subject,
        Body = body,
        Attachments = files.Select(FileDigest.Of),
    });
}
