using System.Globalization;

namespace Vaguemestre.Mail.Composition;

/// <summary>What may stand in a header field or a command: one line of text.</summary>
internal static class Field
{
    /// <summary>Far above any honest subject; below what would weigh on a server.</summary>
    private const int MaxLength = 2_000;

    /// <summary>A value that stays on its line.</summary>
    /// <exception cref="ArgumentException">The value holds a control character or is too long.</exception>
    public static string Line(string value, string field)
    {
        ArgumentNullException.ThrowIfNull(value, field);
        if (value.Length > MaxLength)
            throw new ArgumentException($"{field} is longer than {MaxLength} characters: shorten it.", field);
        foreach (var c in value)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"{field} contains the control character U+{(int)c:X4}: write it on one line, without control characters."), field);
        }

        return value;
    }

    /// <summary>A header field name (RFC 5322 §2.2).</summary>
    public static string Name(string value, string field)
    {
        if (value is not { Length: > 0 and <= 76 } || value.Any(c => c is <= ' ' or >= '\x7F' or ':'))
            throw new ArgumentException($"{field} is not a header field name: use printable ASCII without colon or space.", field);
        return value;
    }
}
