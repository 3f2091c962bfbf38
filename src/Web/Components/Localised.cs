using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace Vaguemestre.Web.Components;

/// <summary>
/// Dates, sizes, counts and sentences in the language of the page: as <see cref="French"/> writes them, or in English. Instants are shown in the time of
/// Paris in both.
/// </summary>
public static class Localised
{
    const string NoBreak = "\u00a0";
    const long Kilo = 1024;
    const long Mega = 1024 * 1024;

    public static CultureInfo English { get; } = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>ISO 639-1 of the page: <c>fr</c> or <c>en</c>.</summary>
    public static string Language => IsEnglish ? "en" : "fr";

    static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "en";

    /// <summary>« lundi 3 mars 2025 », “Monday 3 March 2025”.</summary>
    public static string Date(DateTimeOffset instant) => IsEnglish ? InParis(instant).ToString($"dddd d'{NoBreak}'MMMM yyyy", English) : French.Date(instant);

    /// <summary>« lundi 3 mars 2025 à 14 h 05 », “Monday 3 March 2025 at 14:05”; with seconds “… at 14:05:09”.</summary>
    public static string Instant(DateTimeOffset instant, bool seconds = false) => IsEnglish ? $"{Date(instant)} at{NoBreak}{Time(instant, seconds)}" : French.Instant(instant, seconds);

    /// <summary>« 03/03/2025, 14 h 05 », “03/03/2025, 14:05”.</summary>
    public static string Short(DateTimeOffset instant) => IsEnglish ? $"{InParis(instant).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)}, {Time(instant)}" : French.Short(instant);

    /// <summary>« 14 h 05 », “14:05”.</summary>
    public static string Time(DateTimeOffset instant, bool seconds = false) =>
        IsEnglish ? InParis(instant).ToString(seconds ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture) : French.Time(instant, seconds);

    /// <summary>« 1,4 Mo », “1.4 MB”; 1 MB = 1 048 576 bytes.</summary>
    public static string Size(long bytes)
    {
        if (!IsEnglish) return French.Size(bytes);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes < Kilo) return $"{bytes.ToString(English)}{NoBreak}{(bytes == 1 ? "byte" : "bytes")}";
        var (value, unit) = bytes < Mega ? ((double)bytes / Kilo, "KB") : ((double)bytes / Mega, "MB");
        return value.ToString(value < 10 ? "0.#" : "#,0", English) + NoBreak + unit;
    }

    /// <summary>« 12 fichiers », “12 files”. Zero is singular in French and plural in English.</summary>
    /// <param name="number">Of what is counted.</param>
    /// <param name="forms">Singular and plural: <c>fichier|fichiers</c>.</param>
    public static string Count(long number, string forms)
    {
        var (singular, plural) = forms.Split('|') is [var one, var many] ? (one, many) : throw new ArgumentException("One bar parts singular and plural.", nameof(forms));
        return IsEnglish ? $"{number.ToString("#,0", English)}{NoBreak}{(number == 1 ? singular : plural)}" : French.Count(number, singular, plural);
    }

    /// <summary>A sentence of the resources with what it names.</summary>
    public static string With(this string sentence, params object?[] values) => string.Format(CultureInfo.CurrentCulture, sentence, values);

    /// <summary>The same in HTML: what it names is encoded, unless it is HTML itself.</summary>
    public static IHtmlContent WithHtml(this string sentence, params object?[] values) => new HtmlFormattableString(sentence, values);

    /// <summary>What stands out in a sentence.</summary>
    public static IHtmlContent Strong(string text) => Markup.Tag("strong", text: text);

    /// <inheritdoc cref="Strong(string)"/>
    public static IHtmlContent Strong(IHtmlContent content) => Markup.Tag("strong").With(content);

    /// <summary>An instant in a sentence.</summary>
    public static IHtmlContent InstantHtml(DateTimeOffset instant, bool seconds = false) => Pieces.Instant(instant, Instant(instant, seconds));

    static DateTimeOffset InParis(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, French.Paris);
}
