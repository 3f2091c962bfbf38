using System.Globalization;

namespace Vaguemestre.Core;

/// <summary>Instants as French readers see them: Europe/Paris, in words. Instants are UTC everywhere else.</summary>
public static class ParisTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");

    public static DateTimeOffset Of(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>The instant at which clocks in Paris show <paramref name="local"/>; in the hour that is shown twice, the first.</summary>
    public static DateTimeOffset From(DateTime local)
    {
        var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (Zone.IsInvalidTime(unspecified))
            unspecified = unspecified.AddHours(1);
        var offset = Zone.IsAmbiguousTime(unspecified) ? Zone.GetAmbiguousTimeOffsets(unspecified).Max() : Zone.GetUtcOffset(unspecified);
        return new DateTimeOffset(unspecified, offset).ToUniversalTime();
    }

    /// <summary>« lundi 3 mars 2025 à 14 h 05 ».</summary>
    public static string Text(DateTimeOffset instant) => Write(instant, "dddd", "MMMM yyyy 'à' H 'h' mm");

    /// <summary>« lundi 3 mars 2025 à 14 h 05 min 09 s ».</summary>
    public static string TextToTheSecond(DateTimeOffset instant) => Write(instant, "dddd", "MMMM yyyy 'à' H 'h' mm 'min' ss 's'");

    /// <summary>“Monday 3 March 2025 at 14:05:09”.</summary>
    public static string EnglishToTheSecond(DateTimeOffset instant) => Of(instant).ToString("dddd d MMMM yyyy 'at' HH:mm:ss", CultureInfo.GetCultureInfo("en-GB"));

    /// <summary>« 3 mars 2025 ».</summary>
    public static string Day(DateTimeOffset instant) => Write(instant, "", "MMMM yyyy");

    /// <summary>The first of a month is « 1er ».</summary>
    private static string Write(DateTimeOffset instant, string before, string after)
    {
        var paris = Of(instant);
        var day = paris.Day == 1 ? "1er" : paris.Day.ToString(French);
        return $"{(before.Length > 0 ? paris.ToString(before, French) + " " : "")}{day} {paris.ToString(after, French)}";
    }
}
