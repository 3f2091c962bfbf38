using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// A personal link as a mail program or a filter left it: folded in case, escaped once too often, broken over lines, with signs before
/// or behind. The token is found only where it stands whole: nothing is completed, and a text that holds two tokens names none.
/// </summary>
public static partial class DamagedLink
{
    /// <summary>Characters that are looked at; a link is far shorter, whatever was added to it.</summary>
    public const int LongestAddress = 4096;

    private const int MostEscapings = 4;

    /// <param name="address">What was asked for, path and query, as it came: still escaped.</param>
    /// <returns>The one token in it, written as tokens are; null where there is none, or more than one. Whether it is known is not asked.</returns>
    public static string? TokenIn(string address)
    {
        if (address.Length > LongestAddress)
            return null;
        var query = address.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? OneIn(Unescape(address)) : OneIn(Unescape(address[..query])) ?? OneIn(Unescape(address[query..]));
    }

    private static string Unescape(string text)
    {
        for (var turn = 0; turn < MostEscapings && text.Contains('%', StringComparison.Ordinal); turn++)
            text = Uri.UnescapeDataString(text);
        return text;
    }

    /// <summary>First as the text is; only where nothing stands whole in it, with the pieces of a broken line put together.</summary>
    private static string? OneIn(string text) => Only(Tokens(text)) ?? (Joined(text) is var joined && joined != text ? Only(Tokens(joined)) : null);

    private static string? Only(IReadOnlyList<string> tokens) => tokens is [var token] ? token : null;

    private static IReadOnlyList<string> Tokens(string text)
    {
        // Letters and digits alone: a sign that base64url knows may stand beside a token of today. Its case says nothing.
        var today = Distinct(Words().Matches(text).Select(m => m.Value.ToLowerInvariant()), LinkToken.Length);
        return today.Count > 0 ? today : Distinct(FormerWords().Matches(text).Select(m => m.Value), LinkToken.FormerLength);
    }

    private static List<string> Distinct(IEnumerable<string> words, int length) =>
        [.. words.Where(w => w.Length == length && LinkToken.IsToken(w)).Distinct(StringComparer.Ordinal)];

    /// <summary>Without white space, signs that are not seen, and the <c>=</c> that ends a broken line (RFC 2045 §6.7).</summary>
    private static string Joined(string text)
    {
        var joined = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            if (sign != '=' && !char.IsWhiteSpace(sign) && !char.IsControl(sign) && char.GetUnicodeCategory(sign) != UnicodeCategory.Format)
                joined.Append(sign);
        }

        return joined.ToString();
    }

    [GeneratedRegex("[A-Za-z0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();

    [GeneratedRegex("[A-Za-z0-9_-]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormerWords();
}
