using Vaguemestre.Core.Retention;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Verbs;

/// <summary>
/// <c>purge [--dry-run]</c>: erases now what the worker would erase within the hour; with <c>--dry-run</c> only says what is over its retention, and what
/// keeps it. Can be stopped and begun again.
/// </summary>
public static class PurgeVerb
{
    public static Task<int> RunAsync(bool dryRun, string[] args, CancellationToken cancel) => Operator.GuardAsync(() => Operator.WithCoreAsync(
        args,
        async services =>
        {
            if (!dryRun)
                await EraseAsync(services, cancel);
            await using var scope = services.CreateAsyncScope();
            var due = await scope.ServiceProvider.GetRequiredService<ReadRetention>().DueAsync(cancel);
            if (dryRun && due.Count == 0)
                Console.WriteLine("Aucune consultation n'a dépassé sa durée de conservation.");
            foreach (var view in due)
                Console.WriteLine($"{view.Reference} : {French.Count(view.Letters, "courrier")}, {French.Count(view.Conversations, "échange")} ; {RetentionWords.What(view)}");
            if (due.Count == ReadRetention.Most)
                Console.WriteLine($"Ce sont les {ReadRetention.Most} premières échéances ; d'autres consultations peuvent les suivre.");
            return 0;
        },
        cancel));

    private static async Task EraseAsync(IServiceProvider services, CancellationToken cancel)
    {
        var erased = 0;
        while (true)
        {
            await using var scope = services.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<PurgeConsultations>().RunAsync(cancel) is not (> 0 and var turn))
                break;
            erased += turn;
        }

        Console.WriteLine(erased == 0 ? "Rien n'est à effacer maintenant." : $"{French.Count(erased, "élément effacé", "éléments effacés")} (courriers, échanges, consultations) ; le journal garde la trace de chacun.");
    }
}
