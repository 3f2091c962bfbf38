using System.Net.Security;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Imap;

/// <summary>One connection to the mailbox, with its folder open. Any exception it throws means that it is of no more use.</summary>
internal sealed class MailboxSession : IAsyncDisposable
{
    private const int Batch = 50;

    private readonly MailboxOptions _options;
    private readonly MailboxTries _tries;
    private readonly ImapClient _client;
    private IMailFolder _folder = null!;
    private IMailFolder? _done;
    private CancellationTokenSource? _idle;
    private bool _hasNews;

    private MailboxSession(MailboxOptions options, MailboxTries tries)
    {
        (_options, _tries) = (options, tries);
        _client = new ImapClient
        {
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = options.CertificateValidation ?? ((_, _, _, errors) => errors == SslPolicyErrors.None),
        };
    }

    public static async Task<MailboxSession> OpenAsync(MailboxOptions options, MailboxTries tries, CancellationToken stop)
    {
        var session = new MailboxSession(options, tries);
        try
        {
            await session.InTimeAsync(session.OpenAsync, stop);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands on every unseen message that does not rest, one after the other.</summary>
    public async Task ReadAsync(Func<byte[], CancellationToken, Task> take, CancellationToken stop)
    {
        do
        {
            _hasNews = false;
            var unseen = await InTimeAsync(token => _folder.SearchAsync(SearchQuery.NotSeen.And(SearchQuery.NotDeleted), token), stop);
            _tries.Keep(_folder.UidValidity, unseen);
            foreach (var uids in unseen.Where(uid => !_tries.IsResting(uid)).Chunk(Batch))
            {
                foreach (var summary in await InTimeAsync(token => _folder.FetchAsync(uids, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, token), stop))
                    await ReadOneAsync(summary.UniqueId, summary.Size ?? 0, take, stop);
            }
        }
        while (_hasNews);
    }

    /// <summary>Comes back when the server tells of something new, or when it is time to look.</summary>
    public async Task WaitAsync(CancellationToken stop)
    {
        var canIdle = _client.Capabilities.HasFlag(ImapCapabilities.Idle);
        var time = canIdle && !_tries.IsAnyWaiting ? _options.RenewIdleAfter : _options.PollEvery;
        if (!canIdle)
        {
            await Task.Delay(time, _options.Clock, stop);
            await InTimeAsync(_client.NoOpAsync, stop);
            return;
        }

        using var idle = new CancellationTokenSource(time, _options.Clock);
        _idle = idle;
        try
        {
            await _client.IdleAsync(idle.Token, stop);
        }
        finally
        {
            _idle = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), _options.Clock);
            await _client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ProtocolException or CommandException or InvalidOperationException)
        {
            // It was lost already.
        }

        _client.Dispose();
    }

    private async Task OpenAsync(CancellationToken token)
    {
        var security = _options.Security switch
        {
            RelaySecurity.Tls => SecureSocketOptions.SslOnConnect,
            RelaySecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        await _client.ConnectAsync(_options.Host, _options.Port, security, token);
        await _client.AuthenticateAsync(_options.UserName, _options.Password, token);
        _folder = _options.Folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? _client.Inbox! : await _client.GetFolderAsync(_options.Folder, token);
        if (_client.Capabilities.HasFlag(ImapCapabilities.Move))
            _done = await DoneFolderAsync(token);
        await _folder.OpenAsync(FolderAccess.ReadWrite, token);
        _folder.CountChanged += (_, _) =>
        {
            _hasNews = true;
            _idle?.Cancel();
        };
    }

    /// <summary>Null where the server lets us make none.</summary>
    private async Task<IMailFolder?> DoneFolderAsync(CancellationToken token)
    {
        try
        {
            return await _folder.GetSubfolderAsync(_options.DoneFolder, token);
        }
        catch (FolderNotFoundException)
        {
            try
            {
                return await _folder.CreateAsync(_options.DoneFolder, isMessageFolder: true, token);
            }
            catch (ImapCommandException)
            {
                return null;
            }
        }
    }

    private async Task ReadOneAsync(UniqueId uid, uint size, Func<byte[], CancellationToken, Task> take, CancellationToken stop)
    {
        if (size > _options.MaxMessageBytes)
        {
            await PutAsideAsync(uid, stop);
            return;
        }

        _tries.Begin(uid);
        try
        {
            if (await FetchAsync(uid, stop) is not { } raw)
            {
                await PutAsideAsync(uid, stop);
                return;
            }

            await take(raw, stop);
        }
        catch (MessageNotFoundException)
        {
            // Another worker, or somebody at the mailbox, was faster.
            return;
        }
        catch (Exception fault) when (!stop.IsCancellationRequested && _client.IsAuthenticated)
        {
            _options.Troubled?.Invoke(MailboxTrouble.NotTaken, fault);
            return;
        }

        if (await MarkedAsync(uid, stop) && _done is not null)
            await MoveAsync(uid, _done, stop);
    }

    /// <summary>Where the server refuses the mark the message is tried again later, as one that was not taken, and the others go on.</summary>
    private async Task<bool> MarkedAsync(UniqueId uid, CancellationToken stop)
    {
        try
        {
            await InTimeAsync(token => _folder.AddFlagsAsync(uid, MessageFlags.Seen, silent: true, token), stop);
            _tries.Done(uid);
            return true;
        }
        catch (ImapCommandException refused)
        {
            _options.Troubled?.Invoke(MailboxTrouble.NotTaken, refused);
            return false;
        }
    }

    /// <summary>Where the server refuses it, what was read stays where it is, seen, as on a server that lets us make no folder.</summary>
    private async Task MoveAsync(UniqueId uid, IMailFolder done, CancellationToken stop)
    {
        try
        {
            await InTimeAsync(token => _folder.MoveToAsync(uid, done, token), stop);
        }
        catch (ImapCommandException refused)
        {
            _done = null;
            _options.Troubled?.Invoke(MailboxTrouble.NotMoved, refused);
        }
    }

    /// <summary>The message as the server keeps it; null when it is too big after all, whatever size it was said to have.</summary>
    private async Task<byte[]?> FetchAsync(UniqueId uid, CancellationToken stop)
    {
        await using var stream = await InTimeAsync(token => _folder.GetStreamAsync(uid, 0, _options.MaxMessageBytes + 1, token), stop);
        var raw = new MemoryStream();
        await stream.CopyToAsync(raw, stop);
        return raw.Length > _options.MaxMessageBytes ? null : raw.ToArray();
    }

    private async Task PutAsideAsync(UniqueId uid, CancellationToken stop)
    {
        _tries.Done(uid);
        await InTimeAsync(token => _folder.AddFlagsAsync(uid, MessageFlags.Seen | MessageFlags.Flagged, silent: true, token), stop);
        _options.Troubled?.Invoke(MailboxTrouble.TooBig, null);
    }

    private async Task InTimeAsync(Func<CancellationToken, Task> command, CancellationToken stop) =>
        await InTimeAsync(
            async token =>
            {
                await command(token);
                return true;
            },
            stop);

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> command, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        return await command(either.Token);
    }
}
