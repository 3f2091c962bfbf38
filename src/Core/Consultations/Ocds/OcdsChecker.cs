using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>Walks a JSON value beside <see cref="OcdsStructure"/> and notes where they disagree.</summary>
internal sealed class OcdsChecker(JsonPath path, List<OcdsError> errors)
{
    public void CheckRelease(JsonElement release) => CheckFields(release, OcdsStructure.Release);

    private bool Full => errors.Count >= OcdsReader.MaxErrors;

    private void CheckFields(JsonElement value, OcdsDefinition definition)
    {
        foreach (var name in definition.Required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                Report(path.To(name), $"Champ obligatoire absent ; attendu : {Expected(definition.Fields[name].Type)}.");
            }
        }
        foreach (var property in value.EnumerateObject())
        {
            if (Full)
            {
                return;
            }
            if (definition.Fields.TryGetValue(property.Name, out var field) || Translation(definition, property.Name, out field))
            {
                path.Push(property.Name);
                CheckValue(property.Value, field!.Type);
                path.Pop();
            }
        }
    }

    private static bool Translation(OcdsDefinition definition, string name, out OcdsField? field)
    {
        var underscore = name.IndexOf('_');
        field = null;
        return underscore > 0
            && definition.Fields.TryGetValue(name[..underscore], out field)
            && field.Translated
            && OcdsStructure.LanguageTag.IsMatch(name.AsSpan(underscore + 1));
    }

    private void CheckValue(JsonElement value, OcdsType type)
    {
        var kind = KindOf(value);
        if (!type.Kinds.HasFlag(kind))
        {
            Report(path.ToString(), $"{Capital(Name(kind))} trouvé ; attendu : {Expected(type)}.");
            return;
        }
        switch (kind)
        {
            case JsonKinds.String:
                CheckText(value.GetString()!, type);
                break;
            case JsonKinds.Object when type.Definition is { } definition:
                CheckFields(value, definition);
                break;
            case JsonKinds.Array when type.Items is { } items:
                CheckItems(value, type, items);
                break;
        }
    }

    private void CheckText(string text, OcdsType type)
    {
        if (type.NotEmpty && text.Length == 0)
        {
            Report(path.ToString(), "Texte vide trouvé ; attendu : un texte non vide.");
        }
        if (type.Codes is { } codes && !codes.Contains(text))
        {
            Report(path.ToString(), $"Code « {JsonPath.Cut(text)} » inconnu ; codes admis : {codes}.");
        }
    }

    private void CheckItems(JsonElement list, OcdsType type, OcdsType items)
    {
        if (type.NotEmpty && list.GetArrayLength() == 0)
        {
            Report(path.ToString(), "Liste vide trouvée ; attendu : au moins un élément.");
        }
        var seen = type.Unique ? new HashSet<JsonElement>(JsonEquality.Instance) : null;
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (Full)
            {
                return;
            }
            path.Push(index++);
            CheckValue(item, items);
            if (seen is not null && !seen.Add(item))
            {
                Report(path.ToString(), "Élément répété ; attendu : des éléments tous différents dans cette liste.");
            }
            path.Pop();
        }
    }

    private void Report(string at, string message)
    {
        if (!Full)
        {
            errors.Add(new OcdsError(at, message));
        }
    }

    public static JsonKinds KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? JsonKinds.Fraction : JsonKinds.Integer,
        JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
        JsonValueKind.Object => JsonKinds.Object,
        JsonValueKind.Array => JsonKinds.Array,
        _ => JsonKinds.Null,
    };

    private static string Expected(OcdsType type)
    {
        var names = Enum.GetValues<JsonKinds>()
            .Where(kind => kind != JsonKinds.None && type.Kinds.HasFlag(kind))
            .Where(kind => kind != JsonKinds.Integer || !type.Kinds.HasFlag(JsonKinds.Fraction))
            .Select(kind => kind == JsonKinds.String && type.NotEmpty ? "texte non vide" : Name(kind));
        var codes = type.Codes ?? type.Items?.Codes;
        return string.Join(" ou ", names) + (codes is null ? "" : $" parmi {codes}");
    }

    public static string Name(JsonKinds kind) => kind switch
    {
        JsonKinds.String => "texte",
        JsonKinds.Integer => "nombre entier",
        JsonKinds.Fraction => "nombre",
        JsonKinds.Boolean => "booléen",
        JsonKinds.Object => "objet",
        JsonKinds.Array => "tableau",
        _ => "null",
    };

    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
