using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// Finds the releases of a file in whatever they are wrapped, checks each, and folds those of one ocid into one process.
/// Of a record, the compiled release is read, else its embedded releases are merged; all of them are checked.
/// </summary>
internal sealed class OcdsContents(JsonPath path, List<OcdsError> errors)
{
    private readonly OcdsChecker checker = new(path, errors);
    private readonly List<Found> releases = [];
    private readonly Dictionary<string, DateTimeOffset> linked = new(StringComparer.Ordinal);

    public List<OcdsError> Notices { get; } = [];

    public void Take(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            TakeList(value, "Liste vide trouvée ; attendu : au moins une publication OCDS.", TakeOne);
        }
        else
        {
            TakeOne(value);
        }
    }

    public List<OcdsProcess> Fold() =>
        [.. releases.GroupBy(found => found.Ocid, StringComparer.Ordinal).Select(Process)];

    private OcdsProcess Process(IGrouping<string, Found> process)
    {
        var ordered = process.OrderBy(found => found.Date ?? DateTimeOffset.MinValue).ToList();
        using var merged = ordered.Count == 1 ? null : OcdsMerge.Fold(ordered.Select(found => found.Release));
        var dates = ordered.Select(found => found.Date)
            .Append(linked.TryGetValue(process.Key, out var date) ? date : null);
        return new OcdsMapping(merged?.RootElement ?? ordered[0].Release).Process(dates.Min(), dates.Max());
    }

    private void TakeOne(JsonElement value)
    {
        if (!IsObject(value))
        {
            return;
        }
        if (value.TryGetProperty("records", out var records))
        {
            Under("records", () => TakeList(records, "Liste vide trouvée ; attendu : au moins un enregistrement.", TakeRecord));
        }
        else if (value.TryGetProperty("compiledRelease", out _))
        {
            TakeRecord(value);
        }
        else if (value.TryGetProperty("releases", out var list))
        {
            Under("releases", () => TakeList(list, "Liste vide trouvée ; attendu : au moins une publication.", release => TakeRelease(release)));
        }
        else if (LooksLikeRelease(value))
        {
            TakeRelease(value);
        }
        else
        {
            Refuse(path.To("ocid"), "Ni publication, ni enregistrement, ni ensemble OCDS : champ obligatoire absent ; attendu : « ocid », « releases » ou « records ».");
        }
    }

    private static bool LooksLikeRelease(JsonElement value) =>
        OcdsStructure.Release.Required.Exists(name => value.TryGetProperty(name, out _));

    private void TakeRecord(JsonElement record)
    {
        if (!IsObject(record))
        {
            return;
        }
        var compiled = Present(record, "compiledRelease");
        var embedded = Present(record, "releases");
        if (compiled is null && embedded is null)
        {
            Refuse(path.To("releases"), "Champ obligatoire absent ; attendu : « releases » ou « compiledRelease ».");
        }
        if (embedded is { } list)
        {
            Under("releases", () => TakeList(
                list,
                compiled is null ? "Liste vide trouvée ; attendu : au moins une publication." : null,
                release => TakeEmbedded(release, record, read: compiled is null)));
        }
        if (compiled is { } release)
        {
            Under("compiledRelease", () => TakeRelease(release));
        }
    }

    private void TakeEmbedded(JsonElement release, JsonElement record, bool read)
    {
        if (!IsObject(release))
        {
            return;
        }
        if (!release.TryGetProperty("url", out _) || release.TryGetProperty("ocid", out _))
        {
            TakeRelease(release, read);
            return;
        }
        if (record.Text("ocid") is { } ocid && release.Instant("date") is { } date
            && (!linked.TryGetValue(ocid, out var known) || date < known))
        {
            linked[ocid] = date;
        }
        if (read)
        {
            Notice(path.ToString(), "Publication liée par son adresse : elle n’est pas suivie, rien n’en est importé.");
        }
    }

    private void TakeRelease(JsonElement release, bool read = true)
    {
        if (!IsObject(release))
        {
            return;
        }
        var before = errors.Count;
        checker.CheckRelease(release);
        if (!read || errors.Count > before)
        {
            return;
        }
        var date = release.Instant("date");
        if (date is null)
        {
            Notice(path.To("date"), "Date illisible : la publication est rangée avant les autres ; attendu : une date ISO 8601.");
        }
        releases.Add(new Found(release.Text("ocid")!, date, release));
    }

    private void TakeList(JsonElement list, string? ifEmpty, Action<JsonElement> take)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            Refuse(path.ToString(), $"{Kind(list)} trouvé ; attendu : tableau.");
            return;
        }
        if (list.GetArrayLength() == 0 && ifEmpty is not null)
        {
            Refuse(path.ToString(), ifEmpty);
        }
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (errors.Count >= OcdsReader.MaxErrors)
            {
                return;
            }
            path.Push(index++);
            take(item);
            path.Pop();
        }
    }

    private static JsonElement? Present(JsonElement value, string name) =>
        value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    private bool IsObject(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return true;
        }
        Refuse(path.ToString(), $"{Kind(value)} trouvé ; attendu : objet.");
        return false;
    }

    private static string Kind(JsonElement value) => OcdsChecker.Capital(OcdsChecker.Name(OcdsChecker.KindOf(value)));

    private void Under(string name, Action act)
    {
        path.Push(name);
        act();
        path.Pop();
    }

    private void Refuse(string at, string message) => Add(errors, at, message);

    private void Notice(string at, string message) => Add(Notices, at, message);

    private static void Add(List<OcdsError> to, string at, string message)
    {
        if (to.Count < OcdsReader.MaxErrors)
        {
            to.Add(new OcdsError(at, message));
        }
    }

    private readonly record struct Found(string Ocid, DateTimeOffset? Date, JsonElement Release);
}
