using System.Globalization;

namespace Vaguemestre.Bench;

/// <summary>
/// What the processors have spent so far on this process and on its servers, in seconds; Linux only. On a shared machine it says more than the clock.
/// </summary>
internal readonly record struct ProcessorTime(double Own, double Postgres)
{
    private const double TicksASecond = 100;

    public static ProcessorTime Now()
    {
        var processes = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _)).Select(name => Read(name!)).OfType<(int Id, string Name, int Parent, double Seconds)>().ToList();
        return new ProcessorTime(
            processes.Where(p => p.Id == Environment.ProcessId).Sum(p => p.Seconds),
            processes.Where(p => p.Name == "postgres" && IsOurs(p.Parent)).Sum(p => p.Seconds));

        bool IsOurs(int id) => id == Environment.ProcessId || (processes.Find(p => p.Id == id) is { Id: > 1 } parent && IsOurs(parent.Parent));
    }

    public static ProcessorTime operator -(ProcessorTime later, ProcessorTime earlier) => new(later.Own - earlier.Own, later.Postgres - earlier.Postgres);

    /// <summary>For our own process its own time; for others with that of the children that ended.</summary>
    private static (int Id, string Name, int Parent, double Seconds)? Read(string id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            var (open, close) = (line.IndexOf('(', StringComparison.Ordinal), line.LastIndexOf(')'));
            var fields = line[(close + 2)..].Split(' ');
            var (number, ticks) = (int.Parse(id, CultureInfo.InvariantCulture), fields[11..15].Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray());
            return (number, line[(open + 1)..close], int.Parse(fields[1], CultureInfo.InvariantCulture), (number == Environment.ProcessId ? ticks[0] + ticks[1] : ticks.Sum()) / TicksASecond);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
