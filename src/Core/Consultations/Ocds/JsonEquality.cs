using System.Text.Json;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>
/// Equality of JSON values as <c>uniqueItems</c> means it: members in any order, 1 equal to 1.0. The hash makes
/// finding a repeated element linear, where comparing all pairs would let a small file cost minutes.
/// </summary>
internal sealed class JsonEquality : IEqualityComparer<JsonElement>
{
    public static readonly JsonEquality Instance = new();

    public bool Equals(JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y);

    public int GetHashCode(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject()
            .Aggregate(17, (sum, member) => unchecked(sum + HashCode.Combine(member.Name, GetHashCode(member.Value)))),
        JsonValueKind.Array => value.EnumerateArray()
            .Aggregate(19, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
        JsonValueKind.String => value.GetString()!.GetHashCode(StringComparison.Ordinal),
        JsonValueKind.Number => HashOf(value),
        var kind => (int)kind,
    };

    // Numbers that a double cannot tell apart are hashed as written: thousands of them must not share one bucket.
    private static int HashOf(JsonElement number) =>
        number.GetRawText() is var text && text.Length <= 17 && number.TryGetDouble(out var value)
        && double.IsFinite(value) && value != 0
            ? value.GetHashCode()
            : text.GetHashCode(StringComparison.Ordinal);
}
