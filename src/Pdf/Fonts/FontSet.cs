using System.Globalization;
using System.Text;

namespace Vaguemestre.Pdf.Fonts;

/// <summary>
/// The fonts of one document, and the step from text to glyphs: Atkinson Hyperlegible, then Inter for what it lacks (Greek, Cyrillic,
/// Vietnamese, arrows, ticks), then a hollow square that stands for the character and is extracted as that character.
/// <c>.notdef</c> is never drawn (ISO 19005-3, 6.2.11.8). Text runs from left to right as it is stored.
/// </summary>
internal sealed class FontSet
{
    const int LongestCluster = 16;
    static readonly Rune Square = new('□');

    static readonly Lazy<TrueTypeFont> AtkinsonRegular = Load("AtkinsonHyperlegible-Regular.ttf"), AtkinsonBold = Load("AtkinsonHyperlegible-Bold.ttf");
    static readonly Lazy<TrueTypeFont> InterRegular = Load("Inter-Regular.ttf"), InterBold = Load("Inter-Bold.ttf");

    static readonly Lazy<Repertoire> FrenchRegular = new(() => Repertoire.OfFrench(AtkinsonRegular.Value)), FrenchBold = new(() => Repertoire.OfFrench(AtkinsonBold.Value));

    readonly Face regular = new(AtkinsonRegular, InterRegular, FrenchRegular, "R");
    readonly Face bold = new(AtkinsonBold, InterBold, FrenchBold, "B");

    public IEnumerable<EmbeddedFont> Used => new[] { regular.First, regular.Second, bold.First, bold.Second }.Where(font => font.IsUsed);

    public List<Glyph> Shape(params IReadOnlyList<Text> runs)
    {
        var glyphs = new List<Glyph>(runs.Sum(run => run.Value.Length));
        foreach (var run in runs)
            Shape(CleanText.Of(run.Value), run.IsBold ? bold : regular, glyphs);

        return glyphs;
    }

    static void Shape(string text, Face face, List<Glyph> into)
    {
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = ClusterLength(text, i);
            var role = RoleOf(text, i, length);
            if (length == 1 && face.Latin(text[i]) is { } letter)
            {
                into.Add(letter with { Role = role });
                continue;
            }

            foreach (var glyph in face.Glyphs(role == GlyphRole.Newline ? " " : text.AsSpan(i, length)))
                into.Add(glyph with { Role = role });
        }
    }

    /// <summary>A user-perceived character (UAX #29); one with a heap of accents is taken apart.</summary>
    static int ClusterLength(string text, int at)
    {
        if (text[at] < 0x300 && (at + 1 == text.Length || text[at + 1] < 0x300))
            return 1;

        var length = StringInfo.GetNextTextElementLength(text, at);
        return length <= LongestCluster ? length : Rune.GetRuneAt(text, at).Utf16SequenceLength;
    }

    static GlyphRole RoleOf(string text, int at, int length)
    {
        var previous = at > 0 ? text[at - 1] : '\n';
        var next = at + length < text.Length ? text[at + length] : '\n';
        return text[at] switch
        {
            '\n' => GlyphRole.Newline,
            ' ' => next is ':' or ';' or '!' or '?' or '»' || previous is '«' ? GlyphRole.Ink : GlyphRole.Space,
            '\u200B' or '\u00AD' => GlyphRole.BreakAfter,
            '-' or '–' or '—' or '/' or '\\' or '@' or '_' or '=' or '&' or '?' => char.IsLetterOrDigit(previous) && char.IsLetterOrDigit(next) ? GlyphRole.BreakAfter : GlyphRole.Ink,
            >= '\u2E80' => GlyphRole.BreakAfter,
            _ => GlyphRole.Ink,
        };
    }

    static Lazy<TrueTypeFont> Load(string name) => new(() =>
    {
        using var stream = typeof(FontSet).Assembly.GetManifestResourceStream(name)!;
        var data = new byte[stream.Length];
        stream.ReadExactly(data);
        return new TrueTypeFont(data);
    });

    /// <summary>A weight: the font, its substitute, and what has been drawn so far.</summary>
    sealed class Face
    {
        readonly Lazy<EmbeddedFont> first, second;
        readonly Dictionary<string, Glyph[]> known = [];
        readonly Dictionary<string, Glyph[]>.AlternateLookup<ReadOnlySpan<char>> lookup;
        readonly Glyph?[] latin = new Glyph?[0x180];

        public Face(Lazy<TrueTypeFont> font, Lazy<TrueTypeFont> substitute, Lazy<Repertoire> common, string resource)
        {
            first = new(() => new EmbeddedFont(font.Value, resource + "1", common.Value));
            second = new(() => new EmbeddedFont(substitute.Value, resource + "2"));
            lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public EmbeddedFont First => first.Value;
        public EmbeddedFont Second => second.Value;

        public Glyph[] Glyphs(ReadOnlySpan<char> cluster)
        {
            if (!lookup.TryGetValue(cluster, out var glyphs))
                lookup[cluster] = glyphs = Choose(cluster.ToString());

            return glyphs;
        }

        /// <summary>The same for one letter or sign of those that most text is made of; null for another character.</summary>
        public Glyph? Latin(char character)
        {
            if (character >= latin.Length || character < ' ')
                return null;
            return latin[character] ??= Glyphs([character]) is [var only] ? only : null;
        }

        Glyph[] Choose(string cluster)
        {
            if (First.Find(cluster) is { } glyph)
                return [glyph];
            var whole = Parts(cluster.Normalize(NormalizationForm.FormC));
            var apart = Parts(cluster);
            if (whole.Count == 1 && FontWith(whole) is { } font)
                return [Drawn(font, cluster, whole[0])];
            if (FontWith(apart) is { } fontOfParts)
                return [.. apart.Select(part => Drawn(fontOfParts, part.ToString(), part))];

            return [Drawn(Second, cluster, Square)];
        }

        /// <summary>The characters of a cluster that leave a mark; joiners and variation selectors do not.</summary>
        static List<Rune> Parts(string cluster)
        {
            var parts = cluster.EnumerateRunes().ToList();
            var marks = parts.FindAll(part => part.Value is not (0x200C or 0x200D or (>= 0xFE00 and <= 0xFE0F)));
            return marks.Count == 1 && parts.Count > 1 ? marks : parts;
        }

        EmbeddedFont? FontWith(List<Rune> parts) =>
            parts.TrueForAll(part => First.Font.GlyphOf(part) != 0) ? First
            : parts.TrueForAll(part => Second.Font.GlyphOf(part) != 0) ? Second
            : null;

        static Glyph Drawn(EmbeddedFont font, string text, Rune character) => font.Find(text) ?? font.Add(text, font.Font.GlyphOf(character));
    }
}
