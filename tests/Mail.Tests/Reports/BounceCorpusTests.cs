using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Mail.Tests.Reports;

/// <summary>Real mail that came back, with verdicts of others. To write <c>docs/bounces.md</c> anew: <c>WRITE_DOCS=1 ./test BounceCorpus</c>.</summary>
public sealed partial class BounceCorpusTests(ITestOutputHelper output)
{
    private static readonly string[] Measures = ["class", "recipient", "digit", "group", "told"];

    private static readonly Dictionary<FailureCause, string[]> Groups = new()
    {
        [FailureCause.UnknownRecipient] = ["address-gone"],
        [FailureCause.UnknownDomain] = ["domain-gone"],
        [FailureCause.MailboxFull] = ["mailbox-full"],
        [FailureCause.MailboxDisabled] = ["address-suspended"],
        [FailureCause.RecipientRejection] = ["refused-by-recipient"],
        [FailureCause.PolicyViolation] = ["content/reputation"],
        [FailureCause.MalwareFound] = ["content/reputation"],
        [FailureCause.AttachmentFormatNotAccepted] = ["content/reputation"],
        [FailureCause.SenderRejected] = ["sender-refused"],
        [FailureCause.SecurityRequired] = ["security/tls"],
        [FailureCause.RelayingDenied] = ["relay-refused"],
        [FailureCause.MessageTooLarge] = ["too-big"],
        [FailureCause.InvalidMessageFormat] = ["protocol", "content/reputation"],
        [FailureCause.TooManyMessages] = ["throttled"],
        [FailureCause.TechnicalMalfunction] = ["temporary"],
        [FailureCause.RegularEmailUnreachable] = ["expired", "temporary"],
        [FailureCause.Expired] = ["expired"],
    };

    private sealed record Verdict(string File, string Recipient, string Status, string Reason, string Group, string Class);

    private sealed record Judged(string Source, string File, string Measure, bool Right);

