namespace Vaguemestre.Mail.Smtp;

/// <summary>
/// Gathers the content of DATA up to CRLF.CRLF and nothing else: a dot among bare LF or CR is content, so that no second message can be
/// smuggled past a server that reads line ends differently. Removes the dots that the client doubled (RFC 5321 §4.5.2). Or the
/// chunks of BDAT, which have a length and no dots.
/// </summary>
internal sealed class MessageContent(int maxBytes)
{
    /// <summary>What is thrown away of a message too big before its sender is: it was told the limit.</summary>
    private const long MostThrownAway = 64 * 1024 * 1024;

    private readonly MemoryStream _bytes = new();
    private long _received;
    private State _state = State.LineStart;

    private enum State
    {
        LineStart,
        Text,
        Cr,
        Dot,
        DotCr,
    }

    public bool IsComplete { get; private set; }

    /// <summary>The message was too big, and is thrown away.</summary>
    public bool IsTooBig { get; private set; }

    /// <summary>So much came after it was too big that reading on to the end is no use.</summary>
    public bool IsEndless => IsTooBig && _received > maxBytes + MostThrownAway;

    public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    /// <summary>Takes what belongs to the message.</summary>
    /// <returns>How many of the bytes belong to this message; the rest is the next command.</returns>
    public int Add(ReadOnlySpan<byte> input)
    {
        var i = 0;
        while (i < input.Length && !IsComplete)
        {
            if (_state == State.Text)
            {
                // The long way between two line ends, in one go.
                var cr = input[i..].IndexOf((byte)'\r');
                var run = cr < 0 ? input.Length - i : cr;
                Keep(input.Slice(i, run));
                i += run;
                if (cr < 0)
                    break;
            }

            Step(input[i++]);
        }

        return i;
    }

    /// <summary>Takes a part of a chunk: every byte is content.</summary>
    public void AddChunk(ReadOnlySpan<byte> input) => Keep(input);

    private void Step(byte next)
    {
        switch (_state)
        {
            case State.LineStart when next == '.':
                _state = State.Dot;
                return;
            case State.Dot when next == '\r':
                _state = State.DotCr;
                return;
            case State.DotCr when next == '\n':
                IsComplete = true;
                return;
            case State.DotCr:
                Keep("\r"u8);
                _state = State.Cr;
                break;
        }

        Keep([next]);
        _state = next switch
        {
            (byte)'\r' => State.Cr,
            (byte)'\n' when _state == State.Cr => State.LineStart,
            _ => State.Text,
        };
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        _received += bytes.Length;
        if (!IsTooBig && _bytes.Length + bytes.Length > maxBytes)
        {
            IsTooBig = true;
            _bytes.SetLength(0);
            _bytes.Capacity = 0;
        }

        if (!IsTooBig)
            _bytes.Write(bytes);
    }
}
