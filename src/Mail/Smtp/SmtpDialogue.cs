using System.Globalization;
using System.Net;
using System.Net.Security;

namespace Vaguemestre.Mail.Smtp;

/// <summary>The server's side of one connection: one command after the other, in the order RFC 5321 §4.1.4 asks for.</summary>
internal sealed class SmtpDialogue(
    SmtpListenerOptions options, Func<ReceivedMail, CancellationToken, Task<SmtpReply>> handler, SmtpChannel channel, IPEndPoint remote)
{
    private static readonly SmtpReply Ok = new(250, "2.0.0 Ok"), Bye = new(221, "2.0.0 Bye"), TooBig = new(552, "5.3.4 Message too big");

    private string? _helo;
    private SmtpEnvelope? _envelope;
    private MessageContent? _chunks;
    private SslStreamCertificateContext? _certificate;
    private bool _hopeless;
    private int _errors;

    public Task TurnAwayAsync() => channel.SayAsync(new SmtpReply(421, $"4.7.0 {options.HostName} too many connections, try again later"));

    public async Task RunAsync(CancellationToken ends)
    {
        await channel.SayAsync(new SmtpReply(220, $"{options.HostName} ESMTP Vaguemestre"));
        while (_errors < options.MaxErrors)
        {
            WireLine line;
            try
            {
                line = await channel.ReadLineAsync(ends);
            }
            catch (OperationCanceledException)
            {
                await channel.SayAsync(new SmtpReply(421, $"4.4.2 {options.HostName} closing the connection"));
                return;
            }

            if (line.Text is null)
                return;
            var reply = line.TooLong ? new SmtpReply(500, "5.5.2 Line too long") : await AnswerAsync(line.Text, ends);
            _errors += reply.Code >= 500 ? 1 : 0;
            await channel.SayAsync(reply, isLast: _hopeless);
            if (reply.Code is 221 or 421 || _hopeless)
                return;
            if (_certificate is not null)
                await EncryptAsync(_certificate, ends);
        }

        await channel.SayAsync(new SmtpReply(421, $"4.7.0 {options.HostName} too many errors"));
    }

    private async Task<SmtpReply> AnswerAsync(string line, CancellationToken ends)
    {
        var (verb, rest) = line.IndexOf(' ') is > 0 and var space ? (line[..space], line[(space + 1)..].Trim()) : (line.Trim(), "");
        return verb.ToUpperInvariant() switch
        {
            "EHLO" => Greet(rest, extended: true),
            "HELO" => Greet(rest, extended: false),
            "STARTTLS" => StartTls(rest),
            "MAIL" => Mail(rest),
            "RCPT" => Recipient(rest),
            "DATA" => rest.Length > 0 ? new(501, "5.5.4 Syntax: DATA") : await DataAsync(ends),
            "BDAT" => await ChunkAsync(rest, ends),
            "RSET" => Reset(),
            "NOOP" => Ok,
            "VRFY" => new(252, "2.5.2 Cannot verify, send and see"),
            "QUIT" => Bye,
            "EXPN" or "HELP" or "AUTH" => new(502, "5.5.1 Command not implemented"),
            _ => new(500, "5.5.2 Command not recognised"),
        };
    }

    private SmtpReply Greet(string name, bool extended)
    {
        if (name.Length == 0)
            return new(501, $"5.5.4 Syntax: {(extended ? "EHLO" : "HELO")} hostname");
        Reset();
        _helo = name;
        if (!extended)
            return new(250, options.HostName);
        List<string> lines = [options.HostName, "PIPELINING", $"SIZE {options.MaxMessageBytes}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING"];
        if (options.OffersDsn)
            lines.Add("DSN");
        if (options.Certificate is not null && !channel.IsEncrypted)
            lines.Add("STARTTLS");
        return new(250, string.Join('\n', lines));
    }

    /// <summary>RFC 3207 §4. What a stranger slipped in behind the command, in the clear, must never be taken for the protected session's (CVE-2011-0411).</summary>
    private SmtpReply StartTls(string rest)
    {
        if (options.Certificate is null)
            return new(502, "5.5.1 Command not implemented");
        if (rest.Length > 0)
            return new(501, "5.5.4 Syntax: STARTTLS");
        if (channel.IsEncrypted)
            return new(503, "5.5.1 TLS is already active");
        if (channel.HasUnreadInput)
            return new(421, $"4.7.0 {options.HostName} nothing may follow STARTTLS before its answer");
        try
        {
            _certificate = options.Certificate();
            return new(220, "2.0.0 Ready to start TLS");
        }
        catch (Exception fault)
        {
            options.Faulted?.Invoke(fault);
            return new(454, "4.7.0 TLS is not available for now");
        }
    }

    /// <summary>All that was said in the clear is forgotten, the greeting too.</summary>
    private async Task EncryptAsync(SslStreamCertificateContext certificate, CancellationToken ends)
    {
        Reset();
        (_helo, _certificate) = (null, null);
        await channel.EncryptAsync(certificate, ends);
    }

    private SmtpReply Mail(string rest)
    {
        if (_helo is null)
            return new(503, "5.5.1 Say EHLO first");
        if (_envelope is not null)
            return new(503, "5.5.1 A mail is already begun");
        return SmtpEnvelope.FromMail(rest, options, out _envelope);
    }

    private SmtpReply Recipient(string rest)
    {
        if (_envelope is null)
            return new(503, "5.5.1 Say MAIL first");
        return _chunks is null ? _envelope.AddRecipient(rest, options) : new(503, "5.5.1 The message has begun");
    }

    private SmtpReply Reset()
    {
        (_envelope, _chunks) = (null, null);
        return Ok;
    }

    /// <summary>Why no message can begin now; null when it can.</summary>
    private SmtpReply? NoMessage()
    {
        if (_envelope is null)
            return new(503, "5.5.1 Say MAIL first");
        return _envelope.Recipients.Count == 0 ? new(554, "5.5.1 No valid recipients") : null;
    }

    private async Task<SmtpReply> DataAsync(CancellationToken ends)
    {
        if (NoMessage() is { } refusal)
            return refusal;
        if (_chunks is not null)
            return new(503, "5.5.1 The message goes on with BDAT");
        await channel.SayAsync(new SmtpReply(354, "End with <CRLF>.<CRLF>"));
        var content = new MessageContent(options.MaxMessageBytes);
        using var limit = new CancellationTokenSource(options.MessageTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends, limit.Token);
        while (!content.IsComplete && !content.IsEndless)
            channel.Consume(content.Add((await channel.PeekAsync(either.Token)).Span));
        return await EndAsync(content, ends);
    }

    /// <summary>
    /// One chunk (RFC 3030). Its bytes stand behind the command whatever the answer: a refused chunk is read and thrown away, lest
    /// its content be taken for commands.
    /// </summary>
    private async Task<SmtpReply> ChunkAsync(string rest, CancellationToken ends)
    {
        var words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var last = words.Length == 2 && words[1].Equals("LAST", StringComparison.OrdinalIgnoreCase);
        if (words.Length is 0 or > 2 || (words.Length == 2 && !last) || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            // Nobody knows where the next command begins.
            _hopeless = true;
            return new(501, "5.5.4 Syntax: BDAT size [LAST]");
        }

        var refusal = NoMessage();
        var content = refusal is null ? _chunks ??= new MessageContent(options.MaxMessageBytes) : new MessageContent(maxBytes: 0);
        using var limit = new CancellationTokenSource(options.MessageTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends, limit.Token);
        while (size > 0 && !content.IsEndless)
        {
            var bytes = await channel.PeekAsync(either.Token);
            var part = (int)Math.Min(size, bytes.Length);
            content.AddChunk(bytes.Span[..part]);
            channel.Consume(part);
            size -= part;
        }

        if (refusal is not null)
        {
            _hopeless = content.IsEndless;
            return refusal;
        }

        return last || content.IsTooBig ? await EndAsync(content, ends) : Ok;
    }

    private async Task<SmtpReply> EndAsync(MessageContent content, CancellationToken ends)
    {
        var mail = _envelope!.ToMail(content.Bytes, remote, _helo!);
        Reset();
        _hopeless = content.IsEndless;
        return content.IsTooBig ? TooBig : await HandAsync(mail, ends);
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
}
