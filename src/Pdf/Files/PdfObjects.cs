using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vaguemestre.Pdf.Files;

/// <summary>
/// Writes numbered objects one after the other and, at the end, the table of their places (ISO 32000-1, 7.5: header, body,
/// cross-reference table, trailer). A number may be reserved before its object is written, so that objects can refer to each other.
/// The file identifier is a digest of what was written: the same objects make the same file. The output need not be seekable.
/// </summary>
internal sealed class PdfObjects
{
    readonly Stream output;
    readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<long> places = [0];
    readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    int buffered;
    long flushed;

    /// <summary>With four bytes above 127: ISO 19005-3, 6.1.2.</summary>
    public const string Header = "%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n";

    public PdfObjects(Stream output)
    {
        this.output = output;
        Put(Header);
    }

    public int Reserve()
    {
        places.Add(0);
        return places.Count - 1;
    }

    /// <summary>Writes an object's body: PDF syntax, whose text has gone through <see cref="PdfSyntax"/>.</summary>
    public void Write(int number, params ReadOnlySpan<string> body)
    {
        Begin(number);
        foreach (var part in body)
            Put(part);
        Put("\nendobj\n");
    }

    public void WriteStream(int number, string entries, ReadOnlySpan<byte> data)
    {
        Begin(number);
        Put($"<< {entries} /Length {data.Length} >>\nstream\n");
        Put(data);
        Put("\nendstream\nendobj\n");
    }

    public void WriteStream(int number, string entries, PackedStream data) => WriteStream(number, entries + " /Filter /FlateDecode", data.Bytes.Span);

    public int Add(string body)
    {
        var number = Reserve();
        Write(number, body);
        return number;
    }

    public int AddStream(string entries, ReadOnlySpan<byte> data)
    {
        var number = Reserve();
        WriteStream(number, entries, data);
        return number;
    }

    public int AddStream(string entries, PackedStream data)
    {
        var number = Reserve();
        WriteStream(number, entries, data);
        return number;
    }

    /// <summary>Where an object that is written begins, in bytes.</summary>
    public long PlaceOf(int number) => places[number];

    /// <summary>Writes the end. Nothing is written afterwards.</summary>
    public void Finish(int catalog, int information)
    {
        var table = flushed + buffered;
        Flush();
        var identifier = Convert.ToHexString(digest.GetHashAndReset().AsSpan(0, 16));
        Put(Ending(places, table, catalog, information, identifier));
        Flush();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The cross-reference table and the trailer (ISO 32000-1, 7.5.4 and 7.5.5).</summary>
    /// <param name="places">Of the objects by their number; the first is of none.</param>
    public static string Ending(IReadOnlyList<long> places, long table, int catalog, int information, string identifier)
    {
        var references = new StringBuilder($"xref\n0 {places.Count}\n0000000000 65535 f \n");
        foreach (var place in places.Skip(1))
            references.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        return references.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {places.Count} /Root {catalog} 0 R /Info {information} 0 R /ID [<{identifier}> <{identifier}>] >>\nstartxref\n{table}\n%%EOF\n").ToString();
    }

    void Begin(int number)
    {
        if (places[number] != 0)
            throw new InvalidOperationException($"Object {number} is written twice.");

        places[number] = flushed + buffered;
        Put($"{number} 0 obj\n");
    }

    void Put(string syntax)
    {
        for (var rest = syntax.AsSpan(); !rest.IsEmpty;)
        {
            if (buffered == buffer.Length)
                Flush();
            var part = rest[..Math.Min(rest.Length, buffer.Length - buffered)];
            buffered += Encoding.Latin1.GetBytes(part, buffer.AsSpan(buffered));
            rest = rest[part.Length..];
        }
    }

    void Put(ReadOnlySpan<byte> bytes)
    {
        Flush();
        output.Write(bytes);
        digest.AppendData(bytes);
        flushed += bytes.Length;
    }

    void Flush()
    {
        output.Write(buffer.AsSpan(0, buffered));
        digest.AppendData(buffer.AsSpan(0, buffered));
        flushed += buffered;
        buffered = 0;
    }
}
