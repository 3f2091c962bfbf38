using Vaguemestre.Mail.Composition;

namespace Vaguemestre.Mail.Smtp;

/// <summary>MAIL, RCPT, DATA and content of one mail, pipelined where the relay allows it (RFC 2920).</summary>
internal sealed class RelayTransaction(RelayConnection connection, EnvelopePath path)
{
    private readonly bool _dsn = connection.Offers("DSN");
    private RelayStage _stage = RelayStage.Sender;

    /// <summary>The end of the content was handed to the network: from here on, the relay may hold the mail.</summary>
    public bool DotSent { get; private set; }

    public RelayAnswer Lost(string why) =>
        new(DotSent ? RelayOutcome.AnswerLost : RelayOutcome.Unanswered, _stage, connection.Server, why, StatusCode: null, ReplyCode: null, _dsn);

    public async Task<RelayAnswer> RunAsync(ComposedMail mail, TimeSpan lastTimeout, TimeSpan grace, CancellationToken cancellation)
    {
        var refusal = connection.Offers("PIPELINING") ? await OpenPipelinedAsync(cancellation) : await OpenStepwiseAsync(cancellation);
        if (refusal is not null)
            return Answer(refusal);
        _stage = RelayStage.Content;
        var content = new DotStuffing(connection.Output);
        await mail.WriteAsync(content, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return Answer(await EndAsync(content, lastTimeout, grace, cancellation));
    }

    private async Task<SmtpReply> EndAsync(DotStuffing content, TimeSpan timeout, TimeSpan grace, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource();
        await using var hurry = cancellation.Register(() => patience.CancelAfter(grace));
        DotSent = true;
        await content.EndAsync(patience.Token);
        await connection.FlushAsync(patience.Token);
        return Only(await connection.ReadAsync(timeout, patience.Token), 2);
    }

    /// <summary>One command at a time, for a relay without PIPELINING.</summary>
    /// <returns>The reply that refuses, or null where the relay waits for the content.</returns>
    private async Task<SmtpReply?> OpenStepwiseAsync(CancellationToken cancellation)
    {
        var reply = Only(await connection.ExchangeAsync(path.Mail(_dsn), cancellation), 2);
        if (IsRefusal(reply))
            return reply;
        _stage = RelayStage.Recipient;
        reply = Only(await connection.ExchangeAsync(path.Recipient(_dsn), cancellation), 2);
        if (!IsRefusal(reply))
        {
            _stage = RelayStage.Data;
            reply = Only(await connection.ExchangeAsync("DATA", cancellation), 3);
        }

        return IsRefusal(reply) ? await ResetAsync(reply, cancellation) : null;
    }

    private async Task<SmtpReply?> OpenPipelinedAsync(CancellationToken cancellation)
    {
        await connection.WriteAsync(path.Mail(_dsn), cancellation);
        await connection.WriteAsync(path.Recipient(_dsn), cancellation);
        await connection.WriteAsync("DATA", cancellation);
        await connection.FlushAsync(cancellation);
        SmtpReply? refusal = null;
        foreach (var (stage, expected) in new[] { (RelayStage.Sender, 2), (RelayStage.Recipient, 2), (RelayStage.Data, 3) })
        {
            if (refusal is null)
                _stage = stage;
            // A relay that says 421 closes, and owes no further answer.
            if (refusal is { Code: 421 })
                return refusal;
            var reply = Only(await connection.ReadAsync(cancellation), expected);
            if (refusal is null && IsRefusal(reply))
                refusal = reply;
            // Nobody to send to, yet the content is waited for: an empty one ends it (RFC 2920 §3.1).
            else if (refusal is not null && reply.Code == 354)
                await connection.ExchangeAsync(".", cancellation);
        }

        return refusal is null ? null : await ResetAsync(refusal, cancellation);
    }

    /// <summary>Leaves the session clean for the next mail. The refusal stands, whatever becomes of the session.</summary>
    private async Task<SmtpReply> ResetAsync(SmtpReply refusal, CancellationToken cancellation)
    {
        if (refusal.Code == 421)
            return refusal;
        try
        {
            await connection.ExchangeAsync("RSET", cancellation);
        }
        catch (IOException)
        {
            // The next mail finds the connection closed, and opens another.
        }

        return refusal;
    }

    private static bool IsRefusal(SmtpReply reply) => reply.Code >= 400;

    private static SmtpReply Only(SmtpReply reply, int success) =>
        reply.Code / 100 == success || reply.Code / 100 is 4 or 5 ? reply : throw new SmtpProtocolException($"the relay answered {reply.Code} out of turn");

    private RelayAnswer Answer(SmtpReply reply)
    {
        var outcome = (reply.Code / 100) switch { 2 => RelayOutcome.Accepted, 4 => RelayOutcome.RefusedForNow, _ => RelayOutcome.Refused };
        return new RelayAnswer(outcome, _stage, connection.Server, reply.ToString(), reply.StatusCode, reply.Code, _dsn);
    }
}
