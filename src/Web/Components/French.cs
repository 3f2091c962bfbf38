using System.Globalization;

namespace Vaguemestre.Web.Components;

/// <summary>
/// Dates, sizes and counts as French is written. Instants are shown in the time of Paris. Spaces that must not break are no-break spaces (U+00A0;
/// U+202F in thousands).
/// </summary>
public static class French
{
    const string NoBreak = "\u00a0";
    const long Kilo = 1024;
    const long Mega = 1024 * 1024;

    public static CultureInfo Culture { get; } = CultureInfo.GetCultureInfo("fr-FR");
    public static TimeZoneInfo Paris { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>« lundi 3 mars 2025 », « samedi 1er mars 2025 ».</summary>
    public static string Date(DateOnly date)
    {
        var day = date.Day == 1 ? "1er" : date.Day.ToString(Culture);
        return $"{date.ToString("dddd", Culture)} {day}{NoBreak}{date.ToString("MMMM yyyy", Culture)}";
    }

    /// <summary>The day it is in Paris at that instant.</summary>
    public static string Date(DateTimeOffset instant) => Date(DateOnly.FromDateTime(InParis(instant).DateTime));

    /// <summary>« lundi 3 mars 2025 à 14 h 05 »; with seconds « … à 14 h 05 min 09 s ».</summary>
    public static string Instant(DateTimeOffset instant, bool seconds = false) => $"{Date(instant)} à{NoBreak}{Time(instant, seconds)}";

    /// <summary>For tables: « 03/03/2025, 14 h 05 ».</summary>
    public static string Short(DateTimeOffset instant) => $"{InParis(instant).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)}, {Time(instant)}";

    /// <summary>« 14 h 05 »; with seconds « 14 h 05 min 09 s ».</summary>
    public static string Time(DateTimeOffset instant, bool seconds = false)
    {
        var there = InParis(instant);
        var time = $"{there.Hour}{NoBreak}h{NoBreak}{there.Minute:00}";
        return seconds ? $"{time}{NoBreak}min{NoBreak}{there.Second:00}{NoBreak}s" : time;
    }

    /// <summary>« 812 octets », « 14 Ko », « 1,4 Mo », « 60 Mo »; 1 Mo = 1 048 576 bytes. One decimal below ten.</summary>
    public static string Size(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes < Kilo) return Count(bytes, "octet");
        var (value, unit) = bytes < Mega ? ((double)bytes / Kilo, "Ko") : ((double)bytes / Mega, "Mo");
        return value.ToString(value < 10 ? "0.#" : "#,0", Culture) + NoBreak + unit;
    }

    /// <summary>« 0 destinataire », « 1 destinataire », « 12 destinataires ». The plural adds an s unless it is given.</summary>
    public static string Count(long number, string singular, string? plural = null) =>
        $"{Number(number)}{NoBreak}{(Math.Abs(number) < 2 ? singular : plural ?? singular + "s")}";

    /// <summary>« 10 000 ».</summary>
    public static string Number(long number) => number.ToString("#,0", Culture);

    /// <summary>« 42 »; « 99+ » where counting stopped at a hundred.</summary>
    public static string UpTo99(int number) => number > 99 ? "99+" : Number(number);

    static DateTimeOffset InParis(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Paris);
}
