using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// Folds the releases of one process, given in the order of their dates, by the rules of the OCDS merging routine:
/// a later value replaces an earlier one, null removes it, objects in a list are united by their <c>id</c> (those
/// without id are kept beside each other), any other list is replaced. Each input value is visited once.
/// </summary>
internal static class OcdsMerge
{
    // Read back at once, never shown: escaping every accent would only make it longer.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonDocument Fold(IEnumerable<JsonElement> releases)
    {
        var merged = new Merged();
        foreach (var release in releases)
        {
            merged.Take(release);
        }
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            merged.WriteTo(writer);
        }
        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    /// <summary>An object, or a list of objects, that later releases go on filling; other values stay as read.</summary>
    private sealed class Merged
    {
        private readonly OrderedDictionary<string, object> members = new(StringComparer.Ordinal);
        private readonly bool isList;

        public Merged()
        {
        }

        private Merged(bool isList) => this.isList = isList;

        public void Take(JsonElement value)
        {
            foreach (var member in value.EnumerateObject())
            {
                Set(member.Name, member.Value);
            }
        }

        private void TakeItems(JsonElement list)
        {
            foreach (var item in list.EnumerateArray())
            {
                Set(item.Identity("id") is { } id ? "#" + id : $"{members.Count}", item);
            }
        }

        private void Set(string key, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    members.Remove(key);
                    break;
                case JsonValueKind.Object:
                    At(key, list: false).Take(value);
                    break;
                case JsonValueKind.Array when value.GetArrayLength() > 0
                    && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object):
                    At(key, list: true).TakeItems(value);
                    break;
                default:
                    members[key] = value;
                    break;
            }
        }

        private Merged At(string key, bool list)
        {
            if (members.TryGetValue(key, out var known) && known is Merged merged && merged.isList == list)
            {
                return merged;
            }
            var fresh = new Merged(list);
            members[key] = fresh;
            return fresh;
        }

        public void WriteTo(Utf8JsonWriter writer)
        {
            if (isList)
            {
                writer.WriteStartArray();
            }
            else
            {
                writer.WriteStartObject();
            }
            foreach (var (name, value) in members)
            {
                if (!isList)
                {
                    writer.WritePropertyName(name);
                }
                if (value is Merged merged)
                {
                    merged.WriteTo(writer);
                }
                else
                {
                    ((JsonElement)value).WriteTo(writer);
                }
            }
            if (isList)
            {
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteEndObject();
            }
        }
    }
}
