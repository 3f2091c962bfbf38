using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// Reads OCDS 1.1 (and 1.0) files: a release, a record, a release package, a record package, an array of these, or
/// several of them one after the other (JSON Lines); UTF-8, with or without BOM. A file is checked whole against the
/// structure of an OCDS 1.1 release before anything of it is read; the metadata of packages is not checked. Does no
/// input or output of its own: links to other releases are not followed.
/// </summary>
public static class OcdsReader
{
    /// <summary>Bytes: 50 × 1 048 576.</summary>
    public const int MaxBytes = 50 * 1024 * 1024;

    /// <summary>Levels of nested objects and arrays.</summary>
    public const int MaxDepth = 64;

    public const int MaxErrors = 100;

    /// <summary>JSON values (lines of a JSON Lines file) in one file.</summary>
    public const int MaxValues = 100_000;

    /// <summary>Reads the stream to its end, or to the size limit, without closing it.</summary>
    public static async Task<OcdsReading> ReadAsync(Stream utf8Json, CancellationToken cancellation = default)
    {
        using var content = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while (content.Length <= MaxBytes && (read = await utf8Json.ReadAsync(chunk, cancellation)) > 0)
        {
            content.Write(chunk, 0, read);
        }
        return Read(content.GetBuffer().AsMemory(0, (int)content.Length));
    }

    public static OcdsReading Read(ReadOnlyMemory<byte> utf8Json)
    {
        if (utf8Json.Length > MaxBytes)
        {
            return Refused("", "Fichier de plus de 50 Mo ; attendu : un fichier plus petit, à diviser en plusieurs.");
        }
        var json = utf8Json.Span;
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        if (!Utf8.IsValid(json))
        {
            return Refused("", "Le fichier n’est pas encodé en UTF-8 ; attendu : un fichier JSON en UTF-8.");
        }

        var documents = new List<JsonDocument>();
        try
        {
            Parse(json, documents);
            return documents.Count switch
            {
                0 => Refused("", "Fichier vide ; attendu : une publication OCDS ou un ensemble de publications."),
                > MaxValues => Refused("", $"Plus de {MaxValues} valeurs JSON ; attendu : un fichier à diviser en plusieurs."),
                _ => Read(documents),
            };
        }
        catch (JsonException error)
        {
            return Refused("", SyntaxMessage(error));
        }
        finally
        {
            documents.ForEach(document => document.Dispose());
        }
    }

    private static OcdsReading Read(List<JsonDocument> documents)
    {
        var errors = new List<OcdsError>();
        var path = new JsonPath();
        foreach (var (index, document) in documents.Index())
        {
            Within(path, documents.Count > 1 ? index : null, () => JsonSoundness.Check(document.RootElement, path, errors));
        }
        if (errors.Count > 0)
        {
            return new OcdsReading([], errors, []);
        }

        var contents = new OcdsContents(path, errors);
        foreach (var (index, document) in documents.Index())
        {
            Within(path, documents.Count > 1 ? index : null, () => contents.Take(document.RootElement));
        }
        return errors.Count > 0
            ? new OcdsReading([], errors, [])
            : new OcdsReading(contents.Fold(), [], contents.Notices);
    }

    private static void Within(JsonPath path, int? index, Action act)
    {
        if (index is null)
        {
            act();
            return;
        }
        path.Push(index.Value);
        act();
        path.Pop();
    }

    private static void Parse(ReadOnlySpan<byte> json, List<JsonDocument> documents)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
        while (documents.Count <= MaxValues && reader.Read())
        {
            documents.Add(JsonDocument.ParseValue(ref reader));
        }
    }

    private static string SyntaxMessage(JsonException error)
    {
        var place = string.Create(
            CultureInfo.InvariantCulture, $"ligne {error.LineNumber + 1}, octet {error.BytePositionInLine + 1}");
        return error.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
            ? $"Plus de {MaxDepth} niveaux d’imbrication ({place}) ; attendu : une structure OCDS."
            : $"Syntaxe JSON incorrecte ({place}) ; attendu : un fichier JSON conforme (RFC 8259), sans NaN ni virgule finale.";
    }

    private static OcdsReading Refused(string path, string message) => new([], [new OcdsError(path, message)], []);
}
