using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// What RFC 8259 leaves open and no reader agrees on: a name twice in one object, a string that is no Unicode text
/// (a lone surrogate). Both are refused wherever they stand.
/// </summary>
internal static class JsonSoundness
{
    /// <summary>Recursion is bounded by <see cref="OcdsReader.MaxDepth"/>, which the parser enforces.</summary>
    public static void Check(JsonElement value, JsonPath path, List<OcdsError> errors)
    {
        if (errors.Count >= OcdsReader.MaxErrors)
        {
            return;
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckMembers(value, path, errors);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    path.Push(index++);
                    Check(item, path, errors);
                    path.Pop();
                }
                break;
            case JsonValueKind.String when !IsText(() => value.GetString()):
                errors.Add(new OcdsError(path.ToString(), "Texte incorrect (demi-codet isolé) ; attendu : du texte Unicode."));
                break;
        }
    }

    private static void CheckMembers(JsonElement value, JsonPath path, List<OcdsError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!IsText(() => member.Name))
            {
                errors.Add(new OcdsError(path.ToString(), "Nom de champ incorrect (demi-codet isolé) ; attendu : du texte Unicode."));
                continue;
            }
            path.Push(member.Name);
            if (!names.Add(member.Name))
            {
                errors.Add(new OcdsError(path.ToString(), "Champ présent deux fois dans le même objet ; attendu : une seule fois."));
            }
            Check(member.Value, path, errors);
            path.Pop();
        }
    }

    private static bool IsText(Func<string?> read)
    {
        try
        {
            return read() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
