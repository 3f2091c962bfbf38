using System.Globalization;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Evidence;

/// <summary>How an attestation writes instants, sizes and other people's words.</summary>
internal static class French
{
    private static readonly CultureInfo Culture = CultureInfo.GetCultureInfo("fr-FR");

    /// <summary>« lundi 2 mars 2026 à 10 h 00 min 00 s », in Paris, as the attestation says once at its head.</summary>
    public static string Instant(DateTimeOffset at) => ParisTime.TextToTheSecond(at);

    /// <summary>For a narrow column: date and hour in Paris, then the instant in UTC as RFC 3339.</summary>
    public static string InColumn(DateTimeOffset at)
    {
        var paris = ParisTime.Of(at);
        return paris.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)
            + paris.ToString("'\n'H 'h' mm 'min' ss 's\n'", CultureInfo.InvariantCulture)
            + at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>« 1 234 567 octets »: exact, since the hash beside it is.</summary>
    public static string Bytes(long size) => $"{size.ToString("N0", Culture)} octet{(size > 1 ? "s" : "")}";

    public static string Count(int number, string singular) => $"{number.ToString("N0", Culture)} {singular}{(number > 1 ? "s" : "")}";

    /// <summary>As in « n° 12 », without separators.</summary>
    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>For the narrow columns of a table of many: date and hour in Paris, one under the other.</summary>
    public static string Short(DateTimeOffset at) => ParisTime.Of(at).ToString("dd/MM/yyyy'\n'HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>« 1, 4, 6 », and how many more where they are too many to be told.</summary>
    public static string Some(IReadOnlyList<string> items, int most = 20) =>
        string.Join(", ", items.Take(most)) + (items.Count > most ? $" et {Count(items.Count - most, "autre")}" : "");

    public static string Quote(string words) => $"« {words} »";

    /// <summary>Lines that say something, one under the other.</summary>
    public static string Lines(params IEnumerable<string?> lines) => string.Join('\n', lines.Where(line => !string.IsNullOrWhiteSpace(line)));

    /// <summary>What a mail server said, and whose words these are: never ours as a server's.</summary>
    public static string Said(ServerSaid said) => Lines(
        said.Explanation,
        said.Server is { Length: > 0 } server ? $"Serveur : {server}" : null,
        said.Reply is not { Length: > 0 } reply ? null : $"{(said.IsServersOwn() ? "Mots du serveur" : "Constat de la plateforme")} : {Quote(reply)}",
        said.StatusCode is { } code ? $"Code d’état : {code}" : null);
}
