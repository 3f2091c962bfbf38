using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Web.Verbs;

/// <summary>What the operator's verbs share: the services without pages, and errors said in one line.</summary>
public static class Operator
{
    /// <summary>Says what keeps a verb from running, in place of a stack trace. Exit 2.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (Exception fault) when (fault is ConfigurationException or IOException or System.Data.Common.DbException)
        {
            await Console.Error.WriteLineAsync($"Arrêt : {fault.Message}");
            return 2;
        }
    }

    /// <summary>Runs a piece of work on the configured database, whose schema must be up to date.</summary>
    public static async Task<int> WithCoreAsync(string[] args, Func<IServiceProvider, Task<int>> work, CancellationToken cancel)
    {
        var settings = Configuration.Read(Configuration.NewBuilder(args).Configuration);
        await using var services = new ServiceCollection().AddLogging().AddVaguemestreCore(settings).BuildServiceProvider();
        await ServeVerb.RefuseUnfitDatabaseAsync(services, cancel);
        await using var scope = services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    /// <summary>Imports files one after the other, for an organisation. Exit 1 when anything of them was refused, 2 when nothing could begin.</summary>
    /// <param name="files">What to import.</param>
    /// <param name="organisation">Its name; null where there is but one.</param>
    /// <param name="args">The command line, for the settings.</param>
    /// <param name="import">Imports the content of the file so named, says what became of it, and answers whether anything was refused.</param>
    /// <param name="cancel">The operator stops it.</param>
    public static Task<int> ImportAsync(FileInfo[] files, string? organisation, string[] args, Func<IServiceProvider, Caller, string, Stream, Task<bool>> import, CancellationToken cancel) => GuardAsync(() =>
        WithCoreAsync(
            args,
            async services =>
            {
                if (await ForOrganisationAsync(services.GetRequiredService<VaguemestreDb>(), organisation, cancel) is not { } caller)
                    return 2;
                var refused = false;
                foreach (var file in files)
                {
                    await using var content = file.OpenRead();
                    refused |= await import(services, caller, file.Name, content);
                }

                return refused ? 1 : 0;
            },
            cancel));

    /// <summary>The platform acting for an organisation; null when the name is needed or unknown.</summary>
    public static async Task<Caller?> ForOrganisationAsync(VaguemestreDb db, string? name, CancellationToken cancel)
    {
        var found = await db.Organisations.Where(o => name == null || o.Name == name).Take(2).ToListAsync(cancel);
        if (found.Count == 1)
            return new Caller(found[0].Id, Actor.Platform, "Vaguemestre", null);
        await Console.Error.WriteLineAsync(name is null
            ? "Arrêt : indiquez --organisation NOM ; la base en contient plusieurs, ou aucune (vaguemestre create-agent en crée une)."
            : $"Arrêt : aucune organisation ne s'appelle « {name} ».");
        return null;
    }
}
