using System.Globalization;

namespace Vaguemestre.Core.Letters.Notices;

/// <summary>What agents are told, in French.</summary>
public static class NewsWords
{
    private static readonly CultureInfo Culture = CultureInfo.GetCultureInfo("fr-FR");

    /// <summary>« 3 réponses reçues ».</summary>
    public static string What(NewsLine line) => line.Kind switch
    {
        NewsKind.Replied => line.Count == 1 ? "Réponse reçue" : $"{Number(line.Count)} réponses reçues",
        NewsKind.Undelivered => "Courrier non délivré",
        NewsKind.Read => "Courrier lu",
        NewsKind.WrongRecipient => "Mauvais destinataire signalé",
        _ => throw new ArgumentOutOfRangeException(nameof(line), line.Kind, "This kind of news has no French words yet."),
    };

    /// <summary>« SARL Dupont », « 500 destinataires ».</summary>
    public static string Who(NewsLine line) => line.Recipient ?? $"{Number(line.Recipients)} destinataires";

    private static string Number(int number) => number.ToString("N0", Culture);
}
