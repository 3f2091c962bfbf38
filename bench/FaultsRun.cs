using System.Globalization;
using Vaguemestre.Core;
using Vaguemestre.TestKit.Faults;

namespace Vaguemestre.Bench;

/// <summary>What <c>eng/faults</c> starts: the runs, their figures, and the page that keeps them.</summary>
internal static class FaultsRun
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (letters, kills) = (Number(args, "--letters", 10_000), Number(args, "--kills", 200));
        var all = !args.Any(a => a is "--kill" or "--postgres-restart" or "--full-disk");
        List<(FaultKind Kind, DatabaseProvider Database, int Faults)> runs = [];
        if (all || args.Contains("--kill", StringComparer.Ordinal))
            runs.AddRange([(FaultKind.Kill, DatabaseProvider.Sqlite, kills), (FaultKind.Kill, DatabaseProvider.Postgresql, kills)]);
        if (all || args.Contains("--postgres-restart", StringComparer.Ordinal))
            runs.Add((FaultKind.PostgresRestart, DatabaseProvider.Postgresql, Math.Max(1, kills / 10)));
        if (all || args.Contains("--full-disk", StringComparer.Ordinal))
            runs.AddRange([(FaultKind.FullDisk, DatabaseProvider.Sqlite, Math.Max(1, kills / 20)), (FaultKind.FullDisk, DatabaseProvider.Postgresql, Math.Max(1, kills / 20))]);

        var results = new List<FaultResult>();
        foreach (var (kind, database, faults) in runs)
        {
            if (await new FaultRun(database, kind, letters, faults).RunAsync() is not { } result)
            {
                Console.WriteLine($"{database}, {kind}: not possible here (no file system of a fixed size can be mounted); not passed.");
                continue;
            }

            Console.WriteLine(result);
            results.Add(result);
        }

        if (all)
            await KeepAsync(results);
        return results.Count == runs.Count && results.TrueForAll(r => r.Holds) ? 0 : 1;
    }

    private static Task KeepAsync(List<FaultResult> results) => Report.WriteAsync("faults", "Letters through faults",
    [
        "`eng/faults`: the product's own worker process (one on SQLite, two on PostgreSQL, two connections each) sends to a relay that counts by Message-ID, refuses one mail of 300 for now and breaks one connection of 300",
        "between the final dot and its answer. Kill: SIGKILL at a random moment while it sends. PostgresRestart: by turns a crash and an orderly restart under load. FullDisk: the file system of the database filled for one",
        "to three seconds. The leases of killed workers (two minutes) and the waits before a retry are ended in the database while no worker lives, which stands for waiting.",
        "A double is a Message-ID that came more than once; it may come only where worker, connection or database died between the final dot and its answer (a machine that stops: until the answer was committed), and each such",
        "mail has its fact.",
        "",
        "| fault | database | letters | faults | lost | still waiting | doubles | doubles without a fact | facts of an unknown outcome | wrong chain, status or acceptance | connections broken by the relay | put off by the relay | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        .. results.Select(r => string.Create(CultureInfo.InvariantCulture, $"| {r.Kind} | {r.Database} | {r.Letters} | {r.Faults} | {r.Lost} | {r.Waiting} | {r.Doubles} | {r.Untold} | {r.InDoubt} | {r.Wrong} | {r.Broken} | {r.Postponed} | {r.Took.TotalSeconds:0} |")),
    ]);

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
