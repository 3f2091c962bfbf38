using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Tests.Smtp;

public sealed class SmtpListenerTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedMail> _received = new();
    private SmtpListener? _listener;

    private static SmtpListenerOptions Options => new() { HostName = "mx.ville.test", AcceptRecipient = address => address.EndsWith("@ville.test"), MaxMessageBytes = 10_000, OffersDsn = true };

    private async Task<SmtpTalk> OpenAsync(SmtpListenerOptions? options = null, Func<ReceivedMail, CancellationToken, Task<SmtpReply>>? handler = null)
    {
        _listener ??= SmtpListener.Start(options ?? Options, handler ?? ((mail, _) =>
        {
            _received.Enqueue(mail);
            return Task.FromResult(new SmtpReply(250, $"2.0.0 Ok: queued as {_received.Count}"));
        }));
        var talk = await SmtpTalk.OpenAsync(_listener.Port);
        return talk;
    }

    private async Task<SmtpTalk> GreetedAsync(SmtpListenerOptions? options = null, Func<ReceivedMail, CancellationToken, Task<SmtpReply>>? handler = null)
    {
        var talk = await OpenAsync(options, handler);
        (await talk.ReadAsync()).ShouldBe("220 mx.ville.test ESMTP Vaguemestre");
        (await talk.SayAsync("EHLO [127.0.0.1]"))!.ShouldStartWith("250-");
        return talk;
    }

    private string[] Contents => [.. _received.Select(mail => Encoding.Latin1.GetString(mail.Data.Span))];

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
            await _listener.DisposeAsync();
    }

    [Fact]
    public async Task It_says_what_it_offers()
    {
        using var talk = await OpenAsync();
        await talk.ReadAsync();
        (await talk.SayAsync("EHLO client.test")).ShouldBe("250-mx.ville.test\n250-PIPELINING\n250-SIZE 10000\n250-8BITMIME\n250-SMTPUTF8\n250-ENHANCEDSTATUSCODES\n250-CHUNKING\n250 DSN");
        (await talk.SayAsync("HELO client.test")).ShouldBe("250 mx.ville.test");
    }

    [Fact]
    public async Task Its_ordinary_commands_answer()
    {
        using var talk = await GreetedAsync();
        (await talk.SayAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
        (await talk.SayAsync("vrfy x")).ShouldBe("252 2.5.2 Cannot verify, send and see");
        (await talk.SayAsync("RSET")).ShouldBe("250 2.0.0 Ok");
        (await talk.SayAsync("EXPN x")).ShouldBe("502 5.5.1 Command not implemented");
        (await talk.SayAsync("BLAH")).ShouldBe("500 5.5.2 Command not recognised");
        (await talk.SayAsync("QUIT")).ShouldBe("221 2.0.0 Bye");
        (await talk.ReadAsync()).ShouldBeNull();
    }

    private const string Transcript =
        "EHLO c.test\r\nMAIL FROM:<a@b.test> SIZE=20\r\nRCPT TO:<x@ville.test>\r\nDATA\r\nSubject: 1\r\n\r\n..\r\n.x\r\nun\r\n.\r\n" +
        "MAIL FROM:<>\r\nRCPT TO:<y@ville.test>\r\nRCPT TO:<no@ailleurs.test>\r\nDATA\r\ndeux\r\n.\r\nQUIT\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(int.MaxValue)]
    public async Task A_dialogue_is_the_same_in_whatever_pieces_it_comes(int pieces)
    {
        using var talk = await OpenAsync();
        await talk.SendAsync(Transcript, pieces);
        (await talk.ReadAsync(13)).Select(reply => reply[..3]).ShouldBe(["220", "250", "250", "250", "354", "250", "250", "250", "550", "354", "250", "221", "clo"]);
        Contents.ShouldBe(["Subject: 1\r\n\r\n.\r\nx\r\nun\r\n", "deux\r\n"]);
        _received.Select(mail => mail.MailFrom).ShouldBe(["a@b.test", ""]);
        _received.Last().Recipients.Select(recipient => recipient.Address).ShouldBe(["y@ville.test"]);
    }

    [Fact]
    public async Task A_line_end_of_LF_alone_ends_a_command()
    {
        using var talk = await OpenAsync();
        await talk.ReadAsync();
        await talk.SendAsync("HELO c.test\nNOOP\n");
        (await talk.ReadAsync(2)).ShouldBe(["250 mx.ville.test", "250 2.0.0 Ok"]);
    }

    [Theory]
    [InlineData("\n.\n")]
    [InlineData("\n.\r\n")]
    [InlineData("\r.\r")]
    [InlineData("\r.\r\n")]
    [InlineData("\n.\r")]
    [InlineData("\0\r\n\0.\r\n")]
    public async Task Only_CRLF_dot_CRLF_ends_a_message_so_that_none_is_smuggled(string end)
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n");
        await talk.ReadAsync(3);
        var content = "un" + end + "MAIL FROM:<faux@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\nfaux\r\n";
        await talk.SendAsync(content + ".\r\nNOOP\r\n", 5);
        (await talk.ReadAsync(2)).ShouldBe(["250 2.0.0 Ok: queued as 1", "250 2.0.0 Ok"]);
        Contents.ShouldBe([content]);
    }

    [Theory]
    [InlineData("\r\n.\n")]
    [InlineData("\r\n.\r")]
    [InlineData("\r\n.\r\r\n")]
    public async Task A_dot_before_half_a_line_end_is_not_the_end(string end)
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n");
        await talk.ReadAsync(3);
        await talk.SendAsync("un" + end + "MAIL FROM:<faux@b.test>\r\n.\r\nNOOP\r\n", 1);
        (await talk.ReadAsync(2)).ShouldBe(["250 2.0.0 Ok: queued as 1", "250 2.0.0 Ok"]);
        Contents.ShouldBe(["un" + end.Replace(".", "") + "MAIL FROM:<faux@b.test>\r\n"]);
    }

    [Fact]
    public async Task The_bytes_of_a_message_are_kept()
    {
        var content = string.Concat(Enumerable.Range(0, 256).Where(b => b != '.').Select(b => (char)b)) + "\r\n";
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test> BODY=8BITMIME\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n" + content + ".\r\n", 3);
        (await talk.ReadAsync(4))[3].ShouldStartWith("250");
        Contents.ShouldBe([content]);
        _received.Single().HeloName.ShouldBe("[127.0.0.1]");
        _received.Single().RemoteEndPoint.Address.ShouldBe(System.Net.IPAddress.Loopback);
    }

    [Fact]
    public async Task Any_bytes_come_through_in_any_pieces()
    {
        using var talk = await GreetedAsync();
        await Gen.Select(Gen.Char["\r\n.x\0"].Array[0, 40], Gen.Int[1, 9]).SampleAsync(async (chars, pieces) =>
        {
            _received.Clear();
            var content = string.Concat(chars) + "\r\n";
            var stuffed = string.Join("\r\n", content.Split("\r\n").Select(line => line.StartsWith('.') ? "." + line : line));
            await talk.SendAsync($"MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n{stuffed}.\r\n", pieces);
            (await talk.ReadAsync(4))[3].ShouldStartWith("250");
            Contents.ShouldBe([content]);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n.\r\n");
        (await talk.ReadAsync(4))[3].ShouldStartWith("250");
        Contents.ShouldBe([""]);
    }

    [Fact]
    public async Task A_request_for_reports_is_kept_with_its_mail()
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test> RET=HDRS ENVID=a+2Bb\r\nRCPT TO:<x@ville.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By@ville.test\r\n" +
            "RCPT TO:<y@ville.test> NOTIFY=NEVER\r\nRCPT TO:<z@ville.test>\r\nDATA\r\nx\r\n.\r\n");
        (await talk.ReadAsync(6))[5].ShouldStartWith("250");
        var mail = _received.Single();
        mail.EnvelopeId.ShouldBe("a+b");
        mail.Return.ShouldBe(DsnReturn.Headers);
        mail.Recipients.ShouldBe(
        [
            new ReceivedRecipient("x@ville.test", DsnNotify.Success | DsnNotify.Delay, "rfc822;x+y@ville.test"),
            new ReceivedRecipient("y@ville.test", DsnNotify.Never),
            new ReceivedRecipient("z@ville.test"),
        ]);
    }

    [Fact]
    public async Task Reports_that_are_not_offered_cannot_be_asked()
    {
        using var talk = await GreetedAsync(Options with { OffersDsn = false });
        (await talk.SayAsync("MAIL FROM:<a@b.test> RET=HDRS")).ShouldBe("555 5.5.4 Parameter not recognised: RET");
        (await talk.SayAsync("MAIL FROM:<a@b.test>"))!.ShouldStartWith("250");
        (await talk.SayAsync("RCPT TO:<x@ville.test> NOTIFY=NEVER")).ShouldBe("555 5.5.4 Parameter not recognised: NOTIFY");
    }

    [Theory]
    [InlineData("DATA", "503")]
    [InlineData("RCPT TO:<x@ville.test>", "503")]
    [InlineData("MAIL a@b.test", "501")]
    [InlineData("MAIL FROM:a@b.test", "501")]
    [InlineData("MAIL FROM:<a@b.test", "501")]
    [InlineData("MAIL FROM:<a>", "501")]
    [InlineData("MAIL FROM:<a@b.test>SIZE=1", "501")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=x", "501")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=10001", "552")]
    [InlineData("MAIL FROM:<a@b.test> BODY=BINARYMIME", "501")]
    [InlineData("MAIL FROM:<a@b.test> ENVID=+ZZ", "501")]
    [InlineData("MAIL FROM:<a@b.test> X=1", "555")]
    [InlineData("EHLO", "501")]
    [InlineData("", "500")]
    public async Task A_command_out_of_form_is_refused_and_the_dialogue_goes_on(string command, string code)
    {
        using var talk = await GreetedAsync();
        (await talk.SayAsync(command))!.ShouldStartWith(code);
        (await talk.SayAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
    }

    [Theory]
    [InlineData("<\"a>b\"@ville.test>", "\"a>b\"@ville.test")]
    [InlineData("<@relais.test,@autre.test:x@ville.test>", "x@ville.test")]
    [InlineData(" <x@ville.test>", "x@ville.test")]
    public async Task A_path_is_read_as_RFC_5321_writes_it(string path, string address)
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync($"MAIL FROM:<a@b.test>\r\nRCPT TO:{path}\r\nDATA\r\n.\r\n");
        (await talk.ReadAsync(4))[3].ShouldStartWith("250");
        _received.Single().Recipients.Single().Address.ShouldBe(address);
    }

    [Fact]
    public async Task Nothing_is_relayed()
    {
        using var talk = await GreetedAsync();
        await talk.SayAsync("MAIL FROM:<a@b.test>");
        (await talk.SayAsync("RCPT TO:<x@ailleurs.test>")).ShouldBe("550 5.7.1 No mail is taken here for this address");
        (await talk.SayAsync("RCPT TO:<x%ailleurs.test@relais.test>"))!.ShouldStartWith("550 5.7.1");
        (await talk.SayAsync("DATA")).ShouldBe("554 5.5.1 No valid recipients");
    }

    [Fact]
    public async Task A_message_too_big_is_refused_after_its_end_and_the_next_one_is_taken()
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n" + new string('x', 10_001) + "\r\n.\r\n");
        (await talk.ReadAsync(4))[3].ShouldBe("552 5.3.4 Message too big");
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n" + new string('x', 9_998) + "\r\n.\r\n");
        (await talk.ReadAsync(4))[3].ShouldStartWith("250");
        Contents.Single().Length.ShouldBe(10_000);
    }

    [Fact]
    public async Task A_recipient_too_many_is_refused_for_now()
    {
        using var talk = await GreetedAsync();
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\n" + string.Concat(Enumerable.Range(0, 101).Select(i => $"RCPT TO:<x{i}@ville.test>\r\n")));
        var replies = await talk.ReadAsync(102);
        replies.Take(101).ShouldAllBe(reply => reply.StartsWith("250"));
        replies[101].ShouldBe("452 4.5.3 Too many recipients");
    }

    [Fact]
    public async Task A_line_too_long_is_refused_and_the_dialogue_goes_on()
    {
        using var talk = await GreetedAsync();
        (await talk.SayAsync("NOOP " + new string('x', 100_000))).ShouldBe("500 5.5.2 Line too long");
        (await talk.SayAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
    }

    [Fact]
    public async Task A_client_that_only_errs_is_sent_away()
    {
        using var talk = await OpenAsync();
        await talk.SendAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\n", 20)));
        var replies = await talk.ReadAsync(23);
        replies[21].ShouldBe("421 4.7.0 mx.ville.test too many errors");
        replies[22].ShouldBe("closed");
    }

    [Fact]
    public async Task A_connection_too_many_is_turned_away()
    {
        using var first = await GreetedAsync(Options with { MaxConnections = 1 });
        using var second = await OpenAsync();
        (await second.ReadAsync())!.ShouldStartWith("421 4.7.0");
        (await first.SayAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
    }

    [Fact]
    public async Task One_source_cannot_take_every_connection_and_gets_back_those_it_ends()
    {
        using var first = await GreetedAsync(Options with { MaxConnectionsPerSource = 1 });
        using (var second = await OpenAsync())
            (await second.ReadAsync())!.ShouldStartWith("421 4.7.0");
        (await first.SayAsync("QUIT")).ShouldBe("221 2.0.0 Bye");
        string? greeting = null;
        for (var look = 0; look < 200 && greeting?[..3] != "220"; look++)
        {
            using var next = await OpenAsync();
            greeting = await next.ReadAsync();
        }

        greeting.ShouldBe("220 mx.ville.test ESMTP Vaguemestre");
    }

    [Fact]
    public async Task A_message_that_trickles_in_is_given_up()
    {
        var clock = new FakeTimeProvider();
        using var talk = await GreetedAsync(Options with { Clock = clock });
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n");
        await talk.ReadAsync(3);
        var end = talk.ReadAsync();
        try
        {
            while (!end.IsCompleted)
            {
                // Never silent as long as the idle limit.
                await talk.SendAsync("x");
                clock.Advance(TimeSpan.FromMinutes(1));
                await Task.WhenAny(end, Task.Delay(10, TestContext.Current.CancellationToken));
            }

            (await end).ShouldBeNull();
        }
        catch (IOException)
        {
            // The connection was cut while we sent: what was to be shown.
        }

        _received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_silent_client_is_sent_away()
    {
        var clock = new FakeTimeProvider();
        using var talk = await GreetedAsync(Options with { Clock = clock });
        var farewell = talk.ReadAsync();
        while (!farewell.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(6));
            await Task.WhenAny(farewell, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        (await farewell).ShouldBe("421 4.4.2 mx.ville.test closing the connection");
        (await talk.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_handler_that_fails_has_taken_nothing()
    {
        Exception? heard = null;
        using var talk = await GreetedAsync(Options with { Faulted = fault => heard = fault }, (_, _) => throw new InvalidOperationException("disk"));
        await talk.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n.\r\n");
        (await talk.ReadAsync(4))[3].ShouldBe("451 4.3.0 Local error, try again later");
        heard.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task A_judge_of_recipients_that_fails_ends_the_connection_and_not_the_listener()
    {
        var heard = new TaskCompletionSource<Exception>();
        using var talk = await GreetedAsync(Options with { Faulted = heard.SetResult, AcceptRecipient = _ => throw new InvalidOperationException("database") });
        await talk.SayAsync("MAIL FROM:<a@b.test>");
        (await talk.SayAsync("RCPT TO:<x@ville.test>")).ShouldBeNull();
        (await heard.Task).ShouldBeOfType<InvalidOperationException>();
        using var next = await GreetedAsync();
    }

    [Fact]
    public async Task Stopping_says_good_bye_and_waits_for_the_handler()
    {
        var entered = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        using var busy = await GreetedAsync(handler: async (_, _) =>
        {
            entered.SetResult();
            await finish.Task;
            return new SmtpReply(250, "2.0.0 Ok");
        });
        using var idle = await GreetedAsync();
        await busy.SendAsync("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\nDATA\r\n.\r\n");
        await entered.Task;

        var stopping = _listener!.DisposeAsync().AsTask();
        (await idle.ReadAsync())!.ShouldStartWith("421 4.4.2");
        stopping.IsCompleted.ShouldBeFalse();
        finish.SetResult();
        await stopping;
        (await busy.ReadAsync(4))[3].ShouldBe("250 2.0.0 Ok");
    }
}
