namespace Vaguemestre.Mail.Smtp;

/// <summary>Writes a message as the content of DATA: a dot that begins a line is doubled (RFC 5321 §4.5.2). Flushing and disposing it touch nothing below.</summary>
internal sealed class DotStuffing(Stream output) : Stream
{
    private static readonly byte[] Dot = "."u8.ToArray();
    private byte _last = (byte)'\n', _beforeLast = (byte)'\r';

    private bool AtLineStart => _last == '\n' && _beforeLast == '\r';

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (AtLineStart && buffer.Span[0] == '.')
                await output.WriteAsync(Dot, cancellationToken);
            var lf = buffer.Span.IndexOf((byte)'\n');
            var line = lf < 0 ? buffer : buffer[..(lf + 1)];
            await output.WriteAsync(line, cancellationToken);
            _beforeLast = line.Length > 1 ? line.Span[^2] : _last;
            _last = line.Span[^1];
            buffer = buffer[line.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the end of the content, on a line of its own.</summary>
    public ValueTask EndAsync(CancellationToken cancellation) =>
        output.WriteAsync(AtLineStart ? ".\r\n"u8.ToArray() : "\r\n.\r\n"u8.ToArray(), cancellation);

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The content is written asynchronously.");
}
