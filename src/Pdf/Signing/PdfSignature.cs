namespace Vaguemestre.Pdf;

/// <summary>What a signed document says of its signature, before anybody has signed it.</summary>
/// <param name="Reason">Why it is signed, shown by readers.</param>
/// <param name="Capacity">Bytes kept for the CMS signature: with its certificates and its timestamp it must not be longer.</param>
public sealed record PdfSignature(string Reason, int Capacity);

/// <summary>
/// A document that waits for its signature: PAdES, <c>ETSI.CAdES.detached</c> (ETSI EN 319 142-1, 5). <see cref="ToSign"/> is the whole
/// file but for the place of the signature itself.
/// </summary>
public sealed class UnsignedPdf
{
    readonly Memory<byte> file;
    readonly Signing.SignaturePlace place;

    internal UnsignedPdf(Memory<byte> file, Signing.SignaturePlace place)
    {
        this.file = file;
        this.place = place;
        place.WriteRange(file.Span);
    }

    public byte[] ToSign => place.Covered(file.Span);

    /// <param name="cms">A detached CMS signature of <see cref="ToSign"/>, in DER.</param>
    /// <exception cref="ArgumentException">It is longer than the capacity.</exception>
    public byte[] With(ReadOnlySpan<byte> cms)
    {
        if (cms.Length > place.Capacity)
            throw new ArgumentException($"The signature has {cms.Length} bytes, and {place.Capacity} were kept for it.", nameof(cms));
        var signed = file.ToArray();
        place.WriteContents(signed, cms);
        return signed;
    }
}
