namespace Vaguemestre.Pdf.Fonts;

/// <summary>What a glyph means for the end of a line.</summary>
internal enum GlyphRole : byte
{
    Ink,
    /// <summary>A line may end after it, and at the line's end it takes no room.</summary>
    Space,
    /// <summary>A line may end after it: a hyphen, a slash.</summary>
    BreakAfter,
    /// <summary>The line ends here. Drawn as a space, so that a reader by ear hears two words.</summary>
    Newline,
}

/// <summary>One drawn code of one font; <paramref name="Advance"/> in thousandths of the font size.</summary>
internal readonly record struct Glyph(EmbeddedFont Font, ushort Code, int Advance, GlyphRole Role);
