using MimeKit;
using Vaguemestre.Mail.Composition;

namespace Vaguemestre.Mail;

/// <summary>A recipient's own value for one mark of a <see cref="MailMould"/>, as it stands in each alternative.</summary>
/// <param name="Text">In the text.</param>
/// <param name="Html">In the HTML, already encoded for the place where the mark stands.</param>
public readonly record struct SlotValue(string Text, string Html);

/// <summary>
/// A mail to many, written as MIME once, files and all; each recipient's mail is then a few values put into it, for some microseconds. It keeps the
/// encoded bytes in memory and never changes: any number of threads may take from it at once.
/// </summary>
public sealed class MailMould
{
    private readonly bool _needsSmtpUtf8;
    private readonly int _marks, _slots;

    private MailMould(MouldWriter written, int marks, bool needsSmtpUtf8)
    {
        (Pieces, Size, _marks, _needsSmtpUtf8) = (written.Pieces(), written.Size, marks, needsSmtpUtf8);
        foreach (var piece in Pieces)
        {
            CommonLength += piece.Bytes.Length;
            _slots += piece.Slot is null ? 0 : 1;
        }
    }

    /// <summary>The memory it takes, in bytes.</summary>
    public long Size { get; }

    internal MouldPiece[] Pieces { get; }

    internal long CommonLength { get; }

    /// <summary>Writes what is the same for everybody.</summary>
    /// <param name="mail">The mail, marks in its text and HTML; its To, Reply-To, Date and Message-ID are not looked at.</param>
    /// <param name="marks">What stands where the values go: ASCII strings that nothing else in the mail can contain, nor one another.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ArgumentException">A field or a mark is not acceptable; the message names it.</exception>
    /// <exception cref="MailFileException">A joined file could not be read.</exception>
    public static async Task<MailMould> CastAsync(OutgoingMail mail, IReadOnlyList<string> marks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(mail);
        ArgumentNullException.ThrowIfNull(marks);
        for (var i = 0; i < marks.Count; i++)
        {
            if (marks[i] is not { Length: > 0 } mark || mark.Any(c => c is <= ' ' or >= '\x7F') || marks.Where((other, j) => j != i && other.Contains(mark, StringComparison.Ordinal)).Any())
                throw new ArgumentException("A mark must be printable ASCII, without spaces, and no part of another.", nameof(marks));
        }

        var written = new MouldWriter(marks);
        var composed = new ComposedMail(mail with { To = mail.From, ReplyTo = null, MessageId = "anybody@localhost", Date = DateTimeOffset.UnixEpoch }, written.Text);
        await composed.WriteCommonAsync(written, cancellation);
        return new MailMould(written, marks.Count, composed.NeedsSmtpUtf8);
    }

    /// <summary>The mail of one recipient. What it reads is what <see cref="OutgoingMail.WriteAsync"/> would write with the values in place of the marks.</summary>
    /// <param name="to">The recipient.</param>
    /// <param name="messageId"><inheritdoc cref="OutgoingMail.MessageId" path="/summary"/></param>
    /// <param name="date">The date it shows.</param>
    /// <param name="replyTo">Where an answer goes; null = to the sender.</param>
    /// <param name="values">One for each mark, in their order. A lone CR is a line end, even before an LF that follows the mark.</param>
    /// <exception cref="ArgumentException">A field is not acceptable; the message names it.</exception>
    public EncodedMail For(Mailbox to, string messageId, DateTimeOffset date, Mailbox? replyTo, IReadOnlyList<SlotValue> values)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != _marks)
            throw new ArgumentException($"{_marks} values are needed, one for each mark.", nameof(values));
        var own = new EncodedBytes();
        try
        {
            var needsSmtpUtf8 = RecipientFields.Write(HeaderId.To, to, ref own) | _needsSmtpUtf8;
            if (replyTo is not null)
                needsSmtpUtf8 |= RecipientFields.Write(HeaderId.ReplyTo, replyTo, ref own);
            own.Add("Message-ID: <"u8);
            own.Add(RecipientFields.MessageId(messageId));
            own.Add(">\r\n"u8);
            RecipientFields.Write(date, ref own);
            var ends = new int[_slots + 1];
            ends[0] = own.Count;
            Fill(values, ends, ref own);
            return new EncodedMail(this, own.Written.ToArray(), ends, needsSmtpUtf8);
        }
        finally
        {
            own.Dispose();
        }
    }

    private void Fill(IReadOnlyList<SlotValue> values, int[] ends, ref EncodedBytes own)
    {
        var (open, filled) = (false, 0);
        foreach (var piece in Pieces)
        {
            if (piece.Slot is not { } slot)
                continue;
            open = slot.AfterOpenLine ?? open;
            var value = slot.IsHtml ? values[slot.Mark].Html : values[slot.Mark].Text;
            if (value.Length > 0)
            {
                if (open)
                    own.Add(QuotedPrintable.SoftBreak);
                open = QuotedPrintable.Write(value, ref own);
            }

            if (open && slot.BeforeText)
                own.Add(QuotedPrintable.SoftBreak);
            ends[++filled] = own.Count;
        }
    }
}
