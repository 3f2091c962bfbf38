using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Mail.Imap;

namespace Vaguemestre.Web.Workers;

/// <summary>Reads what comes back from the mailbox to which the bounce domain's mail is delivered, where one is configured.</summary>
public sealed class InboundImapWorker(IServiceScopeFactory scopes, Settings settings, TimeProvider clock, ILogger<InboundImapWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var imap = settings.Inbound.Imap;
        if (imap.Host.Length == 0)
            return Task.CompletedTask;
        var options = new MailboxOptions
        {
            Host = imap.Host,
            Port = imap.Port,
            Security = imap.Security,
            UserName = imap.UserName!,
            Password = imap.Password ?? "",
            Folder = imap.Folder,
            MaxMessageBytes = InboundSettings.LargestMessage,
            Clock = clock,
            Troubled = Log,
        };
        return new MailboxReader(options, TakeAsync).RunAsync(stoppingToken);
    }

    private async Task TakeAsync(byte[] raw, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ReceiveFromMailbox>().RunAsync(raw, cancel);
    }

    private void Log(MailboxTrouble trouble, Exception? fault)
    {
        switch (trouble)
        {
            case MailboxTrouble.Disconnected:
                log.LogWarning(fault, "The mailbox of what comes back cannot be read for now; it is tried again.");
                break;
            case MailboxTrouble.NotTaken:
                log.LogError(fault, "A message in the mailbox could not be kept; it stays unseen and is tried again.");
                break;
            case MailboxTrouble.TooBig:
                log.LogWarning("A message in the mailbox is bigger than {Bytes} bytes; it stays there, flagged.", InboundSettings.LargestMessage);
                break;
            case MailboxTrouble.NotMoved:
                log.LogWarning(fault, "What was read in the mailbox cannot be moved to its folder; it stays where it is, seen.");
                break;
        }
    }
}
