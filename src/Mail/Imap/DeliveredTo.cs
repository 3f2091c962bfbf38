using MimeKit;

namespace Vaguemestre.Mail.Imap;

/// <summary>
/// To whom a message in a mailbox was sent, now that its envelope is gone: the addresses that the header fields tell of, those of the
/// delivering server first, then what the servers on its way noted, then what its writer put.
/// </summary>
public static class DeliveredTo
{
    private const int MaxHeaderBytes = 256 * 1024, MaxAddresses = 200;

    private const string Received = "Received";

    private static readonly char[] Separators = [' ', '\t', '\r', '\n', '<', '>', '(', ')', ',', ';', ':', '"', '[', ']'];

    private static readonly string[][] Fields =
    [
        ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-RCPT-TO", "Original-Recipient"],
        [Received],
        ["To", "Cc", "Resent-To"],
    ];

    /// <summary>Three lists, the most trustworthy first; any may be empty. Whatever the message is, it does not throw.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Read(byte[] raw)
    {
        var headers = HeadersOf(raw);
        return [.. Fields.Select(IReadOnlyList<string> (fields) => [.. headers.Where(h => fields.Contains(h.Field, StringComparer.OrdinalIgnoreCase)).SelectMany(AddressesIn).Take(MaxAddresses)])];
    }

    private static HeaderList HeadersOf(byte[] raw)
    {
        try
        {
            using var head = new MemoryStream(raw, 0, Math.Min(raw.Length, MaxHeaderBytes), writable: false);
            return new MimeParser(head, MimeFormat.Entity).ParseHeaders();
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static IEnumerable<string> AddressesIn(Header header)
    {
        var isReceived = header.Field.Equals(Received, StringComparison.OrdinalIgnoreCase);
        var words = header.Value.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            // Of Received, « for <address> »: it also tells the sender, and identifiers with an @.
            if (words[i].Contains('@', StringComparison.Ordinal) && (!isReceived || (i > 0 && words[i - 1] == "for")))
                yield return words[i];
        }
    }
}
