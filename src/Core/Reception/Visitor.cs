using System.Text.RegularExpressions;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// What a request to a personal link says of whoever makes it: its headers as sent. All of it can be feigned: it tells a program that
/// does not hide, and proves nothing of a person.
/// </summary>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="UserAgent">Null when none was sent.</param>
public sealed partial record Visitor(string Method, string? UserAgent)
{
    public string? Accept { get; init; }

    public string? AcceptLanguage { get; init; }

    /// <summary><c>Sec-Purpose</c>, or what browsers sent before it.</summary>
    public string? Purpose { get; init; }

    public string? FetchSite { get; init; }

    public string? FetchMode { get; init; }

    public string? FetchDest { get; init; }

    public string? FetchUser { get; init; }

    /// <summary>In which the page speaks to it, ISO 639-1; mails that follow do too.</summary>
    public string Language { get; init; } = "fr";

    /// <summary>Whether it came over what a browser holds for trustworthy, https or this machine: only there does it send <c>Sec-Fetch-*</c>.</summary>
    public bool Trustworthy { get; init; }

    /// <summary>At most 300 characters.</summary>
    public string? ShortUserAgent => UserAgent is null ? null : SoundText.Beginning(UserAgent, 300);

    public bool IsPrefetch => Purpose is not null && PrefetchWords().IsMatch(Purpose);

    /// <summary>Whether the user agent names something else than a common browser: a robot, a library, a preview. Most mail filters name a browser.</summary>
    public bool NamesAProgram => !string.IsNullOrWhiteSpace(UserAgent) && ProgramWords().IsMatch(ShortUserAgent!);

    /// <summary>
    /// Whether it looks like a person who follows a link in a browser (W3C Fetch Metadata): what <c>Receipts:Trigger=link</c> takes for an
    /// opening. Safari sends no <c>Sec-Fetch-User</c>. Who comes from a page of ours, such as « Mes courriers », followed no link of a mail.
    /// </summary>
    public bool FollowsTheLink =>
        Method == "GET" && !IsPrefetch && FetchSite is not "same-origin" && !string.IsNullOrWhiteSpace(UserAgent) && !NamesAProgram
        && Accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true && !string.IsNullOrWhiteSpace(AcceptLanguage)
        && FetchMode == "navigate" && FetchDest == "document" && (FetchUser == "?1" || (FetchUser is null && Safari().IsMatch(UserAgent)));

    /// <summary>Whether it names a browser that sends <c>Sec-Fetch-*</c>: Chromium since 80, Firefox since 90.</summary>
    public bool NamesARecentBrowser =>
        UserAgent is not null && RecentBrowser().Match(ShortUserAgent!) is { Success: true } named
        && int.Parse(named.Groups["version"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) >= (named.Groups["name"].ValueSpan is "Firefox" ? 90 : 80);

    [GeneratedRegex("prefetch|prerender|preview", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PrefetchWords();

    [GeneratedRegex(
        @"^(?!Mozilla/|Opera/)|(?<!cu)bot\b|(?<!cu)bot[/_-]|crawl|spider|slurp|scanner|preview|fetch|archiv|monitor|audit|detect|indexer|validat|proxy|headless|phantom|lighthouse|mediapartners|facebookexternal|barracuda|mimecast|proofpoint|ms-office|curl|wget|python|libwww|feed|https?://|@[a-z]|compatible; (?!MSIE|Konqueror|iCab|ABrowse)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProgramWords();

    [GeneratedRegex(@"(?<name>Chrome|Firefox)/(?<version>\d{1,4})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecentBrowser();

    [GeneratedRegex(@"AppleWebKit/.*Version/\d+.*Safari/", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Safari();
}
