using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>renew-timestamps [--all]</c>: has seals timestamped again. Exit 1 where the authority gave no token for some.</summary>
public static class RenewTimestampsVerb
{
    public static Task<int> RunAsync(bool all, string[] args, CancellationToken cancel) => Operator.GuardAsync(() => Operator.WithCoreAsync(
        args,
        async services =>
        {
            var turn = await services.GetRequiredService<RenewTimestamps>().RunAsync(all, cancel);
            Console.WriteLine(turn.Seals == 0 ? "Aucun sceau n'a été horodaté de nouveau." : $"{French.Count(turn.Seals, "sceau horodaté", "sceaux horodatés")} de nouveau, par {French.Count(turn.Renewals, "jeton")}.");
            if (turn.Waiting is { } waiting)
                Console.WriteLine($"Les autres attendent : {waiting}");
            return turn.Waiting is null ? 0 : 1;
        },
        cancel));
}
