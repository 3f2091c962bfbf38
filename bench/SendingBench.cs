using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Bench;

/// <summary>
/// Letters a second from the outbox to an SMTP server, facts and statuses committed, beside Postfix's own <c>smtp-source</c>
/// with as many kept-open sessions and messages of the same size to the same server.
/// </summary>
internal static class SendingBench
{
    /// <summary>Rounds that do not count: during them the runtime is still compiling what it runs.</summary>
    private const int WarmUps = 2;

    private const int Rounds = 3;
    private const int Sessions = 8;

    /// <summary>Letters a second: ours, smtp-source with a mail of its own, with one of ours, written to the outbox.</summary>
    private sealed record Round(double Ours, double Plain, double Same, double Written, ProcessorTime Spent);

    public static async Task<int> RunAsync(string[] args)
    {
        var letters = args is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 10_000;
        List<string> lines =
        [
            $"{letters} plain letters a round ({letters / 2} into Postfix), {Sessions} sessions, {Rounds} rounds after {WarmUps} to warm up; each is a mail of its own of about 10 KB. Ours is the whole way: leased from the outbox,",
            $"sent, the relay's answer kept as a fact, the status projected, all committed. The limit is `smtp-source -d -s {Sessions}` to the same server in the same round: `smtp-sink`, which throws away, or a Postfix relay that",
            "puts each mail in its queue with fsync (DSN not offered, since smtp-source does not ask for reports). smtp-source sends 10240 bytes of its own (`-l 10240`), then one of our mails again and again (`-F`): two",
            "alternatives with their headers, which Postfix reads part by part. The ratios are the medians of the rounds.",
            "",
            "The last columns are processor time for each letter sent, which other work on the machine changes less than rates.",
            "",
            "| database | to | letters/s | smtp-source/s, its own mail | ratio | smtp-source/s, our mail | ratio | written to the outbox, letters/s | worker, µs a letter | PostgreSQL, µs a letter |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ];
        foreach (var provider in args is [_, var only] ? [Enum.Parse<DatabaseProvider>(only, ignoreCase: true)] : Enum.GetValues<DatabaseProvider>())
        {
            await using var world = await BenchWorld.CreateAsync(provider);
            await using var sink = await SmtpSink.StartAsync();
            lines.Add(await RoundsAsync(world, "smtp-sink", sink.Port, letters));
            await using var postfix = await PostfixServer.StartAsync(
                new Dictionary<string, int>(),
                new Dictionary<string, string> { ["default_transport"] = "discard:", ["smtpd_discard_ehlo_keywords"] = "dsn", ["maillog_file"] = "/dev/null", ["maillog_file_prefixes"] = "/dev" });
            lines.Add(await RoundsAsync(world, "Postfix", postfix.Port, letters / 2));
        }

        await Report.WriteAsync("sending", "Letters sent per second", lines);
        return 0;
    }

    private static async Task<string> RoundsAsync(BenchWorld world, string server, int port, int letters)
    {
        var mail = await KeepMailAsync(world);
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", port);
        var rounds = new List<Round>();
        for (var i = 0; i < WarmUps; i++)
            await RoundAsync(world, port, mail, letters);
        for (var i = 0; i < Rounds; i++)
            rounds.Add(await RoundAsync(world, port, mail, letters));
        File.Delete(mail);
        return string.Create(CultureInfo.InvariantCulture, $"| {world.Settings.Database.Provider} | {server} | {Median(r => r.Ours):0} | {Median(r => r.Plain):0} | {Median(r => r.Ours / r.Plain):0.00} | {Median(r => r.Same):0} | {Median(r => r.Ours / r.Same):0.00} | {Median(r => r.Written):0} | {Median(r => r.Spent.Own) / letters * 1e6:0} | {Median(r => r.Spent.Postgres) / letters * 1e6:0} |");

        double Median(Func<Round, double> of) => Report.Median(rounds.Select(of));
    }

    private static async Task<Round> RoundAsync(BenchWorld world, int port, string mail, int letters)
    {
        await using var services = world.Services();
        var written = Stopwatch.StartNew();
        await world.SendAsync(services, letters);
        var writing = written.Elapsed.TotalSeconds;

        var before = ProcessorTime.Now();
        var sending = Stopwatch.StartNew();
        var taken = await services.GetRequiredService<Outbox>().DrainAsync(default);
        var ours = letters / sending.Elapsed.TotalSeconds;
        var spent = ProcessorTime.Now() - before;
        await ExpectAsync(services, letters, taken);
        return new(ours, await SourceAsync(port, letters, "-l", "10240"), await SourceAsync(port, letters, "-F", mail), letters / writing, spent);
    }

    private static async Task<double> SourceAsync(int port, int letters, params string[] what)
    {
        var took = Stopwatch.StartNew();
        await Command.RunAsync("/usr/sbin/smtp-source", ["-d", "-s", $"{Sessions}", "-m", $"{letters}", .. what, "-f", "a@courriers.test", "-t", "b@sink.test", $"127.0.0.1:{port}"]);
        return letters / took.Elapsed.TotalSeconds;
    }

    /// <summary>One mail of the letter, as it goes out, in a file with the line ends smtp-source reads.</summary>
    private static async Task<string> KeepMailAsync(BenchWorld world)
    {
        var file = Path.GetTempFileName();
        await using var listener = SmtpListener.Start(
            new SmtpListenerOptions { AcceptRecipient = _ => true },
            async (mail, cancel) =>
            {
                await File.WriteAllTextAsync(file, Encoding.Latin1.GetString(mail.Data.Span).ReplaceLineEndings("\n"), Encoding.Latin1, cancel);
                return new(250, "2.0.0 Ok");
            });
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", listener.Port);
        await using var services = world.Services();
        await world.SendAsync(services, 1);
        await ExpectAsync(services, 1, await services.GetRequiredService<Outbox>().DrainAsync(default));
        return file;
    }

    /// <summary>A rate counts only when every letter went out once and has its fact.</summary>
    private static async Task ExpectAsync(ServiceProvider services, int letters, int taken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var waiting = await db.Sendings.CountAsync(s => s.NextAttemptAt != null || s.AcceptedAt == null);
        if (waiting != 0 || taken != letters)
            throw new InvalidOperationException($"{waiting} letters still wait and {taken} of {letters} were taken.");
    }
}
