using Vaguemestre.Core.Consultations;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>import ocds FILE…</c>: a line a process. Exit 1 when any was refused; of a refused file nothing is imported.</summary>
public static class ImportOcdsVerb
{
    public static Task<int> RunAsync(FileInfo[] files, string? organisation, string[] args, CancellationToken cancel) => Operator.ImportAsync(
        files,
        organisation,
        args,
        async (services, caller, file, content) =>
        {
            var report = await services.GetRequiredService<ImportOcds>().RunAsync(caller, content, cancel);
            Print(file, report);
            return report.Refused;
        },
        cancel);

    private static void Print(string file, ImportReport report)
    {
        foreach (var line in report.Lines)
        {
            if (line.Outcome == ImportOutcome.Refused)
            {
                Console.WriteLine($"{file} : refusé, rien n'en est importé");
                foreach (var error in line.Errors)
                    Console.WriteLine($"  {error.Path} : {error.Message}");
                continue;
            }

            var outcome = line.Outcome == ImportOutcome.Imported ? "importé" : "mis à jour";
            var flagged = line.WithoutAddress > 0 ? $", dont {line.WithoutAddress} sans adresse" : "";
            Console.WriteLine($"{line.Ocid} : {outcome}, {line.Contacts} contacts{flagged} ({line.Title})");
        }

        foreach (var notice in report.Notices)
            Console.WriteLine($"  note : {notice.Path} : {notice.Message}");
    }
}
