using System.Text;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Tests.Smtp;

public sealed class RelaySessionTests : IAsyncDisposable
{
    private readonly ScriptedRelay _relay = new();

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RelayOptions Options => new() { Host = "127.0.0.1", Port = _relay.Port, LocalName = "ville.test", Timeout = TimeSpan.FromSeconds(20) };

    private async Task<RelayAnswer> SendOneAsync(OutgoingMail? mail = null, Envelope? envelope = null)
    {
        await using var session = await RelaySession.OpenAsync(Options, Ct);
        return await session.SendAsync(envelope ?? Samples.Envelope(), mail ?? Samples.Mail(), Ct);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mail_accepted_has_the_relays_own_words(bool pipelining)
    {
        _relay.Extensions = pipelining ? ["PIPELINING", "DSN"] : ["DSN"];
        _relay.Answers["."] = "250-2.0.0 first line\r\n250 2.0.0 Ok: queued as 4F2A";
        var answer = await SendOneAsync();

        answer.ShouldBe(new RelayAnswer(RelayOutcome.Accepted, RelayStage.Content, $"relais.test [127.0.0.1]:{_relay.Port}",
            "250-2.0.0 first line\n250 2.0.0 Ok: queued as 4F2A", "2.0.0", 250, DsnRequested: true));
        _relay.Commands.ShouldBe(
        [
            "EHLO ville.test",
            "MAIL FROM:<bounces+k3v7@ville.test> RET=HDRS ENVID=0197-envelope",
            "RCPT TO:<contact@batisseurs.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;contact@batisseurs.test",
            "DATA",
            "QUIT",
        ]);
    }

    [Fact]
    public async Task Reports_are_asked_only_where_they_are_offered()
    {
        _relay.Extensions = ["SIZE"];
        (await SendOneAsync()).DsnRequested.ShouldBeFalse();
        _relay.Commands[1..3].ShouldBe(["MAIL FROM:<bounces+k3v7@ville.test>", "RCPT TO:<contact@batisseurs.test>"]);
    }

    [Fact]
    public async Task An_old_relay_that_knows_no_EHLO_is_greeted_in_its_way()
    {
        _relay.Answers["EHLO"] = "502 5.5.1 what";
        (await SendOneAsync()).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Commands[1].ShouldBe("HELO ville.test");
    }

    [Fact]
    public async Task One_session_carries_many_mails()
    {
        await using var session = await RelaySession.OpenAsync(Options, Ct);
        session.OffersDsn.ShouldBeTrue();
        for (var i = 0; i < 5; i++)
            (await session.SendAsync(Samples.Envelope(), Samples.Mail() with { MessageId = $"{i}@ville.test" }, Ct)).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Connections.ShouldBe(1);
        _relay.Contents.Select(content => Samples.Parse(Encoding.UTF8.GetBytes(content)).MessageId).ShouldBe(Enumerable.Range(0, 5).Select(i => $"{i}@ville.test"));
    }

    [Theory]
    [InlineData("MAIL", RelayStage.Sender, true)]
    [InlineData("MAIL", RelayStage.Sender, false)]
    [InlineData("RCPT", RelayStage.Recipient, true)]
    [InlineData("RCPT", RelayStage.Recipient, false)]
    [InlineData("DATA", RelayStage.Data, true)]
    [InlineData("DATA", RelayStage.Data, false)]
    [InlineData(".", RelayStage.Content, true)]
    [InlineData(".", RelayStage.Content, false)]
    public async Task A_refusal_says_at_which_command_and_leaves_the_session_fit(string verb, RelayStage stage, bool pipelining)
    {
        _relay.Extensions = pipelining ? ["PIPELINING", "DSN"] : ["DSN"];
        await using var session = await RelaySession.OpenAsync(Options, Ct);

        _relay.Answers[verb] = "550-5.1.1 no such user\r\n550 5.1.1 here";
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).ShouldSatisfyAllConditions(
            answer => answer.Outcome.ShouldBe(RelayOutcome.Refused),
            answer => answer.Stage.ShouldBe(stage),
            answer => answer.Reply.ShouldBe("550-5.1.1 no such user\n550 5.1.1 here"),
            answer => answer.StatusCode.ShouldBe("5.1.1"),
            answer => answer.IsServersOwn.ShouldBeTrue());

        _relay.Answers[verb] = "451 try later";
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).ShouldSatisfyAllConditions(
            answer => answer.Outcome.ShouldBe(RelayOutcome.RefusedForNow),
            answer => answer.Stage.ShouldBe(stage),
            answer => answer.StatusCode.ShouldBeNull(),
            answer => answer.ReplyCode.ShouldBe(451));

