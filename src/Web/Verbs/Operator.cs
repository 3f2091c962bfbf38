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
