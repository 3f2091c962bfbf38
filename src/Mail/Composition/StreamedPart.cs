using MimeKit;
using MimeKit.IO;
using MimeKit.IO.Filters;

namespace Vaguemestre.Mail.Composition;

/// <summary>A joined file whose content is opened when the part is written, and encoded on the way.</summary>
internal sealed class StreamedPart : MimePart
{
    private readonly MailFile _file;

    public StreamedPart(MailFile file, ContentType contentType) : base(contentType)
    {
        _file = file;
        ContentTransferEncoding = ContentEncoding.Base64;
    }

    public override async Task WriteToAsync(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        // Without content, the base class writes the header fields and the empty line.
        await base.WriteToAsync(options, stream, contentOnly, cancellationToken);
        var encoded = new FilteredStream(stream);
        encoded.Add(EncoderFilter.Create(ContentEncoding.Base64));
        encoded.Add(new Unix2DosFilter());
        await using var content = await ReadAsync(() => _file.Open(cancellationToken));
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await ReadAsync(() => content.ReadAsync(buffer, cancellationToken).AsTask())) > 0)
            await encoded.WriteAsync(buffer, 0, read, cancellationToken);
        await encoded.FlushAsync(cancellationToken);
    }

    /// <summary>A storage that fails must not be taken for a relay that fails.</summary>
    private async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new MailFileException($"The content of the joined file « {_file.Name} » could not be read.", fault);
        }
    }
}
