using System.Text;

namespace Vaguemestre.Mail.Smtp;

/// <summary>Lines and bytes of one SMTP connection, for either side of it. Reading and writing are buffered; what was written last leaves with the next flush.</summary>
internal sealed class Wire(Stream stream, int outputBytes = 4 * 1024)
{
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly byte[] _input = new byte[16 * 1024];
    private readonly byte[] _output = new byte[outputBytes];
    private int _next, _end, _written;

    public bool HasUnreadInput => _next < _end;

    /// <summary>So many bytes more can be written without waiting for the network.</summary>
    public bool HasRoom(int bytes) => bytes <= _output.Length - _written;

    public ValueTask WriteLineAsync(string line, CancellationToken cancellation)
    {
        if (!HasRoom(Encoding.UTF8.GetMaxByteCount(line.Length) + 2))
            return WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);
        _written += Encoding.UTF8.GetBytes(line, _output.AsSpan(_written));
        _output[_written++] = (byte)'\r';
        _output[_written++] = (byte)'\n';
        return default;
    }

    /// <summary>The last byte stays in the buffer until the next flush or writing.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (!HasRoom(bytes.Length))
            return WriteOverAsync(bytes, cancellation);
        bytes.Span.CopyTo(_output.AsSpan(_written));
        _written += bytes.Length;
        return default;
    }

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        var written = _written;
        _written = 0;
        if (written > 0)
            await stream.WriteAsync(_output.AsMemory(0, written), cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>The next line without its end (CRLF, or a bare LF, which only matters outside a message). Null text at the end of the connection.</summary>
    /// <param name="maxBytes">At most what the input buffer holds.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async ValueTask<WireLine> ReadLineAsync(int maxBytes, CancellationToken cancellation)
    {
        var tooLong = false;
        while (true)
        {
            var rest = _input.AsMemory(_next, _end - _next);
            var lf = rest.Span.IndexOf((byte)'\n');
            tooLong |= (lf < 0 ? rest.Length : lf) > maxBytes;
            if (lf >= 0)
            {
                _next += lf + 1;
                return new WireLine(tooLong ? "" : Decode(rest.Span[..lf]), tooLong);
            }

            if (tooLong)
                _next = _end;
            if (!await FillAsync(cancellation))
                return default;
        }
    }

    /// <summary>The next bytes, at least one, as they came; empty at the end of the connection. To be followed by <see cref="Consume"/>.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken cancellation) =>
        HasUnreadInput || await FillAsync(cancellation) ? _input.AsMemory(_next, _end - _next) : default;

    public void Consume(int bytes) => _next += bytes;

    private async ValueTask WriteOverAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!HasRoom(bytes.Length))
        {
            var part = bytes[..(_output.Length - _written)];
            part.Span.CopyTo(_output.AsSpan(_written));
            bytes = bytes[part.Length..];
            _written = 0;
            await stream.WriteAsync(_output, cancellation);
        }

        await WriteAsync(bytes, cancellation);
    }

    /// <summary>Reads more behind what is there.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        _input.AsSpan(_next, _end - _next).CopyTo(_input);
        (_next, _end) = (0, _end - _next);
        var read = await stream.ReadAsync(_input.AsMemory(_end), cancellation);
        _end = read == 0 ? 0 : _end + read;
        return read > 0;
    }

    private static string Decode(ReadOnlySpan<byte> line)
    {
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(line);
        }
    }
}

/// <summary>One line of the dialogue.</summary>
/// <param name="Text">The line, or null at the end of the connection.</param>
/// <param name="TooLong">It was longer than allowed, and thrown away.</param>
internal readonly record struct WireLine(string? Text, bool TooLong);
