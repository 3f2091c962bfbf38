using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>What the next page says of a selection that was given to somebody, or marked as done.</summary>
internal static class HandlingsTold
{
    /// <param name="to">A colleague's name; « vous » for the reader; null for nobody.</param>
    public static void FlashAssigned(this ITempDataDictionary tempData, Result<IReadOnlyList<SelectionOutcome>> assigned, string? to) => tempData.Flash(assigned, count => to switch
    {
        null => French.Count(count, "échange n’est plus attribué", "échanges ne sont plus attribués"),
        "vous" => French.Count(count, "échange vous est attribué", "échanges vous sont attribués"),
        _ => French.Count(count, "échange est attribué", "échanges sont attribués") + $" à {to}",
    });

    public static void FlashDone(this ITempDataDictionary tempData, Result<IReadOnlyList<SelectionOutcome>> marked, bool done) => tempData.Flash(marked, count =>
        done ? French.Count(count, "échange est traité", "échanges sont traités") : French.Count(count, "échange est à traiter", "échanges sont à traiter"));

    private static void Flash(this ITempDataDictionary tempData, Result<IReadOnlyList<SelectionOutcome>> outcome, Func<int, string> sentence)
    {
        if (!outcome.Succeeded)
        {
            tempData.Flash(outcome.Problem!.Errors is [var error, ..] ? error.Message : outcome.Problem.Message, "failure");
            return;
        }

        var done = outcome.Value.Count(o => o.Problem is null);
        var changed = outcome.Value.Count(o => o.Problem?.Code == MarkDone.Changed);
        var historique = outcome.Value.Count(o => o.Problem?.Code == Messages.Code);
        var missing = outcome.Value.Count - done - changed - historique;
        tempData.Flash(string.Join(", ", new[]
        {
            done == 0 ? "Rien n’est changé" : sentence(done),
            changed == 0 ? null : French.Count(changed, "reste à traiter : une réponse ou un échec de remise est arrivé entre-temps", "restent à traiter : une réponse ou un échec de remise est arrivé entre-temps"),
            historique == 0 ? null : French.Count(historique, "relève de la messagerie historique", "relèvent de la messagerie historique"),
            missing == 0 ? null : French.Count(missing, "est introuvable", "sont introuvables"),
        }.Where(part => part is not null)) + ".", done > 0 ? "success" : "warning");
    }
}
