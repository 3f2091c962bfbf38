using System.Globalization;
using System.Text.RegularExpressions;

namespace Vaguemestre.Mail.Reports;

/// <summary>
/// Reads the cause of a failure out of everything known. Servers' words come first: many give 5.7.1, 5.5.0 or 5.0.0 for an unknown user,
/// and none says « mailbox full » for another thing. Then the enhanced status code (RFC 3463), then the SMTP reply code.
/// </summary>
public static partial class FailureCauses
{
    private const int MaxWords = 8 * 1024;

    /// <summary>The section of the phrases that refuse without saying why.</summary>
    private const string Refused = "Refused";

    private static readonly Phrases Words = Phrases.Load("causes"), Stages = Phrases.Load("stages"), FrenchCodes = Phrases.Load("french-codes"), StatusCodes = Phrases.Load("status-codes");

    /// <summary>Never throws. What nobody said anything about is <see cref="FailureCause.Other"/>.</summary>
    /// <param name="status">Enhanced status code x.y.z, where known.</param>
    /// <param name="words">The server's reply or the report's remark, as it came.</param>
    /// <param name="context">What stands around these words and may tell where in the exchange they fell.</param>
    public static FailureCause Of(string? status, string? words, string? context = null) => Decide(status, Folded(words), Folded(context));

    /// <summary>Of one recipient of a report.</summary>
    public static FailureCause Of(RecipientReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var cause = OfFields(report);
        return cause == FailureCause.Other && report.Action == DeliveryAction.Delayed ? FailureCause.Expired : cause;
    }

    private static FailureCause OfFields(RecipientReport report)
    {
        var (diagnosis, remark) = (Folded(report.DiagnosticCode), Folded(report.Remark));
        // The remark is looser than the diagnosis and its code: it is asked where both say nothing, or no more than « rejected ». A mail
        // that a Sieve script refuses is the other way round: its diagnosis is the same whatever the script says.
        if (remark.Contains("automatically rejected", StringComparison.Ordinal) && Strong(remark))
            return Decide(report.Status, remark, "");
        if (Strong(diagnosis))
            return Decide(report.Status, diagnosis, remark);
        if (diagnosis.StartsWith("x-unix", StringComparison.Ordinal))
            return FailureCause.TechnicalMalfunction;
        return IsVague(report.Status) && (Strong(remark) || diagnosis.Length == 0) ? Decide(report.Status, remark, "") : Decide(report.Status, diagnosis, remark);
    }

    /// <summary>Codes that servers give where they know no better one.</summary>
    private static bool IsVague(string? status) => status is null or [_, '.', '0' or '3', '.', '0'] or [_, '.', '5', '.', ..] or [_, '.', '4', '.', '7' or '0'] || OfStatus(status) is null;

    private static bool Strong(string folded) => Words.Section(folded) is not (null or Refused) || FrenchCode().IsMatch(folded);

    internal static bool Tells(string words) => Strong(Folded(words));

    /// <summary>Addresses are left out: <c>spam@</c> or <c>unknown.user@</c> is no word of the server's.</summary>
    private static string Folded(string? words) => Address().Replace(Phrases.Fold(words is { Length: > MaxWords } ? words[..MaxWords] : words ?? ""), "@");

    private static FailureCause Decide(string? status, string folded, string context)
    {
        // « 5.0.0 » says nothing: a code within the words says more.
        if (status is null or [_, '.', '0', '.', '0'] && StatusCode().Matches(folded) is { Count: > 0 } codes)
            status = codes[^1].Value;
        return OfWords(folded, context, status) ?? OfStatus(status) ?? OfReply(folded) ?? (status is ['4', ..] ? FailureCause.Expired : FailureCause.Other);
    }

    private static FailureCause? OfWords(string folded, string context, string? status)
    {
        if (folded.Length == 0)
            return null;
        if (FrenchCode().Match(folded) is { Success: true } code && FrenchCodes.Section(code.Groups["isp"].Value + code.Groups["number"].Value) is { } french)
            return Named(french);
        if (Words.Section(folded) is not { } name)
            return null;
        var stage = Stages.Section(folded) ?? Stages.Section(context);
        if (name == Refused)
            return stage == "AtSender" ? FailureCause.SenderRejected : status is not [_, '.', '1', '.', '0'] && OfStatus(status) is { } cause ? cause : FailureCause.PolicyViolation;
        return (Named(name), stage) switch
        {
            // A server that knows its users says so before the mail; after it, the recipient's rules have spoken.
            (FailureCause.UnknownRecipient, "AfterMail") when status is not [_, '.', '1', '.', ..] => FailureCause.RecipientRejection,
            // The code speaks of a mailbox that exists: the words hide a filter or a closed account.
            (FailureCause.UnknownRecipient, not "AtRecipient") when status is [_, '.', '2', '.', '0' or '1'] => OfStatus(status)!.Value,
            (FailureCause.Expired, _) when folded.StartsWith("x-unix", StringComparison.Ordinal) => FailureCause.TechnicalMalfunction,
            (FailureCause.UnknownRecipient or FailureCause.UnknownDomain, "AtSender") => FailureCause.SenderRejected,
            var (said, _) => said,
        };
    }

    private static FailureCause? OfStatus(string? status)
    {
        if (status is not { Length: > 2 })
            return null;
        var detail = status[2..];
        var name = StatusCodes.SectionOf(status) ?? StatusCodes.SectionOf(detail) ?? StatusCodes.SectionOf(detail.Split('.')[0]);
        return name is null ? null : Named(name);
    }

    private static FailureCause? OfReply(string folded) =>
        ReplyCode().Match(folded) is { Success: true } reply && int.TryParse(reply.Groups["code"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code switch
            {
                552 or 452 => FailureCause.MailboxFull,
                551 => FailureCause.UnknownRecipient,
                523 => FailureCause.MessageTooLarge,
                530 or 535 or 538 => FailureCause.SecurityRequired,
                421 or 450 or 451 or 441 or 442 => FailureCause.Expired,
                _ => null,
            }
            : null;

    private static FailureCause Named(string name) => Enum.Parse<FailureCause>(name);

    [GeneratedRegex(@"[^\s<>()\[\],;:""'|]+@[^\s<>()\[\],;:""'|]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![0-9.])[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9]|\.[0-9])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex StatusCode();

    [GeneratedRegex(@"\b(?<isp>ofr|lpn)[a-z]*[0-9]*_(?<number>[0-9]{3})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FrenchCode();

    [GeneratedRegex(@"(^|[ ;:'])(?<code>[45][0-5][0-9])[ -]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReplyCode();
}
