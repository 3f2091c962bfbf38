using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Vaguemestre.Pdf.Files;

namespace Vaguemestre.Pdf;

/// <summary>
/// A signed document read again, from the file alone. Reads what <see cref="PdfDocument"/> writes, byte for byte, and nothing else: what
/// has another shape, more after its end or a second signature is not such a document. So no other reader sees in it what this one does not.
/// </summary>
public sealed partial class SignedPdf
{
    /// <summary>Of everything that is packed in the file, in bytes.</summary>
    const int MostUnpacked = 128 * 1024 * 1024;

    readonly List<Part> parts;

    SignedPdf(List<Part> parts, byte[] signed, byte[] signature)
    {
        this.parts = parts;
        (SignedBytes, Signature) = (signed, signature);
    }

    /// <summary>What the signature covers: all but itself.</summary>
    public byte[] SignedBytes { get; }

    /// <summary>The CMS signature, in DER. Not checked.</summary>
    public byte[] Signature { get; }

    /// <summary>Null where the file is not as <see cref="PdfDocument.WriteForSignature"/> and <see cref="UnsignedPdf.With"/> write it.</summary>
    public static SignedPdf? Read(byte[] file)
    {
        var header = Encoding.Latin1.GetBytes(PdfObjects.Header);
        if (!file.AsSpan().StartsWith(header))
            return null;
        try
        {
            var read = new List<Part>();
            var at = header.Length;
            for (int room = MostUnpacked, next; Part.At(file, at, ref room, out next) is { } part; at = next)
                read.Add(part);
            return EndsAt(file, at, read) && read.FindAll(part => part.IsSignature) is [var signature] && Signing.SignaturePlace.Find(file, signature.Start) is { } place
                && place.HasRange(file) && place.Contents(file) is { } contents
                ? new SignedPdf(read, place.Covered(file), contents)
                : null;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The content of the only embedded file; null where there is none or more than one.</summary>
    public byte[]? Attachment => parts.FindAll(part => part.Dictionary.StartsWith("<< /Type /EmbeddedFile ", StringComparison.Ordinal)) is [var file] ? file.Content : null;

    /// <summary>
    /// Whether another document has the same pages, texts, fonts and attachments, whoever signed either. Packed content is compared unpacked:
    /// another library packs the same otherwise.
    /// </summary>
    public bool SaysTheSameAs(SignedPdf other) =>
        parts.Count == other.parts.Count && parts.Zip(other.parts).All(pair => pair.First.SaysTheSameAs(pair.Second));

    static bool EndsAt(ReadOnlySpan<byte> file, int at, List<Part> read)
    {
        var text = Encoding.Latin1.GetString(file[at..]);
        if (Trailer().Match(text) is not { Success: true } trailer || read.Exists(part => part.Number > read.Count))
            return false;
        var places = new long[read.Count + 1];
        foreach (var part in read)
            places[part.Number] = part.Start;
        return text == PdfObjects.Ending(places, at, Number(trailer.Groups["catalog"]), Number(trailer.Groups["information"]), trailer.Groups["identifier"].Value);
    }

    static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\ntrailer\n<< /Size [0-9]{1,7} /Root (?<catalog>[0-9]{1,7}) 0 R /Info (?<information>[0-9]{1,7}) 0 R /ID \[<(?<identifier>[0-9A-F]{32})> ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Trailer();

    [GeneratedRegex(@"^(?<number>[1-9][0-9]{0,6}) 0 obj$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Beginning();

    [GeneratedRegex(@" /Length (?<length>[0-9]{1,9}) >>$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Length();

    /// <summary>An object: its dictionary without the stream's length, and the stream unpacked.</summary>
    sealed record Part(int Number, int Start, string Dictionary, byte[]? Content)
    {
        public bool IsSignature => Dictionary.StartsWith("<< /Type /Sig ", StringComparison.Ordinal);

        /// <summary>Null where no object begins here.</summary>
        public static Part? At(byte[] file, int at, ref int room, out int next)
        {
            next = at;
            if (Line(file, ref next) is not { } first || Beginning().Match(first) is not { Success: true } beginning || Line(file, ref next) is not { } dictionary)
                return null;
            byte[]? content = null;
            if (Take(file, ref next, "stream\n"u8))
            {
                var length = Length().Match(dictionary) is { Success: true } match ? SignedPdf.Number(match.Groups["length"]) : throw new InvalidDataException("A stream has its length.");
                content = file[next..(next + length)];
                next += length;
                dictionary = dictionary[..^match.Length];
                if (!Take(file, ref next, "\nendstream\n"u8))
                    throw new InvalidDataException("A stream ends where it says.");
                if (dictionary.EndsWith(" /Filter /FlateDecode", StringComparison.Ordinal))
                    content = Unpack(content, room);
                room -= content.Length;
            }

            return Take(file, ref next, "endobj\n"u8) ? new Part(SignedPdf.Number(beginning.Groups["number"]), at, dictionary, content) : null;
        }

        public bool SaysTheSameAs(Part other) =>
            Number == other.Number && (IsSignature ? Unsigned(Dictionary) == Unsigned(other.Dictionary) : Dictionary == other.Dictionary)
            && (Content is null ? other.Content is null : other.Content is not null && Content.AsSpan().SequenceEqual(other.Content));

        static string Unsigned(string dictionary) => dictionary[..dictionary.IndexOf("/ByteRange [", StringComparison.Ordinal)];

        static string? Line(byte[] file, ref int at)
        {
            var length = file.AsSpan(at).IndexOf((byte)'\n');
            if (length < 0)
                return null;
            var line = Encoding.Latin1.GetString(file, at, length);
            at += length + 1;
            return line;
        }

        static bool Take(byte[] file, ref int at, ReadOnlySpan<byte> word)
        {
            if (!file.AsSpan(at).StartsWith(word))
                return false;
            at += word.Length;
            return true;
        }

        static byte[] Unpack(byte[] packed, int room)
        {
            using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = zlib.Read(buffer)) > 0;)
            {
                if (unpacked.Length + read > room)
                    throw new InvalidDataException("More is packed here than a document holds.");
                unpacked.Write(buffer, 0, read);
            }

            return unpacked.ToArray();
        }
    }
}
