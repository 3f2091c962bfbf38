using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Bench;

/// <summary>
/// How much memory the sending of plain letters with 5 Mo of files takes, for few recipients and for many (with <c>:BYTES</c>, files of that size); each count in a
/// process of its own, peak of its resident memory by the kernel's account.
/// </summary>
internal static class MemoryBench
{
    private const int FileSize = 5 * 1024 * 1024;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["one", var one])
        {
            var numbers = one.Split(':').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            return await OneAsync(numbers[0], numbers is [_, var size] ? size : FileSize);
        }

        string[] counts = args.Length == 0 ? ["1000", "10000", "100000:65536"] : args;
        List<string> lines =
        [
            "Plain letters of up to 2 000 recipients, each with a file of its own (5 Mo are 7 MB encoded, in each mail), 8 sessions to `smtp-sink`, SQLite. Peak is VmHWM of the process before the outbox is opened and after it is empty.",
            "",
            "| recipients | file, bytes | before, MB | peak, MB | grown by, MB | sent, GB | MB/s |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ];
        foreach (var count in counts)
            lines.Add((await Command.RunAsync("dotnet", typeof(MemoryBench).Assembly.Location, "memory", "one", count)).Trim());
        await Report.WriteAsync("memory", "Memory while sending files to many", lines);
        return 0;
    }

    private static async Task<int> OneAsync(int recipients, int size)
    {
        await using var world = await BenchWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var sink = await SmtpSink.StartAsync();
        (world.Settings.Smtp.Host, world.Settings.Smtp.Port) = ("127.0.0.1", sink.Port);
        await using var services = world.Services();
        for (var first = 0; first < recipients; first += BenchWorld.MostRecipients)
        {
            await using var scope = services.CreateAsyncScope();
            var to = Enumerable.Range(first, Math.Min(BenchWorld.MostRecipients, recipients - first)).Select(i => new RecipientInput($"entreprise-{i}@sink.test", null, $"Entreprise {i}", "deposits"));
            var input = new DraftInput { Type = LetterType.Free, Mode = DeliveryMode.Plain, Subject = "Banc de mémoire", BodyHtml = "<p>Un mot de la lettre.</p>", Recipients = [.. to] };
            var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
            _ = (await scope.ServiceProvider.GetRequiredService<AddAttachment>().RunAsync(world.Caller, draft.Id, "pièces.bin", new MemoryStream(RandomNumberGenerator.GetBytes(size)), default)).Value;
            _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
        }

        GC.Collect();
        var before = Peak();
        var watch = Stopwatch.StartNew();
        var taken = await services.GetRequiredService<Outbox>().DrainAsync(default);
        if (taken != recipients)
            throw new InvalidOperationException($"{taken} of {recipients} were taken.");
        var sent = recipients * (size * 1.37 / 1e6);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {recipients} | {size} | {before:0} | {Peak():0} | {Peak() - before:0} | {sent / 1000:0} | {sent / watch.Elapsed.TotalSeconds:0} |"));
        return 0;
    }

    /// <summary>VmHWM in MB; it never falls, so what came before the outbox counts too.</summary>
    private static double Peak() =>
        double.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
