namespace Vaguemestre.Core.Letters.Templates;

/// <summary>What somebody who misspelt a name most likely meant.</summary>
internal static class NearestName
{
    /// <summary>« écrivez « consultation.title ». », or the whole list where nothing is near.</summary>
    public static string Advise(string written, IReadOnlyList<string> known, string before = "", string after = "") =>
        known.Select(name => (Name: name, Distance: Distance(written, name))).MinBy(n => n.Distance) is var (nearest, distance) && distance <= Math.Max(2, written.Length / 3)
            ? $"écrivez « {before}{nearest}{after} »."
            : $"sont connus : {string.Join(", ", known.Select(name => before + name + after))}.";

    /// <summary>Letters to add, take away or change (Levenshtein), case apart.</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
