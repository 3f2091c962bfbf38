using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vaguemestre.Core.Files;

/// <summary>Names of files in an archive: as they are, but for what would leave its folder or could not be unpacked on some system.</summary>
public static partial class ZipNames
{
    /// <summary>Bytes of UTF-8 that a name may have on common file systems, less a few for a number.</summary>
    private const int Longest = 240;

    /// <summary>One name a file, in the order given, no two alike on a system that does not tell case: the second « plan.pdf » is « plan (2).pdf ».</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(name => Free(Safe(name), taken))];
    }

    public static string Safe(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var sign in name)
            safe.Append(Forbidden.Contains(sign, StringComparison.Ordinal) || char.IsControl(sign) || char.GetUnicodeCategory(sign) == UnicodeCategory.Format ? '_' : sign);
        var cut = Cut(safe.ToString().Trim().TrimEnd('.', ' '));
        return cut.Length == 0 || cut.All(c => c == '.') ? "fichier" : Device().IsMatch(cut) ? "_" + cut : cut;
    }

    private static string Forbidden => "/\\:*?\"<>|";

    private static string Free(string name, HashSet<string> taken)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        var free = name;
        for (var number = 2; !taken.Add(free); number++)
            free = string.Create(CultureInfo.InvariantCulture, $"{stem} ({number}){extension}");
        return free;
    }

    /// <summary>The end, which says what kind of file it is, stays.</summary>
    private static string Cut(string name)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        if (Encoding.UTF8.GetByteCount(name) <= Longest)
            return name;
        if (Encoding.UTF8.GetByteCount(extension) > 40)
            (stem, extension) = (name, "");
        var kept = new StringBuilder();
        var left = Longest - Encoding.UTF8.GetByteCount(extension);
        foreach (var rune in stem.EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0)
                break;
            kept.Append(rune);
        }

        return kept + extension;
    }

    /// <summary>Names that Windows keeps for devices, whatever their extension.</summary>
    [GeneratedRegex(@"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Device();
}
