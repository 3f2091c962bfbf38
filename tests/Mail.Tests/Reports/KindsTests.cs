using System.Text;
using System.Text.RegularExpressions;
using Vaguemestre.Mail.Reports;

namespace Vaguemestre.Mail.Tests.Reports;

/// <summary>Mail and replies in the manner of systems that the corpus does not show, or in other words than it shows: what we know must hold for the kind, not for the samples.</summary>
public sealed partial class KindsTests
{
    public sealed record Kind(string Name, InboundKind Class, string? Recipient, char? Digit, FailureCause? Cause, string Mail)
    {
        public override string ToString() => Name;
    }

    public static TheoryData<string> Mails() => [.. Kinds.Keys];

    public static TheoryData<FailureCause, string?, string?> Replies() =>
        [.. Lines("replies").Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(" | ", 3))
            .Select(c => (Enum.Parse<FailureCause>(c[0]), Known(c[1]), Known(c[2])))];

    private static readonly Dictionary<string, Kind> Kinds = Head().Split(string.Join('\n', Lines("mails"))).Skip(1).Chunk(2)
        .Select(pair => (Fields: pair[0].Split(" | "), Mail: pair[1].TrimStart('\n')))
        .Select(k => new Kind(k.Fields[0], Enum.Parse<InboundKind>(k.Fields[1]), Known(k.Fields[2]), Known(k.Fields[3])?[0], Known(k.Fields[4]) is { } cause ? Enum.Parse<FailureCause>(cause) : null, k.Mail))
        .ToDictionary(kind => kind.Name);

    [Theory, MemberData(nameof(Mails))]
    public void A_mail_of_another_system_is_understood(string name)
    {
        var kind = Kinds[name];
        var mail = ReportReader.Read(Encoding.UTF8.GetBytes(kind.Mail.ReplaceLineEndings("\r\n")));

        mail.Kind.ShouldBe(kind.Class);
        if (kind.Recipient is null)
            return;
        var found = mail.Report!.Recipients.FirstOrDefault(r => r.FinalRecipient == kind.Recipient).ShouldNotBeNull(string.Join(' ', mail.Report.Recipients));
        (found.Action switch { DeliveryAction.Failed => '5', DeliveryAction.Delayed => '4', _ => '2' }).ShouldBe(kind.Digit!.Value);
        if (kind.Cause is { } cause)
            FailureCauses.Of(found).ShouldBe(cause, found.ToString());
    }

    [Theory, MemberData(nameof(Replies))]
    public void A_reply_of_another_server_tells_its_cause(FailureCause cause, string? status, string? reply) =>
        FailureCauses.Of(status, reply).ShouldBe(cause);

    private static string? Known(string field) => field == "-" ? null : field;

    private static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(KindsTests).Assembly.GetManifestResourceStream($"Kinds.{name}.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }

    [GeneratedRegex("^===== (?<head>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Head();
}
