using System.Globalization;
using System.Text;
using CsCheck;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Tests.Smtp;

/// <summary>Many mails over one session, in each of the three ways that relays allow.</summary>
public sealed class RelayPipelineTests : IAsyncDisposable
{
    private static readonly string[][] Ways = [[], ["PIPELINING"], ["PIPELINING", "CHUNKING"]];

    private readonly ScriptedRelay _relay = new();

    private static readonly OutgoingMail Dotted = Samples.Mail() with { ExtraHeaders = [new(".X-Dot", "."), new("X-After", "a")] };

    public static TheoryData<int> EachWay => [0, 1, 2];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task Many_mails_arrive_byte_for_byte_and_in_order(int way)
    {
        _relay.Extensions = [.. Ways[way], "SIZE 50000000", "DSN"];
        var mould = await MailMould.CastAsync(Dotted, [], Ct);
        var mails = Enumerable.Range(0, 30).Select(i => Take(mould, $"r{i}@batisseurs.test", i)).ToArray();
        var answers = await SendAsync([.. mails.Select((mail, i) => Pack(mail, $"r{i}@batisseurs.test", i))]);

        answers.Select(answer => answer!.Outcome).ShouldAllBe(outcome => outcome == RelayOutcome.Accepted);
        answers.ShouldAllBe(answer => answer!.DsnRequested);
        _relay.Connections.ShouldBe(1);
        _relay.Contents.ShouldBe(await Task.WhenAll(mails.Select(ContentAsync)));
        _relay.Commands.Count(command => command.StartsWith("BDAT")).ShouldBe(way == 2 ? 30 : 0);
        _relay.Commands.ShouldContain($"MAIL FROM:<bounces+0@ville.test> SIZE={mails[0].Length} RET=HDRS ENVID=env-0");
    }

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task Replies_that_come_byte_by_byte_are_read(int way)
    {
        (_relay.Extensions, _relay.Stammers) = ([.. Ways[way], "DSN"], true);
        (await SendAsync(await MailsAsync(10))).ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted && answer.Reply.StartsWith("250 2.0.0 Ok"));
    }

    [Theory]
    [InlineData("MAIL FROM:<bounces+3@", RelayStage.Sender, 0)]
    [InlineData("MAIL FROM:<bounces+3@", RelayStage.Sender, 1)]
    [InlineData("MAIL FROM:<bounces+3@", RelayStage.Sender, 2)]
    [InlineData("RCPT TO:<r3@", RelayStage.Recipient, 0)]
    [InlineData("RCPT TO:<r3@", RelayStage.Recipient, 1)]
    [InlineData("RCPT TO:<r3@", RelayStage.Recipient, 2)]
    public async Task A_refusal_concerns_its_mail_alone(string command, RelayStage stage, int way)
    {
        _relay.Extensions = [.. Ways[way], "DSN"];
        var refused = false;
        _relay.Script = said =>
        {
            refused = said.StartsWith(command) || (refused && said.StartsWith("BDAT"));
            return !refused ? null : said.StartsWith("BDAT") ? "554 5.5.1 no valid recipients" : "450 4.2.1 later";
        };
        var answers = await SendAsync(await MailsAsync(10));

        answers[3].ShouldSatisfyAllConditions(
            answer => answer!.Outcome.ShouldBe(RelayOutcome.RefusedForNow),
            answer => answer!.Stage.ShouldBe(stage),
            answer => answer!.Reply.ShouldBe("450 4.2.1 later"));
        answers.Where((_, i) => i != 3).ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
        _relay.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task A_connection_lost_after_the_dot_leaves_one_doubt(int way, int begun)
    {
        _relay.Extensions = [.. Ways[way], "DSN"];
        _relay.Script = said => said == "." && _relay.Contents.Count == 3 ? ScriptedRelay.Drop : null;
        var answers = await SendAsync(await MailsAsync(8));

        answers[3]!.Outcome.ShouldBe(RelayOutcome.AnswerLost);
        // What was begun behind it did not leave.
        answers[4]!.Outcome.ShouldBe(begun == 2 ? RelayOutcome.Unanswered : RelayOutcome.Accepted);
        answers.Where((_, i) => i is not (3 or 4)).ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
        _relay.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_lost_in_a_chunk_leaves_in_doubt_what_had_gone()
    {
        _relay.Extensions = ["PIPELINING", "CHUNKING"];
        _relay.Script = said => said.StartsWith("BDAT") && _relay.Contents.Count == 3 && _relay.Connections == 1 ? ScriptedRelay.DropAfterFirstBytes : null;
        var answers = await SendAsync(await MailsAsync(20));

        answers[..3].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted || answer.Outcome == RelayOutcome.AnswerLost);
        answers[3]!.Outcome.ShouldBe(RelayOutcome.AnswerLost);
        answers.Count(answer => answer!.Outcome is RelayOutcome.AnswerLost or RelayOutcome.Unanswered).ShouldBeLessThanOrEqualTo(4);
        answers[7..].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_connection_lost_in_the_content_has_delivered_nothing(int way)
    {
        _relay.Extensions = [.. Ways[way], "DSN"];
        _relay.Script = said => said == "DATA" && _relay.Connections == 1 && _relay.Contents.Count == 2 ? ScriptedRelay.DropAfterFirstBytes : null;
        var answers = await SendAsync(await MailsAsync(6, bytes: 8_000_000, large: 2));

        answers[2].ShouldSatisfyAllConditions(answer => answer!.Outcome.ShouldBe(RelayOutcome.Unanswered), answer => answer!.Stage.ShouldBe(RelayStage.Content));
        answers.Where((_, i) => i != 2).ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
        _relay.Contents.Count.ShouldBe(5);
    }

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task A_relay_that_says_421_is_opened_again(int way)
    {
        _relay.Extensions = [.. Ways[way], "DSN"];
        _relay.Script = said => said.StartsWith("MAIL FROM:<bounces+4@") ? "421 4.3.2 going down" : null;
        var answers = await SendAsync(await MailsAsync(12));

        if (way < 2)
            answers[4].ShouldSatisfyAllConditions(answer => answer!.Outcome.ShouldBe(RelayOutcome.RefusedForNow), answer => answer!.ReplyCode.ShouldBe(421));
        // A relay that closes on what was sent ahead can take its own last words back.
        answers[..4].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted || (way == 2 && answer.Outcome == RelayOutcome.AnswerLost));
        answers[8..].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
        answers[5..8].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted || way == 2);
        _relay.Connections.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task Mails_not_begun_are_unreachable_where_no_other_session_can_be_had(int way)
    {
        _relay.Extensions = [.. Ways[way], "DSN"];
        _relay.Script = said =>
        {
            if (!said.StartsWith("MAIL FROM:<bounces+4@"))
                return null;
            _relay.Greeting = "554 5.3.2 closed";
            return ScriptedRelay.Drop;
        };
        var answers = await SendAsync(await MailsAsync(12));

        // A relay that closes on what was sent ahead can take its own last words back.
        answers[..4].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted || (way == 2 && answer.Outcome == RelayOutcome.AnswerLost));
        answers[4]!.Outcome.ShouldBe(way == 2 ? RelayOutcome.AnswerLost : RelayOutcome.Unanswered);
        answers[8..].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Unreachable && answer.Reply == "554 5.3.2 closed");
    }

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task A_relay_that_closes_between_two_batches_is_opened_again(int way)
    {
        (_relay.Extensions, _relay.ContentsPerConnection) = ([.. Ways[way], "DSN"], 3);
        var mails = await MailsAsync(3);
        await using var session = await OpenAsync();
        for (var batch = 1; batch <= 3; batch++)
        {
            (await SendAsync(mails, session)).ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
            await _relay.ClosedAsync(batch);
        }

        _relay.Connections.ShouldBe(3);
    }

    [Fact]
    public async Task Cancelling_lets_what_is_with_the_relay_be_answered_and_begins_nothing_more()
    {
        using var cancel = new CancellationTokenSource();
        _relay.Extensions = ["DSN"];
        var answers = new RelayAnswer?[6];
        var mails = await MailsAsync(6);
        await using var session = await OpenAsync();
        _relay.Script = said =>
        {
            if (said == "." && _relay.Contents.Count == 2)
                cancel.Cancel();
            return null;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => session.SendManyAsync(mails, (i, answer) => answers[i] = answer, cancellation: cancel.Token));
        answers[..3].ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
        answers[3..].ShouldAllBe(answer => answer == null);
        _relay.Script = _ => null;
        (await SendAsync(mails, session)).ShouldAllBe(answer => answer!.Outcome == RelayOutcome.Accepted);
    }

    [Fact]
    public async Task A_mail_that_the_relay_cannot_address_does_not_stop_the_others()
    {
        var mould = await MailMould.CastAsync(Samples.Mail(), [], Ct);
        var mails = new[] { "a@b.test", "élodie@b.test", "c@b.test" }.Select((to, i) => Pack(mould, to, i)).ToArray();
        var answers = await SendAsync(mails);
        answers.Select(answer => answer!.Outcome).ShouldBe([RelayOutcome.Accepted, RelayOutcome.Refused, RelayOutcome.Accepted]);
        answers[1]!.StatusCode.ShouldBe("5.6.7");
    }

    [Fact]
    public async Task A_hearer_that_fails_is_no_relay_that_fails()
    {
        var mails = await MailsAsync(3);
        await using var session = await OpenAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => session.SendManyAsync(mails, (_, _) => throw new IOException("database"), cancellation: Ct));
    }

    [Fact]
    public async Task An_envelope_that_forges_a_command_makes_no_parcel()
    {
        var mould = await MailMould.CastAsync(Samples.Mail(), [], Ct);
        Should.Throw<ArgumentException>(() => Pack(mould, "x@y.test", 0, "x@y.test>\r\nDATA")).Message.ShouldStartWith("Recipient");
    }

    /// <summary>Whatever a relay says and wherever it goes, each mail has one answer, in order, and none is said to be accepted, refused or not delivered that is not.</summary>
    [Fact]
    public async Task Every_mail_has_exactly_one_true_answer()
    {
        var seeds = await MailsAsync(12);
        await Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1_000_000], Gen.Bool).SampleAsync(async (way, seed, stammers) =>
        {
            var random = new Random(seed);
            var (current, refused, acceptedBy) = (-1, false, new HashSet<int>());
            await using var relay = new ScriptedRelay { Extensions = [.. Ways[way], "DSN"], Stammers = stammers };
            relay.Script = said =>
            {
                var verb = said.Split(' ')[0];
                if (verb is "EHLO" or "QUIT" or "RSET")
                    return null;
                if (verb == "MAIL")
                    (current, refused) = (int.Parse(said.Split('+', '@')[1], CultureInfo.InvariantCulture), false);
                var word = random.Next(40) switch { 0 => ScriptedRelay.Drop, 1 => "450 4.0.0 later", 2 => "550 5.0.0 no", 3 => "421 4.0.0 bye", 4 => "\0 noise", _ => null };
                refused |= word is ['4' or '5', ..];
                if (verb is "." or "BDAT" && word is null && !refused)
                    acceptedBy.Add(current);
                return word;
            };
            var answers = new List<(int Number, RelayAnswer Answer)>();
            await using (var session = await RelaySession.OpenAsync(new RelayOptions { Host = "127.0.0.1", Port = relay.Port, LocalName = "ville.test", Timeout = TimeSpan.FromSeconds(20) }, Ct))
                await session.SendManyAsync(seeds, (number, answer) => answers.Add((number, answer)), cancellation: Ct);

            answers.Select(answer => answer.Number).ShouldBe(Enumerable.Range(0, seeds.Length));
            foreach (var (number, answer) in answers)
            {
                if (answer.Outcome == RelayOutcome.Accepted)
                    acceptedBy.ShouldContain(number);
                else if (answer.Outcome != RelayOutcome.AnswerLost)
                    acceptedBy.ShouldNotContain(number);
            }
        }, iter: 300, threads: 2);
    }

    private async Task<RelaySession> OpenAsync() =>
        await RelaySession.OpenAsync(new RelayOptions { Host = "127.0.0.1", Port = _relay.Port, LocalName = "ville.test", Timeout = TimeSpan.FromSeconds(20) }, Ct);

    /// <summary>What each mail was answered; each exactly once.</summary>
    private async Task<RelayAnswer?[]> SendAsync(Parcel[] mails, RelaySession? session = null)
    {
        var answers = new RelayAnswer?[mails.Length];
        void Hear(int number, RelayAnswer answer)
        {
            answers[number].ShouldBeNull();
            answers[number] = answer;
        }

        if (session is not null)
        {
            await session.SendManyAsync(mails, Hear, cancellation: Ct);
        }
        else
        {
            await using var own = await OpenAsync();
            await own.SendManyAsync(mails, Hear, cancellation: Ct);
        }

        answers.ShouldAllBe(answer => answer != null);
        return answers;
    }

    private static async Task<Parcel[]> MailsAsync(int count, int bytes = 0, int large = -1)
    {
        var mould = await MailMould.CastAsync(Dotted, [], Ct);
        var largeMould = large < 0 ? mould : await MailMould.CastAsync(Dotted with { Files = [Samples.File("gros.pdf", new byte[bytes])] }, [], Ct);
        return [.. Enumerable.Range(0, count).Select(i => Pack(i == large ? largeMould : mould, $"r{i}@batisseurs.test", i))];
    }

    private static EncodedMail Take(MailMould mould, string to, int number) => mould.For(new Mailbox(to), $"{number}@ville.test", Samples.Noon, replyTo: null, []);

    private static Parcel Pack(EncodedMail mail, string recipient, int number) => new(new Envelope($"bounces+{number}@ville.test", recipient, $"env-{number}"), mail);

    private static Parcel Pack(MailMould mould, string to, int number, string? recipient = null) => Pack(Take(mould, to, number), recipient ?? to, number);

    /// <summary>As <see cref="ScriptedRelay"/> keeps it: the dot that DATA doubles stays doubled.</summary>
    private async Task<string> ContentAsync(EncodedMail mail)
    {
        using var written = new MemoryStream();
        await mail.WriteAsync(written, Ct);
        var text = Encoding.UTF8.GetString(written.ToArray());
        return _relay.Extensions.Contains("CHUNKING") ? text : text.Replace("\r\n.", "\r\n..");
    }
}
