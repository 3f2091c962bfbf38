using System.Text.Json;

namespace Vaguemestre.TestKit;

/// <summary>Strings that break programs (minimaxir's list), and file names that do.</summary>
public static class NaughtyStrings
{
    public static IReadOnlyList<string> AllOrSkip() =>
        JsonSerializer.Deserialize<List<string>>(File.ReadAllText(Path.Combine(Corpora.FolderOrSkip("uploads"), "blns.json")))!;

    public static IReadOnlyList<string> FileNamesOrSkip()
    {
        var lists = Path.Combine(Corpora.FolderOrSkip("uploads"), "lists");
        return [.. new[] { "fuzzdb-invalid-filenames-linux.txt", "fuzzdb-invalid-filenames-microsoft.txt", "fuzzdb-file-ul-filter-bypass-x-platform-generic.txt", "patt-dangerous-filenames.txt", "patt-directory_traversal.txt" }
            .SelectMany(list => File.ReadLines(Path.Combine(lists, list))).Concat(AllOrSkip()).Distinct(StringComparer.Ordinal)];
    }
}
