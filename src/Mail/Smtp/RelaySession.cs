using System.Net.Sockets;
using Vaguemestre.Mail.Composition;

namespace Vaguemestre.Mail.Smtp;

/// <summary>
/// A session with the relay, kept open over many mails (RFC 5321), one at a time; not for use by two threads at once. A session
/// that the relay closed between two mails is opened again by the next <see cref="SendAsync"/>.
/// </summary>
public sealed class RelaySession : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2), GraceAfterDot = TimeSpan.FromSeconds(10);

    private readonly RelayOptions _options;
    private RelayConnection? _connection;

    private RelaySession(RelayOptions options, RelayConnection connection) => (_options, _connection) = (options, connection);

    /// <summary>The relay takes requests for delivery reports (RFC 3461).</summary>
    public bool OffersDsn => _connection?.Offers("DSN") ?? false;

    /// <summary>Connects, greets, protects and signs in, as configured.</summary>
    /// <exception cref="RelayUnavailableException">No session; its answer says why, in the relay's own words where it spoke.</exception>
    public static async Task<RelaySession> OpenAsync(RelayOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RelaySession(options, await RelayConnection.OpenAsync(options, cancellation));
    }

    /// <summary>
    /// Hands one mail to the relay. Whatever the relay or the network does is an answer, not an exception. Cancelling stops before the
    /// final dot; after it, the answer is waited for a few seconds more, since going away then would make a duplicate.
    /// </summary>
    /// <exception cref="ArgumentException">A field of the mail or of the envelope is not acceptable; nothing was sent.</exception>
    /// <exception cref="MailFileException">A joined file could not be read; nothing was delivered.</exception>
    public async Task<RelayAnswer> SendAsync(Envelope envelope, OutgoingMail mail, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        var composed = new ComposedMail(mail);
        var path = new EnvelopePath(envelope, composed.NeedsSmtpUtf8);
        if (_connection is { IsQuiet: false })
            await CloseAsync();
        try
        {
            _connection ??= await RelayConnection.OpenAsync(_options, cancellation);
        }
        catch (RelayUnavailableException fault)
        {
            return fault.Answer;
        }

        if (path.NeedsSmtpUtf8 && !_connection.Offers("SMTPUTF8"))
        {
            return new RelayAnswer(RelayOutcome.Refused, RelayStage.Recipient, _connection.Server,
                "Le relais n’accepte pas les adresses dont la partie avant @ porte des lettres accentuées (SMTPUTF8).", "5.6.7", ReplyCode: null, DsnRequested: false);
        }

        var transaction = new RelayTransaction(_connection, path);
        try
        {
            var answer = await transaction.RunAsync(composed, _options.Timeout * 2, GraceAfterDot, cancellation);
            if (answer.ReplyCode == 421)
                await CloseAsync();
            return answer;
        }
        catch (Exception fault) when (IsLoss(fault, cancellation) || (transaction.DotSent && fault is OperationCanceledException))
        {
            var answer = transaction.Lost(fault is OperationCanceledException ? "no answer in time" : fault.Message);
            await CloseAsync();
            return answer;
        }
        catch
        {
            // Closing is the only way to take back a message already begun.
            await CloseAsync();
            throw;
        }
    }

    /// <summary>Says QUIT where that is still possible, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsQuiet: true })
        {
            using var limit = new CancellationTokenSource(Farewell);
            try
            {
                await _connection.ExchangeAsync("QUIT", limit.Token);
            }
            catch (Exception fault) when (IsLoss(fault, CancellationToken.None))
            {
                // Every mail already has its answer.
            }
        }

        await CloseAsync();
    }

    private static bool IsLoss(Exception fault, CancellationToken cancellation) =>
        fault is IOException or SocketException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested);

    private async ValueTask CloseAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }
}