        _relay.Answers.Remove(verb);
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Connections.ShouldBe(1);
        _relay.Contents[^1].ShouldContain(Samples.Mail().MessageId);
    }

    [Theory]
    [InlineData("MAIL", RelayStage.Sender)]
    [InlineData("RCPT", RelayStage.Recipient)]
    [InlineData("DATA", RelayStage.Data)]
    public async Task A_connection_lost_before_the_dot_has_delivered_nothing(string verb, RelayStage stage)
    {
        _relay.Answers[verb] = ScriptedRelay.Drop;
        (await SendOneAsync()).ShouldSatisfyAllConditions(
            answer => answer.Outcome.ShouldBe(RelayOutcome.Unanswered),
            answer => answer.Stage.ShouldBe(stage),
            answer => answer.IsServersOwn.ShouldBeFalse());
    }

    [Fact]
    public async Task A_connection_lost_in_the_middle_of_the_content_has_delivered_nothing()
    {
        _relay.Answers["DATA"] = ScriptedRelay.DropAfterFirstBytes;
        var answer = await SendOneAsync(Samples.Mail() with { Files = [Samples.File("gros.pdf", new byte[30_000_000])] });
        answer.Outcome.ShouldBe(RelayOutcome.Unanswered);
        answer.Stage.ShouldBe(RelayStage.Content);
    }

    [Fact]
    public async Task A_connection_lost_after_the_dot_may_have_delivered()
    {
        _relay.Answers["."] = ScriptedRelay.Drop;
        var answer = await SendOneAsync();
        answer.Outcome.ShouldBe(RelayOutcome.AnswerLost);
        answer.ReplyCode.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_that_is_not_SMTP_after_the_dot_is_an_answer_lost()
    {
        _relay.Answers["."] = "peut-être";
        (await SendOneAsync()).Outcome.ShouldBe(RelayOutcome.AnswerLost);
    }

    [Fact]
    public async Task A_relay_that_closed_between_two_mails_is_opened_again()
    {
        await using var session = await RelaySession.OpenAsync(Options, Ct);
        _relay.Answers["."] = "421 4.3.2 going down";
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).Outcome.ShouldBe(RelayOutcome.RefusedForNow);
        _relay.Answers.Remove(".");
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task A_relay_gone_between_two_mails_is_unreachable()
    {
        await using var session = await RelaySession.OpenAsync(Options, Ct);
        _relay.Answers["."] = ScriptedRelay.Drop;
        await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct);
        await _relay.DisposeAsync();
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).Outcome.ShouldBe(RelayOutcome.Unreachable);
    }

    [Theory]
    [InlineData("554 5.7.1 no service for you", 554)]
    [InlineData("421 4.7.0 too busy", 421)]
    [InlineData("drop", null)]
    [InlineData("HTTP/1.1 400 Bad Request", null)]
    public async Task A_relay_that_takes_no_session_is_unreachable_in_its_own_words(string greeting, int? code)
    {
        _relay.Greeting = greeting;
        var fault = await Should.ThrowAsync<RelayUnavailableException>(() => RelaySession.OpenAsync(Options, Ct));
        fault.Answer.Outcome.ShouldBe(RelayOutcome.Unreachable);
        fault.Answer.ReplyCode.ShouldBe(code);
        fault.Answer.Reply.ShouldBe(code is null ? fault.Answer.Reply : greeting);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        var options = Options;
        await _relay.DisposeAsync();
        (await Should.ThrowAsync<RelayUnavailableException>(() => RelaySession.OpenAsync(options, Ct))).Answer.Server.ShouldBe($"127.0.0.1:{options.Port}");
    }

    [Fact]
    public async Task A_file_that_fails_stops_the_mail_before_its_end()
    {
        var mail = Samples.Mail() with { Files = [new MailFile("perdu.pdf", "application/pdf", _ => throw new IOException("disk"))] };
        await using var session = await RelaySession.OpenAsync(Options, Ct);
        await Should.ThrowAsync<MailFileException>(() => session.SendAsync(Samples.Envelope(), mail, Ct));
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Contents.ShouldNotContain(content => content.Contains("perdu.pdf") && content.EndsWith("--\r\n"));
    }

    [Fact]
    public async Task Cancelling_before_the_dot_stops_the_mail()
    {
        using var cancel = new CancellationTokenSource();
        var mail = Samples.Mail() with
        {
            Files = [new MailFile("a.pdf", "application/pdf", async _ =>
            {
                await cancel.CancelAsync();
                return new MemoryStream(new byte[10]);
            })],
        };
        await using var session = await RelaySession.OpenAsync(Options, Ct);
        await Should.ThrowAsync<OperationCanceledException>(() => session.SendAsync(Samples.Envelope(), mail, cancel.Token));
    }

    [Fact]
    public async Task A_non_ASCII_mailbox_goes_where_SMTPUTF8_is_offered()
    {
        _relay.Extensions = ["PIPELINING", "DSN", "8BITMIME", "SMTPUTF8"];
        const string address = "élodie+a@société.test";
        (await SendOneAsync(Samples.Mail(address), Samples.Envelope(address))).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Commands[1].ShouldBe("MAIL FROM:<bounces+k3v7@ville.test> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=0197-envelope");
        _relay.Commands[2].ShouldBe("RCPT TO:<élodie+a@xn--socit-esab.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=utf-8;élodie\\x{2B}a@xn--socit-esab.test");
    }

    [Fact]
    public async Task A_non_ASCII_mailbox_is_refused_by_us_where_SMTPUTF8_is_not_offered()
    {
        const string address = "élodie@batisseurs.test";
        var answer = await SendOneAsync(Samples.Mail(address), Samples.Envelope(address));
        answer.Outcome.ShouldBe(RelayOutcome.Refused);
        answer.Stage.ShouldBe(RelayStage.Recipient);
        answer.IsServersOwn.ShouldBeFalse();
        answer.StatusCode.ShouldBe("5.6.7");
        _relay.Commands.ShouldNotContain(command => command.StartsWith("MAIL"));
    }

    [Fact]
    public async Task An_international_domain_needs_no_SMTPUTF8()
    {
        (await SendOneAsync(Samples.Mail("a@société.test"), Samples.Envelope("a@société.test"))).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Commands[2].ShouldStartWith("RCPT TO:<a@xn--socit-esab.test>");
    }

    [Theory]
    [InlineData("x@y.test>\r\nRCPT TO:<z@y.test", "0197", "Recipient")]
    [InlineData("x@y.test", "0197\r\nDATA", "EnvelopeId")]
    [InlineData("x@y.test", "", "EnvelopeId")]
    public async Task An_envelope_cannot_forge_a_command(string recipient, string id, string field)
    {
        var fault = await Should.ThrowAsync<ArgumentException>(() => SendOneAsync(envelope: new Envelope("a@b.test", recipient, id)));
        fault.Message.ShouldStartWith(field);
        _relay.Commands.ShouldNotContain(command => command.StartsWith("MAIL"));
    }

    [Fact]
    public async Task An_empty_return_path_is_allowed()
    {
        await SendOneAsync(envelope: Samples.Envelope() with { Sender = "" });
        _relay.Commands[1].ShouldStartWith("MAIL FROM:<> ");
    }

    [Fact]
    public async Task STARTTLS_protects_the_session_and_signing_in()
    {
        _relay.Extensions = ["STARTTLS", "PIPELINING", "AUTH LOGIN PLAIN"];
        _relay.Answers["AUTH"] = "235 2.7.0 welcome";
        var options = Options with { Security = RelaySecurity.StartTls, UserName = "ville", Password = "é", CertificateValidation = (_, certificate, _, _) => certificate!.Equals(ScriptedRelay.Certificate) };
        await using var session = await RelaySession.OpenAsync(options, Ct);
        (await session.SendAsync(Samples.Envelope(), Samples.Mail(), Ct)).Outcome.ShouldBe(RelayOutcome.Accepted);
        _relay.Commands[..4].ShouldBe(["EHLO ville.test", "STARTTLS", "EHLO ville.test", "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes("\0ville\0é"))]);
        _relay.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task A_certificate_that_the_system_does_not_know_is_refused()
    {
        _relay.Extensions = ["STARTTLS"];
        await Should.ThrowAsync<RelayUnavailableException>(() => RelaySession.OpenAsync(Options with { Security = RelaySecurity.StartTls }, Ct));
        _relay.Commands.ShouldBe(["EHLO ville.test", "STARTTLS"]);
    }

    [Fact]
    public async Task A_relay_without_STARTTLS_is_not_used_in_the_clear()
    {
        (await Should.ThrowAsync<RelayUnavailableException>(() => RelaySession.OpenAsync(Options with { Security = RelaySecurity.StartTls }, Ct)))
            .Answer.Reply.ShouldContain("STARTTLS");
    }

    [Fact]
    public async Task What_is_said_in_the_clear_behind_STARTTLS_is_not_believed()
    {
        _relay.Extensions = ["STARTTLS"];
        _relay.Answers["STARTTLS"] = "220 go\r\n250 injected";
        await Should.ThrowAsync<RelayUnavailableException>(() => RelaySession.OpenAsync(Options with { Security = RelaySecurity.StartTls, CertificateValidation = (_, _, _, _) => true }, Ct));
    }

    [Fact]
    public async Task A_sign_in_refused_is_no_refusal_of_the_mail()
    {
        _relay.Extensions = ["AUTH PLAIN"];
        _relay.Answers["AUTH"] = "535 5.7.8 bad credentials";
        var fault = await Should.ThrowAsync<RelayUnavailableException>(() => RelaySession.OpenAsync(Options with { UserName = "ville", Password = "secret" }, Ct));
        fault.Answer.Outcome.ShouldBe(RelayOutcome.Unreachable);
        fault.Answer.Reply.ShouldBe("535 5.7.8 bad credentials");
        fault.ToString().ShouldNotContain("secret");
    }
}
