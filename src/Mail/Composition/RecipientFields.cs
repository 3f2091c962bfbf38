using System.Buffers;
using System.Globalization;
using System.Text;
using MimeKit;

namespace Vaguemestre.Mail.Composition;

/// <summary>The header fields that differ from one recipient to the next: checked, and written without MimeKit where they are plain ASCII.</summary>
internal static class RecipientFields
{
    /// <summary>RFC 5322 §2.1.1: what a line should not exceed.</summary>
    private const int MaxLine = 78;

    private static readonly SearchValues<char> AddressCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.@");

    public static MailboxAddress Address(Mailbox mailbox, string field) =>
        new(Encoding.UTF8, Name(mailbox, field), AddressSpec.Parse(mailbox.Address, $"{field}.{nameof(Mailbox.Address)}").ToString());

    /// <summary><c>left@right</c> in printable ASCII, without angle brackets.</summary>
    public static string MessageId(string id) =>
        id is { Length: > 2 and <= 250 } && Ascii.IsValid(id) && !id.AsSpan().ContainsAnyInRange('\0', ' ') && id.AsSpan().IndexOfAny('<', '>', '\x7F') < 0
            && id.IndexOf('@') is > 0 and var at && at < id.Length - 1
            ? id
            : throw new ArgumentException("MessageId must be left@right in printable ASCII, without angle brackets.", nameof(id));

    /// <summary>Writes To or Reply-To.</summary>
    /// <returns>True where only RFC 6532 can write it.</returns>
    public static bool Write(HeaderId id, Mailbox mailbox, ref EncodedBytes output)
    {
        var field = id == HeaderId.To ? nameof(OutgoingMail.To) : nameof(OutgoingMail.ReplyTo);
        var address = AddressSpec.Parse(mailbox.Address, $"{field}.{nameof(Mailbox.Address)}");
        var name = Name(mailbox, field);
        var text = address.ToString();
        if (text.AsSpan().ContainsAnyExcept(AddressCharacters) || !IsPlain(name) || text.Length + (name?.Length ?? 0) > MaxLine - 15)
        {
            WriteEncoded(id, new MailboxAddress(Encoding.UTF8, name, text), address.NeedsSmtpUtf8, ref output);
            return address.NeedsSmtpUtf8;
        }

        output.Add(id == HeaderId.To ? "To: "u8 : "Reply-To: "u8);
        if (name is not null)
        {
            output.Add("\""u8);
            output.Add(name);
            output.Add("\" <"u8);
        }

        output.Add(text);
        output.Add(name is null ? "\r\n"u8 : ">\r\n"u8);
        return false;
    }

    public static void Write(DateTimeOffset date, ref EncodedBytes output)
    {
        output.Add("Date: "u8);
        date.TryFormat(output.Room(40), out var written, "ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture);
        output.Advance(written);
        var minutes = (int)Math.Abs(date.Offset.TotalMinutes);
        var offset = output.Room(8);
        offset[0] = (byte)(date.Offset < TimeSpan.Zero ? '-' : '+');
        (minutes / 60 * 100 + (minutes % 60)).TryFormat(offset[1..], out written, "0000", CultureInfo.InvariantCulture);
        output.Advance(1 + written);
        output.Add("\r\n"u8);
    }

    private static string? Name(Mailbox mailbox, string field) => mailbox.Name is null ? null : Field.Line(mailbox.Name, $"{field}.{nameof(Mailbox.Name)}");

    /// <summary>It can stand between quotes as it is, and nobody would take it for an encoded word (RFC 2047).</summary>
    private static bool IsPlain(string? name) =>
        name is null || (name.Length > 0 && Ascii.IsValid(name) && name.AsSpan().IndexOfAny('"', '\\', '=') < 0 && name[0] != ' ' && name[^1] != ' ');

    private static void WriteEncoded(HeaderId id, MailboxAddress mailbox, bool international, ref EncodedBytes output)
    {
        var message = new MimeMessage();
        message.Headers.Clear();
        (id == HeaderId.To ? message.To : message.ReplyTo).Add(mailbox);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = international;
        using var header = new MemoryStream();
        message.Headers.WriteTo(format, header);
        // It ends with the empty line that ends a header.
        output.Add(header.GetBuffer().AsSpan(0, (int)header.Length).TrimEnd("\r\n"u8));
        output.Add("\r\n"u8);
    }
}
