using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>migrate</c>: brings the schema up to date.</summary>
public static class MigrateVerb
{
    public static Task<int> RunAsync(string[] args, CancellationToken cancel) => Operator.GuardAsync(async () =>
    {
        var settings = Configuration.Read(Configuration.NewBuilder(args).Configuration);
        await using var services = new ServiceCollection().AddLogging().AddVaguemestreCore(settings).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var pending = (await db.Database.GetPendingMigrationsAsync(cancel)).ToList();
        db.Database.SetCommandTimeout(0); // a statement that writes every row of a large table takes as long as it takes
        await db.Database.MigrateAsync(cancel);
        await db.RefreshStatisticsAsync(cancel);
        Console.WriteLine(pending.Count == 0 ? "Le schéma est à jour." : $"Le schéma est mis à jour : {string.Join(", ", pending)}.");
        return 0;
    });
}
