using System.Collections.Frozen;

namespace Vaguemestre.Core.Letters.Bodies;

/// <summary>
/// The colours that a letter may use: names on pages (<c>class="c-…"</c>, since the pages' policy forbids inline styles), values in
/// the mail. Each is readable, 4.5 to 1, on white and on the mail's grey. The pages' values stand in <c>Client/styles/_letter.scss</c>;
/// a test holds both together.
/// </summary>
public static class LetterColours
{
    private static readonly (string Name, string Value)[] Ordered =
    [
        ("c-red", "#b00020"),
        ("c-orange", "#9a4d00"),
        ("c-green", "#1a6b37"),
        ("c-blue", "#1f4ea3"),
        ("c-purple", "#6b2d8b"),
        ("c-grey", "#555555"),
    ];

    private static readonly FrozenDictionary<string, string> ByName = Ordered.ToFrozenDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal);

    /// <summary>In the order of the menu.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Ordered.Select(c => c.Name)];

    /// <summary><c>#rrggbb</c>; null for a name that is none of the palette's.</summary>
    public static string? ValueOf(string name) => ByName.GetValueOrDefault(name);
}
