using System.Text;

namespace Vaguemestre.Mail.Smtp;

/// <summary>Lines and bytes of one SMTP connection, for either side of it. Reading and writing are buffered; nothing leaves before a flush.</summary>
internal sealed class Wire(Stream stream)
{
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly byte[] _input = new byte[16 * 1024];
    private readonly BufferedStream _output = new(stream, 32 * 1024);
    private int _next, _end;

    /// <summary>Where content is written; the same buffer as the commands.</summary>
    public Stream Output => _output;

    public bool HasUnreadInput => _next < _end;

    public async ValueTask WriteLineAsync(string line, CancellationToken cancellation) =>
        await _output.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);

    public Task FlushAsync(CancellationToken cancellation) => _output.FlushAsync(cancellation);

    /// <summary>The next line without its end (CRLF, or a bare LF, which only matters outside a message). Null text at the end of the connection.</summary>
    public async ValueTask<WireLine> ReadLineAsync(int maxBytes, CancellationToken cancellation)
    {
        var line = new List<byte>(128);
        var tooLong = false;
        while (HasUnreadInput || await FillAsync(cancellation))
        {
            var rest = _input.AsSpan(_next, _end - _next);
            var lf = rest.IndexOf((byte)'\n');
            var part = lf < 0 ? rest : rest[..lf];
            tooLong |= line.Count + part.Length > maxBytes;
            if (!tooLong)
                line.AddRange(part);
            _next += part.Length + (lf < 0 ? 0 : 1);
            if (lf < 0)
                continue;
            if (line is [.., (byte)'\r'])
                line.RemoveAt(line.Count - 1);
            return new WireLine(tooLong ? "" : Decode(line.ToArray()), tooLong);
        }

        return default;
    }

    /// <summary>The next bytes, at least one, as they came; empty at the end of the connection. To be followed by <see cref="Consume"/>.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken cancellation) =>
        HasUnreadInput || await FillAsync(cancellation) ? _input.AsMemory(_next, _end - _next) : default;

    public void Consume(int bytes) => _next += bytes;

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        _next = 0;
        _end = 0;
        _end = await stream.ReadAsync(_input, cancellation);
        return _end > 0;
    }

    private static string Decode(byte[] line)
    {
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