    [Fact]
    public void What_came_back_is_understood_as_well_as_the_page_says()
    {
        var corpus = Samples.Corpus("bounces");
        var judged = File.ReadLines(Path.Combine(corpus, "verdicts.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(c => new Verdict(c[0], c[1], c[2], c[4], c[5], c[7])).Where(v => v.Class != "unlabelled").GroupBy(v => v.File)
            .SelectMany(file => Judge(Path.Combine(corpus, "messages", file.Key), [.. file])).ToList();

        var page = Page(judged);
        output.WriteLine(page);
        foreach (var wrong in judged.Where(j => !j.Right))
            output.WriteLine($"{wrong.Measure}: {wrong.File}");
        var committed = Path.Combine(RepositoryRoot(), "docs", "bounces.md");
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(committed, page);
        Share(judged, "class").ShouldBeGreaterThanOrEqualTo(99);
        Share(judged, "recipient").ShouldBeGreaterThanOrEqualTo(98);
        Share(judged, "digit").ShouldBeGreaterThanOrEqualTo(98);
        Share(judged, "group").ShouldBeGreaterThanOrEqualTo(92);
        Share(judged, "told").ShouldBeGreaterThanOrEqualTo(95);
        if (judged.Count(j => j.Measure == "class") == CommittedFiles(committed))
            File.ReadAllText(committed).ShouldBe(page, "type: WRITE_DOCS=1 ./test BounceCorpus");
    }

    private static IEnumerable<Judged> Judge(string path, IReadOnlyList<Verdict> verdicts)
    {
        var (file, first) = (Path.GetFileName(path), verdicts[0]);
        var source = file.Split("__")[0];
        var mail = ReportReader.Read(File.ReadAllBytes(path));
        var reports = first.Class is "bounce" or "delayed" or "delivered";
        yield return new(source, file, "class", reports ? mail.Kind == InboundKind.DeliveryReport : IsThat(mail.Kind, first.Class));
        if (!reports)
            yield break;
        foreach (var verdict in verdicts)
        {
            var wanted = verdict.Recipient[(verdict.Recipient.StartsWith('@') ? verdict.Recipient.IndexOf(':', StringComparison.Ordinal) + 1 : 0)..];
            var found = mail.Report?.Recipients.FirstOrDefault(r => Same(r.FinalRecipient, wanted) || Same(r.OriginalRecipient, wanted));
            if (wanted.Length > 0)
                yield return new(source, file, "recipient", found is not null);
            found ??= mail.Report?.Recipients[0];

            // x.0.9nn is a code that a reader made up where no server gave one: of a delay it says nothing.
            if (verdict.Status.Length > 0 && !(found?.Action == DeliveryAction.Delayed && verdict.Status.Contains(".0.9", StringComparison.Ordinal)))
                yield return new(source, file, "digit", Digit(found) == verdict.Status[0]);
            if (verdict.Group is not ("" or "undefined" or "delayed" or "delivered"))
            {
                var cause = found is null ? FailureCause.Other : FailureCauses.Of(found);
                var agrees = Groups.GetValueOrDefault(cause, []).Contains(verdict.Group);
                yield return new(source, file, "group", agrees);
                if (verdict.Reason != "filtered" || agrees || cause != FailureCause.UnknownRecipient)
                    yield return new(source, file, "told", agrees);
            }
        }
    }

    private static bool IsThat(InboundKind kind, string verdict) => verdict switch
    {
        "complaint" => kind == InboundKind.Complaint,
        "mdn" => kind == InboundKind.ReadNotification,
        _ when verdict.StartsWith("autoreply", StringComparison.Ordinal) => kind == InboundKind.AutoReply,
        _ => kind is InboundKind.Other or InboundKind.AutoReply or InboundKind.Challenge,
    };

    private static char Digit(RecipientReport? found) =>
        found?.Status?[0] ?? (Reply().Match(found?.DiagnosticCode ?? "") is { Success: true } reply ? reply.Value[0] : found?.Action == DeliveryAction.Delayed ? '4' : '5');

    private static bool Same(string? address, string wanted) => wanted.Equals(address, StringComparison.OrdinalIgnoreCase);

    private static double Share(IEnumerable<Judged> judged, string measure)
    {
        var all = judged.Where(j => j.Measure == measure).ToList();
        return all.Count == 0 ? 100 : 100.0 * all.Count(j => j.Right) / all.Count;
    }

    private static string Page(List<Judged> judged)
    {
        var page = new StringBuilder(
            """
            # What bounces are understood as

            Mail that came back to others, from the test data of public projects, and what they say of it. It is no part of the repository;
            where it is there, a test writes this table. Class: report of delivery (standard or not), complaint, automatic answer, read notification, none of them.
            Recipient: the address the verdict names. Digit: the first of the status code. Group: the reason as the verdict has it, literally.

            Told: the same without the verdicts `filtered` (refused by the recipient) where we say that the address is unknown. Those verdicts stand for
            « user unknown » said without a code x.1.z and without a word of RCPT TO; but other verdicts on the same words, as bare, say that the address
            is gone (« User unknown » of one server stands under both). Taking all of them for a refusal makes more verdicts wrong than right, and would
            tell a reader less than the server did. Where a code says that the mailbox exists (x.2.0), or the mail had been taken (DATA), it is a refusal here too.

            | source | messages | class | recipient | digit | group | told |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var source in judged.GroupBy(j => j.Source).OrderBy(s => s.Key, StringComparer.Ordinal))
            Row(page, source.Key, [.. source]);
        Row(page, "**all**", judged);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Row(StringBuilder page, string name, List<Judged> judged)
    {
        page.Append(CultureInfo.InvariantCulture, $"| {name} | {judged.Count(j => j.Measure == "class")} |");
        foreach (var measure in Measures)
        {
            var all = judged.Where(j => j.Measure == measure).ToList();
            page.Append(CultureInfo.InvariantCulture, $" {(all.Count == 0 ? "" : $"{100.0 * all.Count(j => j.Right) / all.Count:F1} % of {all.Count}")} |");
        }

        page.Append('\n');
    }

    private static int CommittedFiles(string page) =>
        int.Parse(Total().Match(File.ReadAllText(page)).Groups["n"].Value, CultureInfo.InvariantCulture);

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Vaguemestre.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("[245][0-9][0-9]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Reply();

    [GeneratedRegex(@"\*\*all\*\* \| (?<n>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Total();
}
