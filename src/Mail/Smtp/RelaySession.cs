using System.Net.Sockets;
using Vaguemestre.Mail.Composition;

namespace Vaguemestre.Mail.Smtp;

/// <summary>
/// A session with the relay, kept open over many mails (RFC 5321); not for use by two threads at once. A session that the relay
/// closed is opened again by the next sending.
/// </summary>
public sealed class RelaySession : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2), GraceAfterDot = TimeSpan.FromSeconds(10);

    private readonly RelayOptions _options;
    private RelayConnection? _connection;

    private RelaySession(RelayOptions options, RelayConnection connection) => (_options, _connection) = (options, connection);

    /// <summary>The relay takes requests for delivery reports (RFC 3461).</summary>
    public bool OffersDsn => _connection?.Offers("DSN") ?? false;

    /// <summary>What the relay's last EHLO offered, keyword to parameters (<c>SIZE</c> to <c>20971520</c>), whatever their case; empty once the session is lost.</summary>
    public IReadOnlyDictionary<string, string> Extensions => _connection?.Extensions ?? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

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
        RelayAnswer? answer = null;
        await RunAsync([new Parcel(envelope, new ComposedMail(mail))], (_, said) => answer = said, ends: null, cancellation);
        if (answer!.Outcome == RelayOutcome.Unanswered)
            cancellation.ThrowIfCancellationRequested();
        return answer;
    }

    /// <summary>
    /// Hands many mails to the relay, in order, as far ahead of its answers as it allows. Each mail begun gets exactly one answer, whatever the relay
    /// or the network does; where the connection is lost, those not begun go over a new one, and are <see cref="RelayOutcome.Unreachable"/>
    /// where none can be had. Cancelling leaves the mails not begun without answer; those that are with the relay are waited for a few seconds more.
    /// </summary>
    /// <param name="parcels">The mails.</param>
    /// <param name="answered">Hears each mail's place in the list and its answer, as soon as it is read, while the session waits: it must be quick and not throw.</param>
    /// <param name="ends">Hears each mail's place before its end leaves: from then on the relay may hold it. It must be quick and not throw.</param>
    /// <param name="cancellation">Stops before the next mail.</param>
    /// <exception cref="OperationCanceledException">Cancelled, and not all have an answer.</exception>
    public Task SendManyAsync(IReadOnlyList<Parcel> parcels, Action<int, RelayAnswer> answered, Action<int>? ends = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parcels);
        ArgumentNullException.ThrowIfNull(answered);
        return RunAsync(parcels, answered, ends, cancellation);
    }

    /// <summary>Says QUIT where that is still possible, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsQuiet: true })
        {
            _connection.Patience.Hurry(Farewell);
            try
            {
                await _connection.ExchangeAsync("QUIT");
            }
            catch (Exception fault) when (IsLoss(fault))
            {
                // Every mail already has its answer.
            }
        }

        await CloseAsync();
    }

    private static bool IsLoss(Exception fault) => fault is IOException or SocketException or OperationCanceledException;

    private async Task RunAsync(IReadOnlyList<Parcel> parcels, Action<int, RelayAnswer> answered, Action<int>? ends, CancellationToken cancellation)
    {
        var next = 0;
        while (next < parcels.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_connection is { IsQuiet: false })
                await CloseAsync();
            try
            {
                _connection ??= await RelayConnection.OpenAsync(_options, cancellation);
            }
            catch (RelayUnavailableException fault)
            {
                for (; next < parcels.Count; next++)
                    answered(next, fault.Answer);
                return;
            }

            next = await RunAsync(_connection, parcels, next, answered, ends, cancellation);
        }
    }

    /// <summary>Sends over one connection, as long as it holds.</summary>
    /// <returns>The first mail not begun.</returns>
    private async Task<int> RunAsync(RelayConnection connection, IReadOnlyList<Parcel> parcels, int next, Action<int, RelayAnswer> answered, Action<int>? ends, CancellationToken cancellation)
    {
        var pipeline = new RelayPipeline(connection, (_options.Timeout, _options.ContentTimeout ?? _options.Timeout * 2), answered, ends);
        try
        {
            await using var hurry = cancellation.Register(() => connection.Patience.Hurry(pipeline.HoldsEnded ? GraceAfterDot : TimeSpan.Zero));
            while (next < parcels.Count && !cancellation.IsCancellationRequested)
            {
                var parcel = parcels[next];
                if (parcel.Path.NeedsSmtpUtf8 && !connection.Offers("SMTPUTF8"))
                {
                    answered(next++, WithoutSmtpUtf8(connection));
                    continue;
                }

                await pipeline.MakeRoomAsync(parcel);
                await pipeline.SendAsync(next++, parcel, cancellation);
            }

            await pipeline.FinishAsync();
        }
        catch (Exception fault)
        {
            if (fault is IOException and not (SmtpProtocolException or EndOfStreamException))
            {
                connection.Patience.Hurry(Farewell);
                await pipeline.SalvageAsync();
            }

            // Closing is the only way to take back a message already begun.
            await CloseAsync();
            if (!IsLoss(fault))
                throw;
            pipeline.Lose(fault is not OperationCanceledException ? fault.Message : cancellation.IsCancellationRequested ? "stopped before the answer" : "no answer in time");
            return next;
        }

        connection.Patience.Rest();
        return next;
    }

    private static RelayAnswer WithoutSmtpUtf8(RelayConnection connection) => new(RelayOutcome.Refused, RelayStage.Recipient, connection.Server,
        "Le relais n’accepte pas les adresses dont la partie avant @ porte des lettres accentuées (SMTPUTF8).", "5.6.7", ReplyCode: null, DsnRequested: false);

    private async ValueTask CloseAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }
}
