using MimeKit;
using MimeKit.Text;

namespace Vaguemestre.Mail.Composition;

/// <summary>A place in a mould: bytes that are everybody's, or a recipient's own value.</summary>
/// <param name="Bytes">What is common; empty for a slot.</param>
/// <param name="Slot">The slot, or null for what is common.</param>
internal readonly record struct MouldPiece(ReadOnlyMemory<byte> Bytes, MouldSlot? Slot = null);

/// <summary>Where a value goes in a quoted-printable text.</summary>
/// <param name="Mark">Which value.</param>
/// <param name="IsHtml">In the HTML, not in the text.</param>
/// <param name="AfterOpenLine">The text before it ends inside a line; null where another slot stands directly before.</param>
/// <param name="BeforeText">Text stands directly behind it.</param>
internal sealed record MouldSlot(int Mark, bool IsHtml, bool? AfterOpenLine, bool BeforeText);

/// <summary>Takes a mail while MimeKit writes it, and notes where the slots are.</summary>
internal sealed class MouldWriter(IReadOnlyList<string> marks) : WriteOnlyStream
{
    private const int FirstBlock = 16 * 1024, LargestBlock = 1024 * 1024;
    private readonly List<MouldPiece> _pieces = [];
    private byte[] _block = new byte[FirstBlock];
    private int _start, _end;

    /// <summary>The memory it takes, in bytes.</summary>
    public long Size { get; private set; } = FirstBlock;

    public MouldPiece[] Pieces()
    {
        Cut();
        return [.. _pieces];
    }

    public TextPart Text(TextFormat format, string text) => new SlottedText(this, format, text);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Add(buffer.Span);
        return default;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_end == _block.Length)
            {
                Cut();
                _block = new byte[Math.Min(_block.Length * 2, LargestBlock)];
                (_start, _end) = (0, 0);
                Size += _block.Length;
            }

            var part = bytes[..Math.Min(bytes.Length, _block.Length - _end)];
            part.CopyTo(_block.AsSpan(_end));
            _end += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private void Cut()
    {
        if (_end > _start)
            _pieces.Add(new MouldPiece(_block.AsMemory(_start, _end - _start)));
        _start = _end;
    }

    private void AddText(ReadOnlySpan<char> text, bool isHtml)
    {
        bool? open = false;
        while (true)
        {
            var (at, mark) = NextMark(text);
            if (at > 0)
            {
                var encoded = new EncodedBytes();
                open = QuotedPrintable.Write(text[..at], ref encoded);
                Add(encoded.Written);
                encoded.Dispose();
            }

            if (mark < 0)
                return;
            text = text[(at + marks[mark].Length)..];
            Cut();
            _pieces.Add(new MouldPiece(default, new MouldSlot(mark, isHtml, open, BeforeText: NextMark(text).At > 0)));
            open = null;
        }
    }

    /// <summary>The nearest mark; none = −1, at the end of the text.</summary>
    private (int At, int Mark) NextMark(ReadOnlySpan<char> text)
    {
        var nearest = (At: text.Length, Mark: -1);
        for (var i = 0; i < marks.Count; i++)
        {
            var at = text[..nearest.At].IndexOf(marks[i], StringComparison.Ordinal);
            if (at >= 0)
                nearest = (at, i);
        }

        return nearest;
    }

    /// <summary>A text alternative, encoded by us, its slots noted on the way.</summary>
    private sealed class SlottedText : TextPart
    {
        private readonly MouldWriter _mould;
        private readonly string _text;
        private readonly bool _isHtml;

        public SlottedText(MouldWriter mould, TextFormat format, string text) : base(format)
        {
            (_mould, _text, _isHtml) = (mould, text, format == TextFormat.Html);
            ContentTransferEncoding = ContentEncoding.QuotedPrintable;
            ContentType.Charset = "utf-8";
        }

        public override async Task WriteToAsync(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
        {
            // Without content, the base class writes the header fields and the empty line.
            await base.WriteToAsync(options, stream, contentOnly, cancellationToken);
            _mould.AddText(_text, _isHtml);
            // Before a boundary, the line end is the boundary's; a mail ends with a line end, whichever way it travels.
            if (!contentOnly || _text is not [.., '\n' or '\r'])
                _mould.Add("\r\n"u8);
        }
    }
}
