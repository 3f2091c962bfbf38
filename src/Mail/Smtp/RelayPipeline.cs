using System.Globalization;

namespace Vaguemestre.Mail.Smtp;

/// <summary>
/// The commands of many mails over one connection: written ahead of the replies as far as the relay allows, replies read in the same order.
/// Where it offers CHUNKING (RFC 3030), several mails go without waiting; with PIPELINING alone (RFC 2920), a mail's content leaves with the
/// commands of the next; otherwise every command waits for its reply.
/// </summary>
internal sealed class RelayPipeline(RelayConnection connection, (TimeSpan Answer, TimeSpan Content) timeouts, Action<int, RelayAnswer> answered, Action<int>? ends)
{
    /// <summary>What may go without a reply: little enough for a relay that does not read while it writes.</summary>
    private const int MaxMailsAhead = 4, MaxBytesAhead = 256 * 1024;

    private readonly bool _dsn = connection.Offers("DSN"), _size = connection.Offers("SIZE"), _pipelining = connection.Offers("PIPELINING"), _chunking = connection.Offers("CHUNKING");

    /// <summary>The replies to come; without mail, one that says nothing.</summary>
    private readonly Queue<(RelayTransaction? Mail, RelayStage Stage)> _replies = new();

    private readonly List<RelayTransaction> _undecided = [];
    private int _ended, _mailsAhead;
    private long _bytesAhead;

    /// <summary>A mail whose end was handed to the network has no answer yet. For whoever cancels, from any thread.</summary>
    public bool HoldsEnded => Volatile.Read(ref _ended) > 0;

    /// <summary>Reads answers until this mail may be begun.</summary>
    public async ValueTask MakeRoomAsync(Parcel parcel)
    {
        var length = CanChunk(parcel) ? parcel.Content.Length : null;
        while (length is not null && _mailsAhead > 0 && (_mailsAhead >= MaxMailsAhead || _bytesAhead + length > MaxBytesAhead))
            await ReadAsync();
    }

    /// <summary>Begins a mail, and writes it whole unless it is refused on the way.</summary>
    public async ValueTask SendAsync(int number, Parcel parcel, CancellationToken cancellation)
    {
        var mail = new RelayTransaction(number, parcel, connection.Server, _dsn);
        _undecided.Add(mail);
        if (connection.NeedsReset)
            await WriteAsync("RSET", mail: null, default);
        connection.NeedsReset = false;
        await WriteAsync(parcel.Path.Mail(_dsn, _size ? parcel.Content.Length : null), mail, RelayStage.Sender);
        if (!mail.IsDecided)
            await WriteAsync(parcel.Path.Recipient(_dsn), mail, RelayStage.Recipient);
        if (CanChunk(parcel))
            await SendChunkAsync(mail, parcel.Content, cancellation);
        else
            await SendDataAsync(mail, parcel.Content, cancellation);
    }

    /// <summary>Reads every answer that is still to come.</summary>
    public async ValueTask FinishAsync()
    {
        await connection.FlushAsync();
        while (_replies.Count > 0)
            await ReadAsync();
    }

    /// <summary>Takes the answers that came before the relay stopped listening.</summary>
    public async ValueTask SalvageAsync()
    {
        try
        {
            while (_replies.Count > 0)
                await ReadAsync();
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // No more of them came.
        }
    }

    /// <summary>The connection ended: each mail without answer gets one.</summary>
    public void Lose(string why)
    {
        foreach (var mail in _undecided)
            Tell(mail, mail.Lose(why));
        _undecided.Clear();
    }

    /// <summary>A mail that fills the window alone is worth a round trip, to learn first whether its recipient is refused.</summary>
    private bool CanChunk(Parcel parcel) => _chunking && _pipelining && parcel.Content.Length <= MaxBytesAhead;

    /// <summary>RFC 3030 §2: a relay that refused the recipient reads the content all the same, and refuses it too; only RSET brings both back in step.</summary>
    private async ValueTask SendChunkAsync(RelayTransaction mail, IMailContent content, CancellationToken cancellation)
    {
        connection.NeedsReset = true;
        await connection.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"BDAT {content.Length} LAST"));
        await content.WriteAsync(connection.Output, HoldsEnded ? CancellationToken.None : cancellation);
        End(mail, cancellation);
        await connection.FlushAsync();
    }

    private async ValueTask SendDataAsync(RelayTransaction mail, IMailContent content, CancellationToken cancellation)
    {
        if (!mail.IsDecided)
            await WriteAsync("DATA", mail, RelayStage.Data);
        if (_pipelining)
            await FinishAsync();
        // Nobody to send to, yet the content is waited for: an empty one ends it (RFC 2920 §3.1).
        if (mail.OwesEmptyContent)
            await WriteAsync(".", mail: null, default);
        if (mail.IsDecided)
        {
            connection.NeedsReset = true;
            return;
        }

        var stuffing = new DotStuffing(connection.Output);
        await content.WriteAsync(stuffing, cancellation);
        End(mail, cancellation);
        await stuffing.EndAsync(cancellation);
        if (!_pipelining)
            await FinishAsync();
    }

    private void End(RelayTransaction mail, CancellationToken cancellation)
    {
        // In this order, whoever cancels either sees the mail or is seen here. Breaking off before this mail's end must not cost
        // the answers of those that have theirs: then it is ended too, and they are waited for together.
        if (Interlocked.Increment(ref _ended) == 1)
            cancellation.ThrowIfCancellationRequested();
        ends?.Invoke(mail.Number);
        mail.IsEnded = true;
        _replies.Enqueue((mail, RelayStage.Content));
        _mailsAhead++;
        _bytesAhead += mail.Parcel.Content.Length ?? 0;
    }

    private async ValueTask WriteAsync(string command, RelayTransaction? mail, RelayStage stage)
    {
        await connection.WriteAsync(command);
        _replies.Enqueue((mail, stage));
        if (!_pipelining)
            await FinishAsync();
    }

    private async ValueTask ReadAsync()
    {
        var (mail, stage) = _replies.Peek();
        var reply = await connection.ReadAsync(stage == RelayStage.Content ? timeouts.Content : timeouts.Answer);
        _replies.Dequeue();
        if (stage == RelayStage.Content)
        {
            _mailsAhead--;
            _bytesAhead -= mail!.Parcel.Content.Length ?? 0;
        }

        if (mail?.Take(stage, reply) is { } answer)
        {
            _undecided.Remove(mail);
            if (mail.IsEnded)
                Interlocked.Decrement(ref _ended);
            Tell(mail, answer);
        }

        // It closes, and owes no further answer.
        if (reply.Code == 421)
            throw new EndOfStreamException("the relay closed the session: " + reply);
    }

    /// <summary>A hearer that fails must not be taken for a relay that fails.</summary>
    private void Tell(RelayTransaction mail, RelayAnswer answer)
    {
        try
        {
            answered(mail.Number, answer);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException("The answer to a mail could not be taken.", fault);
        }
    }
}
