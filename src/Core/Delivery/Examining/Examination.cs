using System.Globalization;
using Vaguemestre.Core.Delivery.Carriage;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>What an examination says of one thing.</summary>
public enum Verdict
{
    Ok,

    /// <summary>Letters go, and something will be missing or is about to fail.</summary>
    Warning,

    /// <summary>Letters do not go, or what becomes of them stays unknown.</summary>
    Failed,

    /// <summary>It could not be told: nobody answered, or nothing is configured that would say where to look. Never a fault.</summary>
    NotChecked,
}

/// <summary>What a check is about.</summary>
public enum CheckGroup
{
    Relay,
    Returns,
    Domain,
    Outbox,
    Host,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Group">What it is about.</param>
/// <param name="Name">Stable, for programs: <c>relay-dsn</c>.</param>
/// <param name="Title">The same in French.</param>
/// <param name="Verdict">What is to be thought of it.</param>
/// <param name="Found">A French sentence.</param>
/// <param name="Remedy">What to do, in French; null where nothing is to be done.</param>
public sealed record Check(CheckGroup Group, string Name, string Title, Verdict Verdict, string Found, string? Remedy = null);

/// <summary>Everything that was looked at, group by group.</summary>
public sealed record Examination(DateTimeOffset At, IReadOnlyList<Check> Checks)
{
    public bool HasFailed => Checks.Any(c => c.Verdict == Verdict.Failed);
}

/// <summary>The checks of one group, as they are made.</summary>
internal sealed class Findings(CheckGroup group)
{
    private readonly List<Check> checks = [];

    public IReadOnlyList<Check> Checks => checks;

    public void Ok(string name, string title, string found) => checks.Add(new(group, name, title, Verdict.Ok, found));

    public void Warn(string name, string title, string found, string remedy) => checks.Add(new(group, name, title, Verdict.Warning, found, remedy));

    public void Fail(string name, string title, string found, string remedy) => checks.Add(new(group, name, title, Verdict.Failed, found, remedy));

    public void Unknown(string name, string title, string found, string? remedy = null) => checks.Add(new(group, name, title, Verdict.NotChecked, found, remedy));
}

/// <summary>Numbers and times as the sentences of an examination say them.</summary>
internal static class Said
{
    private const string NoBreak = "\u00a0";

    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");

    /// <summary>« 0 courrier », « 12 courriers »; each word takes an s.</summary>
    public static string Count(long number, string words) =>
        number.ToString("#,0", French) + NoBreak + (number < 2 ? words : string.Join(' ', words.Split(' ').Select(w => w + "s")));

    /// <summary>« 40 s », « 12 min », « 3 h », « 5 jours »: the largest unit that is there.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{(int)time.TotalSeconds}{NoBreak}s",
        { TotalHours: < 1 } => $"{(int)time.TotalMinutes}{NoBreak}min",
        { TotalHours: < 48 } => $"{(int)time.TotalHours}{NoBreak}h",
        _ => Count((int)time.TotalDays, "jour"),
    };

    /// <summary>In Mo, or in Go from 10 Go on; 1 Mo = 1 048 576 bytes.</summary>
    public static string Size(long bytes) =>
        bytes < 10L << 30 ? $"{(bytes / (1 << 20)).ToString("#,0", French)}{NoBreak}Mo" : $"{(bytes >> 30).ToString("#,0", French)}{NoBreak}Go";
}
