using System.Globalization;
using System.Text.RegularExpressions;

namespace Vaguemestre.Mail.Smtp;

/// <summary>A server's answer to one command (RFC 5321 §4.2).</summary>
/// <param name="Code">Three digits: 2xx done, 3xx go on, 4xx not now, 5xx never.</param>
/// <param name="Text">What follows the code; the lines of a longer answer are separated by <c>\n</c>. Begins with the enhanced code, if any (RFC 3463).</param>
public sealed partial record SmtpReply(int Code, string Text)
{
    /// <summary>The enhanced status code x.y.z (RFC 2034), or null where the server gave none that agrees with its reply code.</summary>
    public string? StatusCode
    {
        get
        {
            var match = EnhancedCode().Match(Text);
            return match.Success && match.Value[0] - '0' == Code / 100 ? match.Value : null;
        }
    }

    /// <summary>As it goes over the wire, without the last line end: every line with its code, separated by <c>\n</c>.</summary>
    public override string ToString()
    {
        var lines = Text.ReplaceLineEndings("\n").Split('\n');
        return string.Join('\n', lines.Select((line, i) => string.Create(CultureInfo.InvariantCulture, $"{Code:000}{(i < lines.Length - 1 ? '-' : ' ')}{line}")));
    }

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex EnhancedCode();
}
