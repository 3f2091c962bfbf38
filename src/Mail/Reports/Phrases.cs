using System.Globalization;
using System.Text;

namespace Vaguemestre.Mail.Reports;

/// <summary>
/// The phrases by which machines that follow no standard are known: the text files in <c>Phrases/</c>. One phrase a line, in lower case
/// and without accents, as <see cref="Fold"/> leaves a text; <c>*</c> stands for at most <see cref="Gap"/> characters;
/// a phrase of at most <see cref="Short"/> letters counts as a word of its own only; <c>#</c> begins a
/// remark; <c>[Name]</c> with a capital begins a section. Sections are asked in the order of the file: the first that has a phrase of the text wins.
/// </summary>
internal sealed class Phrases
{
    private const int Gap = 80, Short = 3;

    private readonly List<(string Section, string[][] Phrases)> sections;

    private Phrases(List<(string, string[][])> sections) => this.sections = sections;

    public static Phrases Load(string name)
    {
        using var stream = typeof(Phrases).Assembly.GetManifestResourceStream($"Phrases.{name}.txt") ?? throw new ArgumentException($"There are no phrases « {name} ».", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var read = new List<(string Section, List<string[]> Phrases)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line is ['[', >= 'A' and <= 'Z', .., ']'])
                read.Add((line[1..^1], []));
            else
                read[^1].Phrases.Add(Array.ConvertAll(line.Split('*'), Fold));
        }

        return new Phrases(read.ConvertAll(s => (s.Section, s.Phrases.ToArray())));
    }

    /// <summary>The first section with a phrase that stands in the text; null where none has.</summary>
    /// <param name="folded">As <see cref="Fold"/> gives it.</param>
    public string? Section(string folded)
    {
        foreach (var (section, phrases) in sections)
        {
            if (Array.Exists(phrases, phrase => Stands(phrase, folded)))
                return section;
        }

        return null;
    }

    /// <summary>The section that has the text as a phrase, whole; null where none has.</summary>
    public string? SectionOf(string whole) => sections.Find(s => Array.Exists(s.Phrases, phrase => phrase is [var only] && only == whole)).Section;

    public bool Any(string folded) => Section(folded) is not null;

    /// <summary>Whether a phrase of the section stands in the text.</summary>
    public bool Has(string section, string folded) =>
        sections.Exists(s => s.Section == section && Array.Exists(s.Phrases, phrase => Stands(phrase, folded)));

    /// <summary>Whether the text begins with a phrase of the section.</summary>
    public bool Begins(string section, string folded) =>
        sections.Exists(s => s.Section == section && Array.Exists(s.Phrases, phrase => folded.StartsWith(phrase[0], StringComparison.Ordinal)));

    /// <summary>Whether the text is a phrase of the section, whole.</summary>
    public bool Is(string section, string folded) =>
        sections.Exists(s => s.Section == section && Array.Exists(s.Phrases, phrase => phrase is [var whole] && whole == folded));

    /// <summary>Lower case, without accents, typographic apostrophes straight, every run of white space one space. Other scripts stay.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in Decomposed(text))
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (folded.Length > 0 && folded[^1] != ' ')
                    folded.Append(' ');
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                folded.Append(c is '’' or '‘' or '`' ? '\'' : char.ToLowerInvariant(c));
        }

        return folded.ToString().Trim();
    }

    private static string Decomposed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair: no text, and none of our phrases.
            return text;
        }
    }

    /// <summary>« ube » is a blocklist's word, and the middle of « überschreitet ». Scripts without spaces have no such middle.</summary>
    private static bool IsWord(string text, int start, int end) =>
        (start == 0 || !char.IsAsciiLetter(text[start - 1]) || !char.IsAsciiLetter(text[start])) && (end == text.Length || !char.IsAsciiLetter(text[end]) || !char.IsAsciiLetter(text[end - 1]));

    private static bool Stands(string[] pieces, string text)
    {
        for (var from = 0; text.IndexOf(pieces[0], from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
        {
            var end = at + pieces[0].Length;
            if (pieces is [{ Length: <= Short }] && !IsWord(text, at, end))
                continue;
            var next = 1;
            while (next < pieces.Length && text.IndexOf(pieces[next], end, Math.Min(text.Length - end, Gap + pieces[next].Length), StringComparison.Ordinal) is >= 0 and var found)
                end = found + pieces[next++].Length;
            if (next == pieces.Length)
                return true;
        }

        return false;
    }
}
