using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Mail.Tests.Reports;

public sealed class CorporaTests
{
    private sealed record Verdict(string File, string Recipient, string Status, string Class, string Action, string Basis);

    private static List<Verdict> Verdicts(string corpus) =>
        [.. File.ReadLines(Path.Combine(corpus, "verdicts.tsv")).Skip(1).Select(line => line.Split('\t')).Select(c => new Verdict(c[0], c[1], c[2], c[7], c[9], c[10]))];

    private static bool IsMultipartReport(string path) =>
        MimeKit.MimeMessage.Load(path, TestContext.Current.CancellationToken).Body is MimeKit.MultipartReport { ReportType: "delivery-status" };

    private static InboundMail Read(string path) => ReportReader.Read(File.ReadAllBytes(path));

    [Fact]
    public void No_odd_message_is_a_delivery_report_without_a_delivery_status_part()
    {
        var files = Directory.EnumerateFiles(Samples.Corpus("mime"), "*", SearchOption.AllDirectories).ToList();
        var wrong = files.Where(file => Read(file).Kind == InboundKind.DeliveryReport
            && !File.ReadAllText(file).Contains("delivery-status", StringComparison.OrdinalIgnoreCase)).ToList();
        files.ShouldNotBeEmpty();
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Complaints_answers_and_read_notifications_are_never_delivery_reports()
    {
        var corpus = Samples.Corpus("bounces");
        var others = Verdicts(corpus).Where(verdict => verdict.Class is "complaint" or "mdn" || verdict.Class.StartsWith("autoreply") || verdict.Class.StartsWith("not-a-bounce(")).ToList();
        others.ShouldNotBeEmpty();
        others.Where(verdict => Read(Path.Combine(corpus, "messages", verdict.File)).Kind == InboundKind.DeliveryReport)
            .Select(verdict => verdict.File).ShouldBeEmpty();
    }

    [Fact]
    public void What_the_delivery_status_part_says_is_read()
    {
        var corpus = Samples.Corpus("bounces");
        var wrong = new List<string>();
        var stated = Verdicts(corpus).Where(verdict => verdict.Action.Length > 0).GroupBy(verdict => verdict.File)
            .Where(verdicts => IsMultipartReport(Path.Combine(corpus, "messages", verdicts.Key))).ToList();
        foreach (var verdicts in stated)
        {
            var mail = Read(Path.Combine(corpus, "messages", verdicts.Key));
            foreach (var verdict in verdicts)
            {
                var found = mail.Report?.Recipients.FirstOrDefault(r => r.FinalRecipient.Equals(verdict.Recipient, StringComparison.OrdinalIgnoreCase)) ?? mail.Report?.Recipients[0];
                if (found is null || !found.Action.ToString().Equals(verdict.Action, StringComparison.OrdinalIgnoreCase)
                    || (verdict.Basis.StartsWith("dsn-field") && found.Status is not null && found.Status[0] != verdict.Status[0]))
                    wrong.Add($"{verdict.File}: {verdict.Recipient} {verdict.Action} {verdict.Status} ({verdict.Class}, {verdict.Basis}) / {mail.Kind} {found}");
            }
        }

        stated.ShouldNotBeEmpty();
        wrong.ShouldBeEmpty();
    }
}
