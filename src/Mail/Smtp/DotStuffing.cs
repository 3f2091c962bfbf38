namespace Vaguemestre.Mail.Smtp;

/// <summary>Writes a message as the content of DATA: a dot that begins a line is doubled (RFC 5321 §4.5.2).</summary>
internal sealed class DotStuffing(Stream output) : WriteOnlyStream
{
    private static readonly byte[] Dot = "."u8.ToArray(), End = ".\r\n"u8.ToArray(), LineEnd = "\r\n"u8.ToArray();

    /// <summary>How much of a CRLF stands directly before, in bytes; the content begins a line.</summary>
    private int _lineEnd = 2;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (FirstDot(buffer.Span) is >= 0 and var dot)
        {
            await output.WriteAsync(buffer[..(dot + 1)], cancellationToken);
            await output.WriteAsync(Dot, cancellationToken);
            buffer = buffer[(dot + 1)..];
            _lineEnd = 0;
        }

        if (buffer.IsEmpty)
            return;
        await output.WriteAsync(buffer, cancellationToken);
        _lineEnd = LineEndOf(buffer.Span);
    }

    /// <summary>Writes the end of the content, on a line of its own.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (_lineEnd < 2)
            await output.WriteAsync(LineEnd, cancellation);
        await output.WriteAsync(End, cancellation);
    }

    private int FirstDot(ReadOnlySpan<byte> bytes)
    {
        if (_lineEnd == 2 && bytes is [(byte)'.', ..])
            return 0;
        if (_lineEnd == 1 && bytes is [(byte)'\n', (byte)'.', ..])
            return 1;
        var found = bytes.IndexOf("\r\n."u8);
        return found < 0 ? -1 : found + 2;
    }

    private int LineEndOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [.., (byte)'\r', (byte)'\n'] => 2,
        [(byte)'\n'] => _lineEnd == 1 ? 2 : 0,
        [.., (byte)'\r'] => 1,
        _ => 0,
    };
}
