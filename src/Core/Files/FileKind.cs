using Vaguemestre.Core.Files.Kinds;

namespace Vaguemestre.Core.Files;

/// <summary>
/// What a file is, told by its content alone; what it is called has no part in it. It is a recognition of the format, not a
/// judgement that the file is sound, and not a search for malware.
/// </summary>
/// <param name="ContentType">A media type (RFC 6838); <c>application/octet-stream</c> where the content is not recognised.</param>
/// <param name="Runs">What it is in French, with its article, where opening it runs it: « un programme pour Windows ». Null otherwise.</param>
public sealed record FileKind(string ContentType, string? Runs = null)
{
    /// <summary>Bytes from the beginning that a first verdict is made of.</summary>
    internal const int Beginning = EncryptedChunks.Plain;

    public static FileKind Unknown { get; } = new("application/octet-stream");

    /// <summary>Reads the beginning of <paramref name="content"/>, which can seek, and for some containers a part of its table of contents.</summary>
    public static async Task<FileKind> ReadAsync(Stream content, CancellationToken cancel)
    {
        content.Position = 0;
        var buffer = new byte[Beginning];
        var read = await content.ReadAtLeastAsync(buffer, Beginning, throwOnEndOfStream: false, cancel);
        var beginning = buffer.AsMemory(0, read);
        return OleFiles.IsOne(beginning.Span) ? await OleFiles.ReadAsync(content, beginning, cancel) : Of(beginning.Span);
    }

    /// <summary>
    /// The first verdict, from the beginning of a file that may go on. It names every kind that runs save Windows Installer's,
    /// whose table of contents stands anywhere.
    /// </summary>
    public static FileKind Of(ReadOnlySpan<byte> beginning) =>
        OleFiles.IsOne(beginning) ? OleFiles.Unspecified
        : ZipFiles.IsOne(beginning) ? ZipFiles.Of(beginning)
        : Signatures.Of(beginning) ?? TextFiles.Of(beginning) ?? Unknown;

    /// <summary>
    /// The media type to hand on with a file of this name. The name may only make a family of formats more precise (text named
    /// <c>.csv</c>); it never contradicts the content.
    /// </summary>
    public string ContentTypeFor(string name) => (ContentType, Path.GetExtension(name).ToLowerInvariant()) switch
    {
        ("text/plain", ".csv") => "text/csv",
        ("text/plain", ".md") => "text/markdown",
        ("text/plain", ".json") => "application/json",
        ("application/pkcs7-mime", ".p7s") => "application/pkcs7-signature",
        _ => ContentType,
    };
}
