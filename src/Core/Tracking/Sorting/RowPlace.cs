using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Tracking.Sorting;

/// <summary>A row's place in a list in some order: what a page ends with and the next begins behind. Opaque to callers.</summary>
/// <param name="Key">What the row is sorted by, as <see cref="KeyText{TKey}"/> writes it.</param>
internal sealed record RowPlace(string Key, Guid Id)
{
    private const int LongestCursor = 600;

    /// <summary>It names its order: a place in another one is none.</summary>
    public string Cursor(RowOrder order) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{order.Word}:{Id:N}:{Key}")));

    /// <summary>Null for no cursor; a problem for a text that is none, or one of another order.</summary>
    public static Result<RowPlace?> Parse(string? cursor, RowOrder order, Func<string, bool> isKey)
    {
        if (string.IsNullOrEmpty(cursor))
            return (RowPlace?)null;
        if (cursor.Length <= LongestCursor && Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', 3) is [var word, var id, var key]
            && word == order.Word && Guid.TryParseExact(id, "N", out var guid) && isKey(key))
            return new RowPlace(key, guid);
        return Problem.Invalid("cursor", "Ce curseur n'est pas celui d'une page précédente de cette liste, triée ainsi. Reprenez la liste au début.");
    }
}

/// <summary>How keys of a type are written into a cursor, read out of it, and compared as both databases compare them.</summary>
internal sealed record KeyText<TKey>(Func<TKey, string> Write, Func<string, (bool Is, TKey Key)> Read, IComparer<TKey> Order);

/// <summary>The types of keys.</summary>
internal static class KeyTexts
{
    /// <summary>The last code point that a text may hold: for what has no text, where the others ascend.</summary>
    public const string BehindAll = "\U0010FFFD";

    public static KeyText<int> Number { get; } = new(
        number => number.ToString(CultureInfo.InvariantCulture),
        text => (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number), number),
        Comparer<int>.Default);

    public static KeyText<DateTimeOffset> Instant { get; } = new(
        at => at.UtcTicks.ToString(CultureInfo.InvariantCulture),
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks ? (true, new DateTimeOffset(ticks, TimeSpan.Zero)) : default,
        Comparer<DateTimeOffset>.Default);

    /// <summary>By code point, whose order is that of the bytes of UTF-8.</summary>
    public static KeyText<string> Text { get; } = new(
        text => text,
        text => (SoundText.CanBeKept(text), text),
        Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));
}
