using System.Net;

namespace Vaguemestre.Mail.Smtp;

/// <summary>The server's side of one connection: one command after the other, in the order RFC 5321 §4.1.4 asks for.</summary>
internal sealed class SmtpDialogue(
    SmtpListenerOptions options, Func<ReceivedMail, CancellationToken, Task<SmtpReply>> handler, Stream stream, IPEndPoint remote)
{
    private const int MaxCommandBytes = 2_048;
    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);
    private static readonly SmtpReply Ok = new(250, "2.0.0 Ok"), Bye = new(221, "2.0.0 Bye");

    private readonly Wire _wire = new(stream);
    private string? _helo;
    private SmtpEnvelope? _envelope;
    private int _errors;

    public Task TurnAwayAsync() => SayAsync(new SmtpReply(421, $"4.7.0 {options.HostName} too many connections, try again later"));

    public async Task RunAsync(CancellationToken ends)
    {
        await SayAsync(new SmtpReply(220, $"{options.HostName} ESMTP Vaguemestre"));
        while (_errors < options.MaxErrors)
        {
            WireLine line;
            try
            {
                line = await WithinIdleAsync(token => _wire.ReadLineAsync(MaxCommandBytes, token), ends);
            }
            catch (OperationCanceledException)
            {
                await SayAsync(new SmtpReply(421, $"4.4.2 {options.HostName} closing the connection"));
                return;
            }

            if (line.Text is null)
                return;
            var reply = line.TooLong ? new SmtpReply(500, "5.5.2 Line too long") : await AnswerAsync(line.Text, ends);
            _errors += reply.Code >= 500 ? 1 : 0;
            await SayAsync(reply);
            if (reply.Code is 221 or 421)
                return;
        }

        await SayAsync(new SmtpReply(421, $"4.7.0 {options.HostName} too many errors"));
    }

    private async Task<SmtpReply> AnswerAsync(string line, CancellationToken ends)
    {
        var (verb, rest) = line.IndexOf(' ') is > 0 and var space ? (line[..space], line[(space + 1)..].Trim()) : (line.Trim(), "");
        return verb.ToUpperInvariant() switch
        {
            "EHLO" => Greet(rest, extended: true),
            "HELO" => Greet(rest, extended: false),
            "MAIL" => Mail(rest),
            "RCPT" => Recipient(rest),
            "DATA" => rest.Length > 0 ? new(501, "5.5.4 Syntax: DATA") : await DataAsync(ends),
            "RSET" => Reset(),
            "NOOP" => Ok,
            "VRFY" => new(252, "2.5.2 Cannot verify, send and see"),
            "QUIT" => Bye,
            "EXPN" or "HELP" or "STARTTLS" or "AUTH" or "BDAT" => new(502, "5.5.1 Command not implemented"),
            _ => new(500, "5.5.2 Command not recognised"),
        };
    }

    private SmtpReply Greet(string name, bool extended)
    {
        if (name.Length == 0)
            return new(501, $"5.5.4 Syntax: {(extended ? "EHLO" : "HELO")} hostname");
        (_helo, _envelope) = (name, null);
        if (!extended)
            return new(250, options.HostName);
        List<string> lines = [options.HostName, "PIPELINING", $"SIZE {options.MaxMessageBytes}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
        if (options.OffersDsn)
            lines.Add("DSN");
        return new(250, string.Join('\n', lines));
    }

    private SmtpReply Mail(string rest)
    {
        if (_helo is null)
            return new(503, "5.5.1 Say EHLO first");
        if (_envelope is not null)
            return new(503, "5.5.1 A mail is already begun");
        return SmtpEnvelope.FromMail(rest, options, out _envelope);
    }

    private SmtpReply Recipient(string rest) =>
        _envelope is null ? new(503, "5.5.1 Say MAIL first") : _envelope.AddRecipient(rest, options);

    private SmtpReply Reset()
    {
        _envelope = null;
        return Ok;
    }

    private async Task<SmtpReply> DataAsync(CancellationToken ends)
    {
        if (_envelope is null)
            return new(503, "5.5.1 Say MAIL first");
        if (_envelope.Recipients.Count == 0)
            return new(554, "5.5.1 No valid recipients");
        var envelope = _envelope;
        _envelope = null;
        await SayAsync(new SmtpReply(354, "End with <CRLF>.<CRLF>"));
        var content = new MessageContent(options.MaxMessageBytes);
        while (!content.IsComplete)
        {
            var bytes = await WithinIdleAsync(_wire.PeekAsync, ends);
            if (bytes.IsEmpty)
                throw new EndOfStreamException("The client left in the middle of a message.");
            _wire.Consume(content.Add(bytes.Span));
        }

        return content.IsTooBig ? new(552, "5.3.4 Message too big") : await HandAsync(envelope.ToMail(content.Bytes, remote, _helo!), ends);
    }

    private async Task<SmtpReply> HandAsync(ReceivedMail mail, CancellationToken ends)
    {
        try
        {
            return await handler(mail, ends);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            return new(421, $"4.3.2 {options.HostName} is stopping, try again later");
        }
        catch (Exception fault)
        {
            // Whatever a handler does wrong, the client must hear that its mail was not taken.
            options.Faulted?.Invoke(fault);
            return new(451, "4.3.0 Local error, try again later");
        }
    }

    private async ValueTask<T> WithinIdleAsync<T>(Func<CancellationToken, ValueTask<T>> read, CancellationToken ends)
    {
        using var idle = new CancellationTokenSource(options.IdleTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends, idle.Token);
        return await read(either.Token);
    }

    /// <summary>
    /// Answers to pipelined commands leave together. A listener that stops still says what it has to: a mail taken whose answer never
    /// leaves comes twice.
    /// </summary>
    private async Task SayAsync(SmtpReply reply)
    {
        using var limit = new CancellationTokenSource(ReplyTimeout, options.Clock);
        foreach (var line in reply.ToString().Split('\n'))
            await _wire.WriteLineAsync(line, limit.Token);
        if (!_wire.HasUnreadInput || reply.Code is 221 or 354 or 421)
            await _wire.FlushAsync(limit.Token);
    }
}
