using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Bench;

/// <summary>
/// Letters a second from the outbox to a local SMTP sink, facts and statuses committed, beside Postfix's own
/// <c>smtp-source</c> with as many kept-open sessions and messages of the same size.
/// </summary>
internal static class SendingBench
{
    private const int Rounds = 3;
    private const int Sessions = 8;

    public static async Task<int> RunAsync(string[] args)
    {
        var letters = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000;
        List<string> lines =
        [
            $"{letters} plain letters a round, {Sessions} sessions, {Rounds} rounds; each is a mail of its own of about 10 KB. The limit is `smtp-source -d -s {Sessions} -l 10240` to the same `smtp-sink`, in the same round.",
            "",
            "| database | letters/s (median) | smtp-source/s (median) | ratio (median) | written to the outbox, letters/s |",
            "| --- | --- | --- | --- | --- |",
        ];
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            var rounds = new List<(double Ours, double Limit, double Written)>();
            await using var world = await BenchWorld.CreateAsync(provider);
            await using var sink = await SmtpSink.StartAsync();
            (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", sink.Port);
            await RoundAsync(world, sink, letters / 5);
            for (var i = 0; i < Rounds; i++)
                rounds.Add(await RoundAsync(world, sink, letters));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {provider} | {Report.Median(rounds.Select(r => r.Ours)):0} | {Report.Median(rounds.Select(r => r.Limit)):0} | {Report.Median(rounds.Select(r => r.Ours / r.Limit)):0.00} | {Report.Median(rounds.Select(r => r.Written)):0} |"));
        }

        await Report.WriteAsync("sending", "Letters sent per second", lines);
        return 0;
    }

    private static async Task<(double Ours, double Limit, double Written)> RoundAsync(BenchWorld world, SmtpSink sink, int letters)
    {
        await using var services = world.Services();
        var written = Stopwatch.StartNew();
        await WriteAsync(world, services, letters);
        var writing = written.Elapsed.TotalSeconds;

        var before = sink.Messages;
        var sending = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => DrainAsync(world, services)));
        var ours = letters / sending.Elapsed.TotalSeconds;
        await ExpectAsync(services, letters, sink, before);

        var limit = Stopwatch.StartNew();
        await Command.RunAsync("/usr/sbin/smtp-source", "-d", "-s", $"{Sessions}", "-m", $"{letters}", "-l", "10240", "-f", "a@courriers.test", "-t", "b@sink.test", $"127.0.0.1:{sink.Port}");
        return (ours, letters / limit.Elapsed.TotalSeconds, letters / writing);
    }

    private static async Task WriteAsync(BenchWorld world, ServiceProvider services, int letters)
    {
        await using var scope = services.CreateAsyncScope();
        var recipients = Enumerable.Range(0, letters).Select(i => new RecipientInput($"entreprise-{i}@sink.test", null, $"Entreprise {i}", "deposits"));
        var input = new DraftInput { Type = LetterType.Free, Mode = DeliveryMode.Plain, Subject = "Banc de mesure", BodyHtml = $"<p>{string.Concat(Enumerable.Repeat("Un mot de la lettre. ", 200))}</p>", Recipients = [.. recipients] };
        var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
        _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
    }

    private static async Task DrainAsync(BenchWorld world, ServiceProvider services)
    {
        await using var relay = new RelayLine(world.Settings);
        for (var taken = 1; taken > 0;)
        {
            await using var scope = services.CreateAsyncScope();
            taken = await scope.ServiceProvider.GetRequiredService<DeliverDue>().RunAsync(relay, default);
        }
    }

    /// <summary>A rate counts only when every letter went out once and has its fact.</summary>
    private static async Task ExpectAsync(ServiceProvider services, int letters, SmtpSink sink, int before)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var waiting = await db.Sendings.CountAsync(s => s.NextAttemptAt != null);
        for (var i = 0; i < 50 && sink.Messages < before + letters; i++)
            await Task.Delay(20);
        if (waiting != 0 || sink.Messages != before + letters)
            throw new InvalidOperationException($"{waiting} letters still wait and the sink took {sink.Messages - before} of {letters}.");
    }
}
