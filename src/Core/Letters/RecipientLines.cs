using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters;

/// <summary>Address, name and company of a recipient as they stand in <see cref="Conversation.RecipientText"/>, and the patterns (<see cref="LikePattern"/>) that find parts of them.</summary>
internal static class RecipientLines
{
    /// <summary>So much of a line is looked for, and no more: an index holds the three, whatever an address, a name and a company are.</summary>
    public const int Longest = 254;

    public static string Of(string email, string? name, string? company) => string.Join('\n', new[] { email, name, company }.Select(Line));

    /// <summary>What to look for in any of the three; null where nothing is asked for.</summary>
    public static string? Part(string? part) => Line(part).Trim() is { Length: > 0 } line ? line : null;

    /// <summary>The same as a pattern.</summary>
    public static string? PatternOfAny(string? part) => Part(part) is { } line ? $"%{LikePattern.Literal(line)}%" : null;

    /// <summary>A part of the company.</summary>
    public static string? PatternOfCompany(string? part) => Part(part) is { } line ? $"%\n%\n%{LikePattern.Literal(line)}%" : null;

    private static string Line(string? text) => SoundText.Beginning(ContactSearch.Fold(text).ReplaceLineEndings(" "), Longest);
}
