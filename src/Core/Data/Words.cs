using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Vaguemestre.Core.Data;

/// <summary>
/// The word of an enumeration's value: the same in database, journal and API (<c>ReplyUnread</c> is
/// <c>reply-unread</c>). Not what a screen shows.
/// </summary>
public static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.ByValue[value];

    public static T? Parse<T>(string? word)
        where T : struct, Enum => word is not null && Table<T>.ByWord.TryGetValue(word, out var value) ? value : null;

    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Table<T>.ByWord.Keys;

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue =
            Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.KebabCaseLower.ConvertName(v.ToString()));

        public static readonly Dictionary<string, T> ByWord = ByValue.ToDictionary(p => p.Value, p => p.Key);
    }
}

/// <summary>Keeps an enumeration's value as its word.</summary>
public sealed class WordConverter<T>() : ValueConverter<T, string>(v => Words.Of(v), w => Words.Parse<T>(w)!.Value)
    where T : struct, Enum;
