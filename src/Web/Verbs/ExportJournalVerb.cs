using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>export journal FILE</c>: the whole journal as signed JSON Lines. The file appears whole, readable by its owner only: it holds names and addresses.</summary>
public static class ExportJournalVerb
{
    public static Task<int> RunAsync(FileInfo file, string[] args, CancellationToken cancel) => Operator.GuardAsync(() => Operator.WithCoreAsync(
        args,
        async services =>
        {
            var draft = file.FullName + ".part";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1024 * 1024, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            JournalExported exported;
            await using (var target = new FileStream(draft, options))
            {
                exported = await services.GetRequiredService<ExportJournal>().RunAsync(target, cancel);
                await target.FlushAsync(cancel);
                target.Flush(flushToDisk: true);
            }

            File.Move(draft, file.FullName, overwrite: true);
            Console.WriteLine($"{file.Name} : {French.Number(exported.Facts)} événements, {French.Number(exported.Seals)} sceaux. « vaguemestre verify {file.Name} » le vérifie, sans base ni réseau.");
            return 0;
        },
        cancel));
}
