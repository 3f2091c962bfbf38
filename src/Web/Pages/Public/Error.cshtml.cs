using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Public;

/// <summary>What went wrong, what is safe and what to do, in place of the page that was asked for.</summary>
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ErrorModel(ILogger<ErrorModel> log) : PageModel
{
    public string Heading { get; private set; } = "";

    public IReadOnlyList<string> Explanation { get; private set; } = [];

    /// <summary>The trace's identifier, which stands in the log too; null where nothing broke on our side.</summary>
    public string? Incident { get; private set; }

    /// <summary>Somebody came by a personal link: there is nothing for them among the agents' pages.</summary>
    public bool ForCompany { get; private set; }

    // Re-executed with the method of the request that failed, and with a form that may be unreadable: nothing is bound.
    public void OnGet() => Tell();

    public void OnPost() => Tell();

    private void Tell()
    {
        var code = int.Parse((string)RouteData.Values["code"]!, CultureInfo.InvariantCulture);
        Response.StatusCode = code;
        var failed = HttpContext.Features.Get<IExceptionHandlerPathFeature>();
        var path = HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath ?? failed?.Path ?? "";
        ForCompany = path.StartsWith("/c/", StringComparison.Ordinal) || path.StartsWith(CompanyLinks.Space, StringComparison.Ordinal);
        (Heading, Explanation) = ForCompany ? CompanyWords(code) : Words(code);
        if (code is < 500 or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout)
            return;
        Incident = Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;
        if (failed is not null)
            log.LogError("Incident {Incident}: the request could not be answered; the exception is logged just above.", Incident);
    }

    private static (string Heading, string[] Explanation) CompanyWords(int code) => code switch
    {
        404 => (Company.Error404, [Company.Error404Text, Company.Error404More]),
        400 => (Company.Error400, [Company.Error400Text, Company.Error400More]),
        413 => (Company.Error413, [Company.Error413Text.With(Localised.Size(Host.LargestRequest)), Company.Error413More]),
        405 => (Company.Error405, [Company.Error405Text]),
        >= 500 => (Company.Error500, [Company.Error500Text, Company.Error500More]),
        _ => (Company.ErrorOther, [Company.ErrorOtherText]),
    };

    private static (string Heading, string[] Explanation) Words(int code) => code switch
    {
        404 => ("Cette page n’existe pas", ["L’adresse est incomplète, ou ce qu’elle désignait n’existe plus ou n’appartient pas à votre organisation."]),
        403 => ("Cette page ne vous est pas ouverte", ["Votre compte ne permet pas de faire cela. Si vous pensez que c’est une erreur, adressez-vous à l’administrateur de votre organisation."]),
        400 => ("Le formulaire n’a pas été pris en compte", ["Il était ouvert depuis trop longtemps, ou vous avez changé de compte entre-temps. Rien n’a été modifié.", "Revenez à la page précédente, rechargez-la, puis recommencez. Un brouillon déjà enregistré est intact."]),
        413 => ("L’envoi est trop volumineux", [$"Ce que vous avez envoyé dépasse {French.Size(Host.LargestRequest)} en une fois. Rien n’a été joint ni modifié : le brouillon est tel qu’à son dernier enregistrement.", "Revenez à la page précédente, retirez ou allégez des fichiers, puis recommencez."]),
        405 => ("Cette adresse ne s’ouvre pas directement", ["Utilisez le bouton de la page qui y mène."]),
        503 => ("Trop de demandes à la fois", ["D’autres fichiers sont en cours de vérification. Rien de ce que vous avez envoyé n’a été lu ni conservé.", "Revenez à la page précédente et réessayez dans une minute."]),
        504 => ("L’envoi a pris trop de temps", ["Le fichier n’est pas arrivé entier dans le temps imparti. Rien n’en est conservé.", "Revenez à la page précédente et réessayez avec une meilleure connexion, ou sans les fichiers facultatifs."]),
        >= 500 => ("Le service a rencontré une erreur", ["Ce que vous veniez de faire n’a peut-être pas été pris en compte ; ce qui était déjà enregistré est intact.", "Réessayez dans un instant. Si l’erreur revient, transmettez le numéro ci-dessous."]),
        _ => ("La demande n’a pas abouti", ["Revenez à la page précédente et recommencez."]),
    };
}
