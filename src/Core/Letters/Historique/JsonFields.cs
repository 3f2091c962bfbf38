using System.Text.Json;

namespace Vaguemestre.Core.Letters.Historique;

/// <summary>Reads the fields of a JSON object, each once; what is wrong is told with the field's path and the remedy.</summary>
internal sealed class JsonFields
{
    private const long LargestSize = 1L << 50;

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly List<FieldError> _errors;
    private readonly string _path;

    /// <param name="element">Anything; what is no object is told.</param>
    /// <param name="path">Where it stands, empty for the file.</param>
    /// <param name="errors">Gets what is wrong; bounded by <see cref="HistoriqueReader.MostErrors"/>.</param>
    /// <param name="known">The fields there may be.</param>
    public JsonFields(JsonElement element, string path, List<FieldError> errors, params string[] known)
    {
        (_path, _errors) = (path, errors);
        if (element.ValueKind != JsonValueKind.Object)
        {
            Tell(path.Length == 0 ? "(fichier)" : path, $"Attendu : un objet JSON, avec les champs {string.Join(", ", known)}.");
            return;
        }

        foreach (var field in element.EnumerateObject())
        {
            if (known.Contains(field.Name))
                _fields[field.Name] = field.Value;
            else
                Tell(At(SoundText.Beginning(field.Name, 80)), $"Ce champ n'est pas connu. Retirez-le ; champs admis : {string.Join(", ", known)}.");
        }
    }

    public string At(string field) => _path.Length == 0 ? field : $"{_path}.{field}";

    public void Tell(string path, string message)
    {
        if (_errors.Count < HistoriqueReader.MostErrors)
            _errors.Add(new FieldError(path, message));
    }

    /// <summary>A text of one line; null for one left out, null, or blank, which is told where it is required.</summary>
    public string? Line(string field, int longest, bool required = false)
    {
        var text = Text(field, longest, required);
        if (text is null || SoundText.IsOneLine(text))
            return text;
        Tell(At(field), "Ce texte tient sur une ligne, sans caractère de commande. Retirez les retours à la ligne.");
        return null;
    }

    /// <inheritdoc cref="Line"/>
    public string? Text(string field, int longest, bool required = false)
    {
        if (!Has(field))
        {
            if (required)
                Tell(At(field), "Ce champ est obligatoire.");
            return null;
        }

        // A half of a surrogate pair, written as an escape, has no string.
        string? text = null;
        try
        {
            text = _fields[field].ValueKind == JsonValueKind.String ? _fields[field].GetString() : null;
        }
        catch (InvalidOperationException)
        {
            Tell(At(field), SoundText.Refusal);
            return null;
        }

        if (text is null)
            Tell(At(field), "Attendu : un texte, entre guillemets.");
        else if (text.Length > longest)
            Tell(At(field), $"Ce texte compte {text.Length} caractères ; il en admet au plus {longest}. Raccourcissez-le.");
        else if (!SoundText.CanBeKept(text))
            Tell(At(field), SoundText.Refusal);
        else if (!string.IsNullOrWhiteSpace(text))
            return text;
        else if (required)
            Tell(At(field), "Ce champ est obligatoire.");
        return null;
    }

    public DateTimeOffset? Instant(string field, bool required = false)
    {
        var text = Line(field, 100, required);
        if (text is null)
            return null;
        if (InstantText.Parse(text) is { } instant)
            return instant;
        Tell(At(field), "Attendu : un instant de la RFC 3339 avec son décalage, par exemple 2024-10-07T09:12:33+02:00.");
        return null;
    }

    public long? Size(string field)
    {
        if (!Has(field))
            return null;
        if (_fields[field].ValueKind == JsonValueKind.Number && _fields[field].TryGetInt64(out var size) && size is >= 0 and <= LargestSize)
            return size;
        Tell(At(field), "Attendu : un nombre entier d'octets.");
        return null;
    }

    public byte[]? Sha256(string field)
    {
        if (Line(field, 200) is not { } text)
            return null;
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(text);
        Tell(At(field), "Attendu : l'empreinte SHA-256 du contenu, en 64 chiffres hexadécimaux.");
        return null;
    }

    public byte[]? Base64(string field)
    {
        if (!Has(field))
            return null;
        try
        {
            if (_fields[field].ValueKind == JsonValueKind.String && _fields[field].TryGetBytesFromBase64(out var bytes))
                return bytes;
        }
        catch (InvalidOperationException)
        {
            // As in a text: the half of a surrogate pair is no base64 either.
        }

        Tell(At(field), "Attendu : le contenu du fichier en base64 (RFC 4648), sans retour à la ligne.");
        return null;
    }

    /// <summary>The items of a list with their paths; none for one left out.</summary>
    public IEnumerable<(JsonElement Item, string Path)> Items(string field, int most, bool required = false)
    {
        if (!Has(field))
        {
            if (required)
                Tell(At(field), "Ce champ est obligatoire : une liste.");
            return [];
        }

        var list = _fields[field];
        if (list.ValueKind != JsonValueKind.Array)
            Tell(At(field), "Attendu : une liste, entre crochets.");
        else if (list.GetArrayLength() > most)
            Tell(At(field), $"Cette liste compte {list.GetArrayLength()} éléments ; elle en admet au plus {most}. Divisez-la, au besoin en plusieurs fichiers.");
        else
            return list.EnumerateArray().Select((item, i) => (item, $"{At(field)}[{i}]"));
        return [];
    }

    public JsonElement? Object(string field)
    {
        if (Has(field))
            return _fields[field];
        Tell(At(field), "Ce champ est obligatoire.");
        return null;
    }

    private bool Has(string field) => _fields.TryGetValue(field, out var value) && value.ValueKind != JsonValueKind.Null;
}
