using Vaguemestre.Core.Letters.Historique;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>import historique FILE…</c>: a line a consultation. Exit 1 when any was refused; of a refused consultation nothing is imported.</summary>
public static class ImportHistoriqueVerb
{
    public static Task<int> RunAsync(FileInfo[] files, string? organisation, string[] args, CancellationToken cancel) => Operator.ImportAsync(
        files,
        organisation,
        args,
        async (services, caller, file, content) =>
        {
            var report = await services.GetRequiredService<ImportHistorique>().RunAsync(caller, content, cancel);
            Print(file, report);
            return report.Refused;
        },
        cancel);

    private static void Print(string file, HistoriqueReport report)
    {
        foreach (var line in report.Lines)
        {
            var name = string.IsNullOrEmpty(line.Reference) ? file : line.Reference;
            Console.WriteLine(line.Outcome switch
            {
                HistoriqueOutcome.Refused => $"{name} : refusé, rien n'en est importé",
                HistoriqueOutcome.Unchanged => $"{name} : inchangé, {Count(line.Known)} déjà là",
                _ => $"{name} : importé, {Count(line.Added)}{(line.Known > 0 ? $", {Count(line.Known)} déjà là" : "")}",
            });
            foreach (var error in line.Errors)
                Console.WriteLine($"  {error.Field} : {error.Message}");
        }
    }

    private static string Count(int messages) => $"{messages} message{(messages > 1 ? "s" : "")}";
}
