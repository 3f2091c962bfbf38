using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MimeKit;
using Vaguemestre.Core.Data;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Reports;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Web.Demo;

/// <summary>A mail that the test mailbox took.</summary>
public sealed record TestMail(int N, DateTimeOffset At, string From, string To, string Subject, IReadOnlyList<string> Links, byte[] Raw);

/// <summary>
/// The mail server of the demo: takes every mail over real SMTP, lets none out, and answers with a true RFC 3464 report
/// to the envelope sender — <c>delivered</c>, or <c>failed</c> with 5.1.1 for an address at <c>*.inconnu.test</c>. It keeps the
/// latest thousand, in memory.
/// </summary>
public sealed partial class TestMailbox(TimeProvider clock, ILogger<TestMailbox> log) : IAsyncDisposable
{
    private const string Name = "boite-d-essai.test";
    private const string Unknown = "inconnu.test";
    private const int Most = 1_000;

    /// <summary>At once: a letter to thousands is reported on as a server would, not over thousands of connections.</summary>
    private const int MostReporting = 4;


    private static readonly SmtpReply Refused = new(550, "5.1.1 Unknown user");

    private readonly ConcurrentDictionary<int, TestMail> mails = new();
    private readonly CancellationTokenSource stop = new();
    private SmtpListener? listener;
    private readonly SemaphoreSlim reporting = new(MostReporting);
    private int last;
    private Func<int?> reportsTo = () => null;

    /// <summary>The port that takes mail.</summary>
    public int Port => listener!.Port;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<TestMail> Mails => [.. mails.Values.OrderByDescending(m => m.N)];

    public TestMail? Find(int n) => mails.GetValueOrDefault(n);

    /// <param name="reportPort">Tells the port to which reports are sent; null while nobody listens there.</param>
    public void Start(Func<int?> reportPort)
    {
        reportsTo = reportPort;
        listener = SmtpListener.Start(
            new SmtpListenerOptions
            {
                Address = IPAddress.Loopback,
                Port = 0,
                HostName = Name,
                AcceptRecipient = _ => true,
                MaxMessageBytes = 100 * 1024 * 1024,
                OffersDsn = true,
                Clock = clock,
            },
            TakeAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (listener is not null)
            await listener.DisposeAsync();
        stop.Dispose();
        reporting.Dispose();
    }

    private Task<SmtpReply> TakeAsync(ReceivedMail mail, CancellationToken cancel)
    {
        var n = Interlocked.Increment(ref last);
        foreach (var recipient in mail.Recipients)
        {
            mails[n] = Read(n, recipient.Address, mail);
            mails.TryRemove(n - Most, out _);
            if (mail.MailFrom.Length > 0)
                _ = ReportAsync(n, mail, recipient);
        }

        return Task.FromResult(new SmtpReply(250, string.Create(CultureInfo.InvariantCulture, $"2.0.0 Ok: queued as {n:X6}")));
    }

    private TestMail Read(int n, string recipient, ReceivedMail mail)
    {
        var raw = mail.Data.ToArray();
        using var message = MimeMessage.Load(new MemoryStream(raw));
        var text = message.TextBody ?? message.HtmlBody ?? "";
        return new TestMail(n, clock.Now(), message.From.ToString(), recipient, message.Subject ?? "", [.. Link().Matches(text).Select(m => m.Value).Distinct(StringComparer.Ordinal)], raw);
    }

    /// <summary>What a remote server would do a moment later: deliver, or find that nobody is there, and say so.</summary>
    private async Task ReportAsync(int n, ReceivedMail mail, ReceivedRecipient recipient)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), clock, stop.Token);
            await reporting.WaitAsync(stop.Token);
            await GiveBackAsync(n, mail, recipient);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nobody listens there any more.
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            log.LogWarning(fault, "The report on test mail {N} could not be given back.", n);
        }
        catch (OperationCanceledException)
        {
            // The demo ends.
        }
    }

    private async Task GiveBackAsync(int n, ReceivedMail mail, ReceivedRecipient recipient)
    {
        try
        {
            if (reportsTo() is not { } port)
                return;
            var known = !IsUnknown(recipient.Address);
            if (!(recipient.Notify ?? DsnNotify.Failure).HasFlag(known ? DsnNotify.Success : DsnNotify.Failure))
                return;
            var (status, said) = known
                ? ("2.0.0", string.Create(CultureInfo.InvariantCulture, $"smtp; 250 2.0.0 Ok: queued as {n:X6}"))
                : ("5.1.1", $"smtp; {Refused}");
            var report = new DeliveryReport(Name,
            [
                new RecipientReport(recipient.Address, known ? DeliveryAction.Delivered : DeliveryAction.Failed, status)
                {
                    OriginalRecipient = recipient.OriginalRecipient is { } original ? original[(original.IndexOf(';', StringComparison.Ordinal) + 1)..] : null,
                    RemoteMta = "mx." + recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..],
                    DiagnosticCode = said,
                    LastAttempt = clock.Now(),
                },
            ])
            {
                OriginalEnvelopeId = mail.EnvelopeId,
                ArrivalDate = clock.Now(),
            };
            var id = Guid.CreateVersion7(clock.Now()).ToString("N");
            var raw = ReportWriter.Write(report, new Mailbox("mailer-daemon@" + Name, "Mail Delivery System"), mail.MailFrom, $"{id}@{Name}", clock.Now(), mail.Data);
            await PlainSmtp.SendAsync(port, Name, mail.MailFrom, raw, stop.Token);
        }
        finally
        {
            if (!stop.IsCancellationRequested)
                reporting.Release();
        }
    }

    private static bool IsUnknown(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        return domain.Equals(Unknown, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + Unknown, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("https?://[^\\s<>\"]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
