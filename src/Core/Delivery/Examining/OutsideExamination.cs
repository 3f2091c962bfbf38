using System.Net;
using Vaguemestre.Core.Data;
using Vaguemestre.Mail.Imap;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// The part of an examination that opens connections: relay, return path, DNS, antivirus, and the disk. What it found is kept for half a
/// minute, so that whoever presses a button again and again asks the relay no more often than that.
/// </summary>
public sealed class OutsideExamination(Settings settings, TimeProvider clock)
{
    private const int LeastSpace = 1024 * 1024 * 1024;

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30), Patience = TimeSpan.FromSeconds(30), ListenerPatience = TimeSpan.FromSeconds(5), MailboxPatience = TimeSpan.FromSeconds(15);

    private readonly Lock starting = new();
    private (DateTimeOffset At, Task<Examination> Running)? latest;

    /// <summary>What was found last in this process; null before the first, and while that one runs.</summary>
    public Examination? Latest
    {
        get
        {
            lock (starting)
                return latest is { Running: { IsCompletedSuccessfully: true } done } ? done.Result : null;
        }
    }

    /// <summary>What is found now, or was within half a minute. Never throws for what it finds.</summary>
    public Task<Examination> AskAsync(CancellationToken cancel)
    {
        lock (starting)
        {
            var now = clock.Now();
            if (latest is not { } known || now - known.At >= Kept || known.Running.IsFaulted)
                latest = known = (now, Task.Run(() => LookAsync(now), CancellationToken.None));
            return known.Running.WaitAsync(cancel);
        }
    }

    private async Task<Examination> LookAsync(DateTimeOffset now)
    {
        using var limit = new CancellationTokenSource(Patience);
        var parts = await Task.WhenAll(
            new RelayExamination(settings, clock).RunAsync(limit.Token),
            ListenerAsync(limit.Token),
            MailboxAsync(limit.Token),
            new DomainExamination(settings).RunAsync(limit.Token),
            new AntivirusExamination(settings, clock).RunAsync(limit.Token),
            Task.Run(Disk, CancellationToken.None));
        return new Examination(now, [.. parts.SelectMany(p => p)]);
    }

    /// <summary>Whether the listener for reports answers where it is configured to, in whichever process it runs.</summary>
    private async Task<IReadOnlyList<Check>> ListenerAsync(CancellationToken cancel)
    {
        const string Name = "listener", Title = "Écoute des rapports (SMTP)";
        var findings = new Findings(CheckGroup.Returns);
        if (settings.Inbound.Smtp.Port is not { } port)
        {
            if (settings.Inbound.Imap.Host.Length > 0)
                return [];
            findings.Fail(Name, Title, "Aucune voie de retour n'est configurée : aucun rapport ne sera lu, et un refus restera ignoré.", "Indiquez Inbound:Smtp:Port et dirigez-y le courrier de Mail:BounceDomain. Voir docs/operate/mail.md.");
            return findings.Checks;
        }

        if (port == 0)
        {
            findings.Unknown(Name, Title, "Le port est choisi au démarrage (Inbound:Smtp:Port = 0).");
            return findings.Checks;
        }

        var options = new RelayOptions { Host = Reachable(settings.Inbound.Smtp.Address), Port = port, Timeout = ListenerPatience };
        try
        {
            await using var session = await RelaySession.OpenAsync(options, cancel);
            findings.Ok(Name, Title, $"L'écoute répond sur le port {port}{(session.Extensions.ContainsKey("STARTTLS") ? ", avec STARTTLS" : "")}.");
        }
        catch (Exception fault) when (fault is RelayUnavailableException or OperationCanceledException)
        {
            var why = fault is RelayUnavailableException unavailable ? RelayExamination.Words(unavailable.Answer) : "pas de réponse à temps.";
            findings.Fail(Name, Title, $"Rien ne répond sur le port {port} de {options.Host} : {why}", "Vérifiez que vaguemestre serve tourne avec le rôle « worker », et Inbound:Smtp:Address.");
        }

        return findings.Checks;
    }

    /// <summary>Whether the mailbox of what comes back can be read, where one is configured.</summary>
    private async Task<IReadOnlyList<Check>> MailboxAsync(CancellationToken cancel)
    {
        const string Name = "mailbox", Title = "Boîte des rapports (IMAP)";
        var (imap, findings) = (settings.Inbound.Imap, new Findings(CheckGroup.Returns));
        if (imap.Host.Length == 0)
            return [];
        try
        {
            var count = await MailboxProbe.TryAsync(
                new MailboxOptions { Host = imap.Host, Port = imap.Port, Security = imap.Security, UserName = imap.UserName!, Password = imap.Password ?? "", Folder = imap.Folder, Timeout = MailboxPatience }, cancel);
            findings.Ok(Name, Title, $"La boîte s'ouvre ; {Said.Count(count, "message")} dans {imap.Folder}.");
        }
        catch (Exception fault) when (fault is MailboxUnavailableException or OperationCanceledException)
        {
            findings.Fail(Name, Title, $"La boîte de {imap.Host}:{imap.Port} ne s'ouvre pas : {fault.Message}", "Vérifiez Inbound:Imap:Host, Security, UserName, Password et Folder auprès de l'hébergeur de la boîte.");
        }

        return findings.Checks;
    }

    private IReadOnlyList<Check> Disk()
    {
        const string Name = "data-directory", Title = "Répertoire des données";
        var findings = new Findings(CheckGroup.Host);
        try
        {
            var folder = Directory.CreateDirectory(settings.DataDirectory).FullName;
            var trial = Path.Combine(folder, $".essai-{Guid.CreateVersion7(clock.Now()):N}");
            File.WriteAllText(trial, "essai");
            File.Delete(trial);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (free < LeastSpace)
                findings.Warn(Name, Title, $"Il ne reste que {Said.Size(free)} sur le disque de DataDirectory.", "Libérez de la place ou agrandissez le disque : sans place, plus rien n'est reçu ni envoyé.");
            else
                findings.Ok(Name, Title, $"On y écrit ; {Said.Size(free)} sont libres.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            findings.Fail(Name, Title, $"On ne peut pas y écrire : {fault.Message}", "Donnez au compte qui exécute Vaguemestre le droit d'écrire dans DataDirectory.");
        }

        return findings.Checks;
    }

    private static string Reachable(string address) => IPAddress.TryParse(address, out var given) switch
    {
        true when given.Equals(IPAddress.Any) => IPAddress.Loopback.ToString(),
        true when given.Equals(IPAddress.IPv6Any) => IPAddress.IPv6Loopback.ToString(),
        _ => address,
    };
}
