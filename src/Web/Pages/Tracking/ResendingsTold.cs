using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>What the next page says of a relance: « 3 courriers relancés, 1 n’était plus à relancer. »</summary>
internal static class ResendingsTold
{
    public static void Flash(this ITempDataDictionary tempData, Result<Conversation> resent) =>
        tempData.Flash(resent.Problem?.Message ?? $"Le courrier est relancé à {resent.Value.Email}.", resent.Succeeded ? "success" : "failure");

    public static void Flash(this ITempDataDictionary tempData, Result<IReadOnlyList<SelectionOutcome>> resent)
    {
        if (!resent.Succeeded)
        {
            tempData.Flash(resent.Problem!.Errors[0].Message, "failure");
            return;
        }

        var gone = resent.Value.Count(r => r.Problem is null);
        var late = resent.Value.Count(r => r.Problem?.Code == ResendConversation.NotUndelivered);
        var ended = resent.Value.Count(r => r.Problem?.Code == ResendConversation.LinkEnded);
        tempData.Flash(Sentence(gone, late, ended, resent.Value.Count - gone - late - ended), gone > 0 ? "success" : "warning");
    }

    private static string Sentence(int gone, int late, int ended, int missing) => string.Join(", ", new[]
    {
        gone == 0 ? "Aucun courrier relancé" : French.Count(gone, "courrier relancé", "courriers relancés"),
        late == 0 ? null : French.Count(late, "n’était plus à relancer", "n’étaient plus à relancer"),
        ended == 0 ? null : French.Count(ended, "a un lien désactivé", "ont un lien désactivé"),
        missing == 0 ? null : French.Count(missing, "est introuvable", "sont introuvables"),
    }.Where(part => part is not null)) + ".";
}
