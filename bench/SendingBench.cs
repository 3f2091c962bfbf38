using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
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

    public static async Task<int> RunAsync(string[] args)
    {
        var letters = args is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 10_000;
        List<string> lines =
        [
            $"{letters} plain letters a round ({letters / 8} into Postfix), {Sessions} sessions, {Rounds} rounds after {WarmUps} to warm up; each is a mail of its own of about 10 KB. Ours is the whole way: leased from the outbox,",
            $"sent, the relay's answer kept as a fact, the status projected, all committed. The limit is `smtp-source -d -s {Sessions} -l 10240` to the same server in the same round: `smtp-sink`, which throws away, or a",
            "Postfix relay that puts each mail in its queue with fsync (DSN not offered, since smtp-source does not ask for reports).",
            "",
            "The last columns are processor time for each letter sent, which other work on the machine changes less than rates.",
            "",
            "| database | to | letters/s (median) | smtp-source/s (median) | ratio (median) | written to the outbox, letters/s | worker, µs a letter | PostgreSQL, µs a letter |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        ];
        foreach (var provider in args is [_, var only] ? [Enum.Parse<DatabaseProvider>(only, ignoreCase: true)] : Enum.GetValues<DatabaseProvider>())
        {
            await using var world = await BenchWorld.CreateAsync(provider);
            await using var sink = await SmtpSink.StartAsync();
            lines.Add(await RoundsAsync(world, "smtp-sink", sink.Port, letters));
            await using var postfix = await PostfixServer.StartAsync(
                new Dictionary<string, int>(),
                new Dictionary<string, string> { ["default_transport"] = "discard:", ["smtpd_discard_ehlo_keywords"] = "dsn" });
            lines.Add(await RoundsAsync(world, "Postfix", postfix.Port, letters / 8));
        }

        await Report.WriteAsync("sending", "Letters sent per second", lines);
        return 0;
    }

    private static async Task<string> RoundsAsync(BenchWorld world, string server, int port, int letters)
    {
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", port);
        var rounds = new List<(double Ours, double Limit, double Written, ProcessorTime Spent)>();
        for (var i = 0; i < WarmUps; i++)
            await RoundAsync(world, port, letters);
        for (var i = 0; i < Rounds; i++)
            rounds.Add(await RoundAsync(world, port, letters));
        return string.Create(CultureInfo.InvariantCulture, $"| {world.Settings.Database.Provider} | {server} | {Report.Median(rounds.Select(r => r.Ours)):0} | {Report.Median(rounds.Select(r => r.Limit)):0} | {Report.Median(rounds.Select(r => r.Ours / r.Limit)):0.00} | {Report.Median(rounds.Select(r => r.Written)):0} | {Report.Median(rounds.Select(r => r.Spent.Own)) / letters * 1e6:0} | {Report.Median(rounds.Select(r => r.Spent.Postgres)) / letters * 1e6:0} |");
    }

    private static async Task<(double Ours, double Limit, double Written, ProcessorTime Spent)> RoundAsync(BenchWorld world, int port, int letters)
    {
        await using var services = world.Services();
        var written = Stopwatch.StartNew();
        await WriteAsync(world, services, letters);
        var writing = written.Elapsed.TotalSeconds;

        var before = ProcessorTime.Now();
        var sending = Stopwatch.StartNew();
        var taken = await services.GetRequiredService<Outbox>().DrainAsync(default);
        var ours = letters / sending.Elapsed.TotalSeconds;
        var spent = ProcessorTime.Now() - before;
        await ExpectAsync(services, letters, taken);

        var limit = Stopwatch.StartNew();
        await Command.RunAsync("/usr/sbin/smtp-source", "-d", "-s", $"{Sessions}", "-m", $"{letters}", "-l", "10240", "-f", "a@courriers.test", "-t", "b@sink.test", $"127.0.0.1:{port}");
        return (ours, letters / limit.Elapsed.TotalSeconds, letters / writing, spent);
    }

    private static async Task WriteAsync(BenchWorld world, ServiceProvider services, int letters)
    {
        for (var first = 0; first < letters; first += BenchWorld.MostRecipients)
        {
            await using var scope = services.CreateAsyncScope();
            var recipients = Enumerable.Range(first, Math.Min(BenchWorld.MostRecipients, letters - first)).Select(i => new RecipientInput($"entreprise-{i}@sink.test", null, $"Entreprise {i}", "deposits"));
            var input = new DraftInput { Type = LetterType.Free, Mode = DeliveryMode.Plain, Subject = "Banc de mesure", BodyHtml = $"<p>{string.Concat(Enumerable.Repeat("Un mot de la lettre. ", 200))}</p>", Recipients = [.. recipients] };
            var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
            _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
        }
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
