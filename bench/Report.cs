using System.Globalization;
using System.Runtime.InteropServices;
using Vaguemestre.TestKit;

namespace Vaguemestre.Bench;

/// <summary>A result as it is committed: what, where, when, and the numbers, each beside its limit of the same run.</summary>
internal static class Report
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    public static async Task WriteAsync(string name, string title, IEnumerable<string> lines)
    {
        var path = Path.Combine(Repository.Root, "bench", "results", name + ".md");
        var head = string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores ({RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}), .NET {Environment.Version}, Release. The machine is shared: medians and ratios count, not single figures.");
        await File.WriteAllLinesAsync(path, [$"# {title}", "", head, "", .. lines]);
        Console.WriteLine(await File.ReadAllTextAsync(path));
    }
}
