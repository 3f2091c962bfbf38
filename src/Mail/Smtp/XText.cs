using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vaguemestre.Mail.Smtp;

/// <summary>How RFC 3461 §4 writes values of ENVID and ORCPT: printable ASCII, the rest as <c>+HH</c>.</summary>
internal static partial class XText
{
    public static string Encode(string ascii)
    {
        var text = new StringBuilder(ascii.Length + 8);
        foreach (var c in ascii)
        {
            if (c is > ' ' and < '\x7F' and not '+' and not '=')
                text.Append(c);
            else
                text.Append(CultureInfo.InvariantCulture, $"+{(int)c:X2}");
        }

        return text.ToString();
    }

    /// <summary>utf-8-addr-unitext of RFC 6533 §3, for a session with SMTPUTF8.</summary>
    public static string EncodeUtf8Address(string address) =>
        address.Replace("\\", "\\x{5C}").Replace("+", "\\x{2B}").Replace("=", "\\x{3D}").Replace(" ", "\\x{20}");

    /// <summary>utf-8-addr-xtext of RFC 6533 §3, in pure ASCII.</summary>
    public static string EscapeUtf8Address(string address)
    {
        var text = new StringBuilder(address.Length + 16);
        foreach (var rune in EncodeUtf8Address(address).EnumerateRunes())
        {
            if (rune.IsAscii)
                text.Append((char)rune.Value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return text.ToString();
    }

    /// <summary>Reads either form of RFC 6533 §3: <c>\x{HEX}</c> becomes its character.</summary>
    public static string DecodeUtf8Address(string text) =>
        Escape().Replace(text, match => Rune.TryCreate(int.Parse(match.Groups["hex"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), out var rune)
            ? rune.ToString()
            : match.Value);

    /// <summary>Null where the value is not xtext.</summary>
    public static string? Decode(string xtext)
    {
        var bytes = new List<byte>(xtext.Length);
        for (var i = 0; i < xtext.Length; i++)
        {
            if (xtext[i] != '+')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(xtext, i, 1));
                continue;
            }

            if (i + 2 >= xtext.Length || !byte.TryParse(xtext.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return null;
            bytes.Add(value);
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex(@"\\x\{(?<hex>[0-9A-Fa-f]{1,6})\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Escape();
}
