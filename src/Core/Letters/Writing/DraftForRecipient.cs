using Vaguemestre.Core.Letters.Templates;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>A draft as one of its recipients would get it if it were sent now. Not a promise: the draft may change yet.</summary>
/// <param name="Letter">The draft.</param>
/// <param name="Recipient">One of the draft's, or anybody.</param>
/// <param name="Subject">Filled in.</param>
/// <param name="Body">Filled in, sanitised.</param>
/// <param name="Files">The letter's, then the recipient's own.</param>
public sealed record DraftForRecipient(Letter Letter, RecipientInput Recipient, string Subject, string Body, IReadOnlyList<LetterAttachment> Files)
{
    public static DraftForRecipient Of(Letter letter, LetterRecipient recipient, string organisation, DateTimeOffset now) =>
        Of(letter, recipient.AsInput(), recipient.Paragraph, recipient.Attachments, organisation, now);

    /// <summary>For a draft that nobody is chosen for yet.</summary>
    public static DraftForRecipient Example(Letter letter, RecipientInput recipient, string organisation, DateTimeOffset now, string? paragraph = null) =>
        Of(letter, recipient, paragraph, [], organisation, now);

    private static DraftForRecipient Of(Letter letter, RecipientInput recipient, string? paragraph, IEnumerable<LetterAttachment> own, string organisation, DateTimeOffset now)
    {
        var common = LetterVariables.Common(letter, organisation, now);
        var personal = LetterVariables.Of(recipient, paragraph);
        return new(
            letter,
            recipient,
            personal.FillLine(common.FillLine(letter.Subject)),
            personal.FillBody(common.FillBody(letter.Body)),
            [.. letter.Attachments.OrderBy(a => a.Rank), .. own.OrderBy(a => a.Rank)]);
    }
}
