using Vaguemestre.Pdf.Fonts;

namespace Vaguemestre.Pdf.Layout;

/// <summary>
/// Glyphs cut into lines of a given width: at the last place that allows it, else within the word, so that a digest or a
/// long address never leaves its column. Every glyph is kept, the space at a line's end too, so that the lines joined are the text.
/// </summary>
internal sealed class Lines
{
    readonly List<Glyph> glyphs;
    readonly List<(int Start, int End)> lines = [];

    public Lines(List<Glyph> glyphs, double size, double width)
    {
        this.glyphs = glyphs;
        Size = size;
        Break(width * 1000 / size);
    }

    public int Count => lines.Count;

    public double Size { get; }

    public ReadOnlySpan<Glyph> this[int line]
    {
        get
        {
            var (start, end) = lines[line];
            return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(glyphs)[start..end];
        }
    }

    /// <summary>How wide the glyphs are on one line, in points.</summary>
    public static double Width(List<Glyph> glyphs, double size) => glyphs.Sum(glyph => (double)glyph.Advance) * size / 1000;

    void Break(double width)
    {
        int start = 0, allowed = 0;
        double used = 0, usedAtAllowed = 0;
        for (var i = 0; i < glyphs.Count; i++)
        {
            var glyph = glyphs[i];
            var hangs = glyph.Role == GlyphRole.Newline || (glyph.Role == GlyphRole.Space && i > start && glyphs[i - 1].Role != GlyphRole.Space);
            if (!hangs && used + glyph.Advance > width && i > start)
            {
                (used, start) = allowed > start ? (used - usedAtAllowed, End(start, allowed)) : (0, End(start, i));
                usedAtAllowed = 0;
            }

            used += glyph.Advance;
            if (glyph.Role == GlyphRole.Newline)
            {
                start = End(start, i + 1);
                used = usedAtAllowed = 0;
            }
            else if (glyph.Role != GlyphRole.Ink)
            {
                allowed = i + 1;
                usedAtAllowed = used;
            }
        }

        if (start < glyphs.Count)
            lines.Add((start, glyphs.Count));
    }

    int End(int start, int end)
    {
        lines.Add((start, end));
        return end;
    }
}
