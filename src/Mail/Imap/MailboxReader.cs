namespace Vaguemestre.Mail.Imap;

/// <summary>
/// Reads a mailbox for as long as it is let: every unseen message is handed on as it stands there, and marked only once it was taken.
/// At least once, therefore: whoever takes them must know one that comes again. Nothing is ever deleted.
/// </summary>
public sealed class MailboxReader(MailboxOptions options, Func<byte[], CancellationToken, Task> take)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly MailboxTries _tries = new(options);

    /// <summary>Connects, reads, waits for more; connects again after whatever went wrong. Ends when stopped, and does not throw.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        var wait = options.ReconnectAfter;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var session = await MailboxSession.OpenAsync(options, _tries, stop);
                while (true)
                {
                    await session.ReadAsync(take, stop);
                    wait = options.ReconnectAfter;
                    await session.WaitAsync(stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                options.Troubled?.Invoke(MailboxTrouble.Disconnected, fault);
            }

            await Task.Delay(wait, options.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }
}
