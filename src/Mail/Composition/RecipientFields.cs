using System.Globalization;
using System.Text;
using MimeKit;

namespace Vaguemestre.Mail.Composition;

/// <summary>The header fields that differ from one recipient to the next: checked as the others are, and written without MimeKit, which takes twenty times as long.</summary>
internal static class RecipientFields
{
    /// <summary>RFC 5322 §2.1.1: what a line should not exceed, in bytes.</summary>
    private const int MaxLine = 78;

    /// <summary>What an encoded word says in one line; with its frame and the longest field name it stays below 76 characters (RFC 2047 §2).</summary>
    private const int MaxEncoded = 50;

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
        output.Add(id == HeaderId.To ? "To: "u8 : "Reply-To: "u8);
        var text = address.ToString();
        if (string.IsNullOrEmpty(name))
        {
            output.Add(text);
        }
        else
        {
            var start = output.Count;
            if (IsPlain(name))
                AddQuoted(name, ref output);
            else
                AddEncoded(name, ref output);
            output.Add(output.Count - start + text.Length > MaxLine - 15 ? "\r\n <"u8 : " <"u8);
            output.Add(text);
            output.Add(">"u8);
        }

        output.Add("\r\n"u8);
        return address.NeedsSmtpUtf8;
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

    /// <summary>It can stand between quotes as it is, and nobody would take it for an encoded word.</summary>
    private static bool IsPlain(string name) =>
        name.Length <= MaxEncoded && Ascii.IsValid(name) && name.AsSpan().IndexOfAny('"', '\\', '=') < 0 && name[0] != ' ' && name[^1] != ' ';

    private static void AddQuoted(string name, ref EncodedBytes output)
    {
        output.Add("\""u8);
        output.Add(name);
        output.Add("\""u8);
    }

    /// <summary>Encoded words (RFC 2047 §4.2), one a line, each of whole characters.</summary>
    private static void AddEncoded(string name, ref EncodedBytes output)
    {
        output.Add("=?utf-8?q?"u8);
        var start = output.Count;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            var octets = utf8[..rune.EncodeToUtf8(utf8)];
            if (output.Count - start + (octets.Length * 3) > MaxEncoded)
            {
                output.Add("?=\r\n =?utf-8?q?"u8);
                start = output.Count;
            }

            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == ' '))
            {
                output.Room(1)[0] = rune.Value == ' ' ? (byte)'_' : octets[0];
                output.Advance(1);
                continue;
            }

            foreach (var octet in octets)
            {
                octet.TryFormat(output.Room(3)[1..], out _, "X2", CultureInfo.InvariantCulture);
                output.Room(3)[0] = (byte)'=';
                output.Advance(3);
            }
        }

        output.Add("?="u8);
    }
}
