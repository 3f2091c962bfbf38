using System.Globalization;
using System.Text;
using System.Xml;
using CsvHelper;
using CsvHelper.Configuration;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking.Exports;

/// <summary>The columns of an exported tracking table, and the two files that hold them. Instants are on the clocks of Paris.</summary>
internal static class TableFile
{
    /// <summary>Characters a cell may hold in a workbook.</summary>
    private const int LongestCell = 32_767;

    /// <param name="Value">A text, an instant, a number, or null for an empty cell.</param>
    private sealed record Column(string Heading, double Width, Func<ConversationRow, object?> Value);

    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");

    private static readonly IReadOnlyList<Column> Columns =
    [
        new("Consultation", 16, r => r.Reference),
        new("Statut", 18, r => r.ShownStatus is { } status ? StatusWords.French(status) : null),
        new("Type de courrier", 26, r => r.IsHistorique ? null : LetterTemplate.For(r.Type).Title),
        new("Objet", 50, r => r.Subject),
        new("Entreprise", 30, r => r.Company),
        new("Nom", 24, r => r.Name),
        new("Adresse", 34, r => r.Email),
        new("Expéditeur", 24, r => r.Author),
        new("Envoyé le", 20, r => r.SentAt),
        new("Dernier événement", 20, r => r.LastEventAt),
        new("Réponse attendue", 12, r => r.IsHistorique ? null : YesOrNo(r.ReplyExpected)),
        new("Réponse avant le", 20, r => r.ReplyDue),
        new("Relancé", 10, r => r.IsHistorique ? null : YesOrNo(r.Resent)),
        new("Fichiers", 10, r => r.Attachments),
        new("Mode d’envoi", 44, r => r.IsHistorique ? null : LetterWords.French(r.Mode)),
        new("Favori", 10, r => r.IsHistorique ? null : YesOrNo(r.Favourite)),
        new("Identifiant", 38, r => r.Id?.ToString()),
    ];

    public static async Task WriteCsvAsync(Stream target, IAsyncEnumerable<ConversationRow> rows, CancellationToken cancel)
    {
        // A text that a spreadsheet would take for a formula gets an apostrophe before it.
        var configuration = new CsvConfiguration(French) { Delimiter = ";", NewLine = "\r\n", InjectionOptions = InjectionOptions.Escape };
        await using var text = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(text, configuration);
        foreach (var column in Columns)
            csv.WriteField(column.Heading);
        await csv.NextRecordAsync();
        await foreach (var row in rows.WithCancellation(cancel))
        {
            foreach (var column in Columns)
                csv.WriteField(Text(column.Value(row)));
            await csv.NextRecordAsync();
        }
    }

    public static async Task WriteXlsxAsync(Stream target, IAsyncEnumerable<ConversationRow> rows, CancellationToken cancel)
    {
        await using var book = await Spreadsheet.CreateNewAsync(target, cancellationToken: cancel);
        var sheet = new WorksheetOptions { FrozenRows = 1 };
        for (var i = 0; i < Columns.Count; i++)
            sheet.Column(i + 1).Width = Columns[i].Width;
        await book.StartWorksheetAsync("Courriers", sheet, cancel);
        var heading = book.AddStyle(new Style { Font = { Bold = true } });
        var instant = book.AddStyle(new Style { Format = NumberFormat.Custom("dd/mm/yyyy hh:mm:ss") });
        await book.AddRowAsync([.. Columns.Select(c => new StyledCell(c.Heading, heading))], cancel);
        var cells = new StyledCell[Columns.Count];
        await foreach (var row in rows.WithCancellation(cancel))
        {
            for (var i = 0; i < cells.Length; i++)
                cells[i] = Cell(Columns[i].Value(row), instant);
            await book.AddRowAsync(cells, cancel);
        }

        await book.FinishAsync(cancel);
    }

    private static StyledCell Cell(object? value, StyleId instant) => value switch
    {
        null => default,
        DateTimeOffset at => new StyledCell(ParisTime.Of(at).DateTime, instant),
        int number => new StyledCell(number, null),
        string text => new StyledCell(InXml(SoundText.Beginning(text, LongestCell)), null),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No column holds such a value."),
    };

    /// <summary>What XML 1.0 has no place for, U+FFFE and most control characters among it, is U+FFFD: one such character, and no spreadsheet opens the workbook.</summary>
    private static string InXml(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune));

    private static string Text(object? value) => value switch
    {
        DateTimeOffset at => ParisTime.Of(at).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture),
        null => "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string YesOrNo(bool value) => value ? "oui" : "non";
}
