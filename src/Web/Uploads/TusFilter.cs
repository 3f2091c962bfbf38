using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;

namespace Vaguemestre.Web.Uploads;

/// <summary>
/// What every call has in common: the protocol's version, a signed-in agent (401, not a way to the sign-in page: the sender is a
/// script), and, where something changes, the form's antiforgery token in the header <c>RequestVerificationToken</c>.
/// </summary>
internal sealed class TusFilter(IAntiforgery antiforgery) : IEndpointFilter
{
    public const string Version = "1.0.0";

    private const string Header = "Tus-Resumable";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        context.Response.Headers[Header] = Version;
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        if (HttpMethods.IsOptions(context.Request.Method))
            return await next(call);
        if (context.Request.Headers[Header] != Version)
        {
            context.Response.Headers["Tus-Version"] = Version;
            return TusAnswer.Text(StatusCodes.Status412PreconditionFailed, "Cette version du protocole d'envoi n'est pas prise en charge. Rechargez la page.");
        }

        if (context.User.Identity?.IsAuthenticated != true)
            return TusAnswer.Text(StatusCodes.Status401Unauthorized, "Votre session a expiré. Connectez-vous dans un autre onglet, puis reprenez l'envoi.");
        if (!HttpMethods.IsHead(context.Request.Method) && !await antiforgery.IsRequestValidAsync(context))
            return TusAnswer.Text(StatusCodes.Status403Forbidden, "Cette page n'est plus valable. Enregistrez le brouillon, rechargez la page, puis choisissez de nouveau le fichier.");
        return await next(call);
    }
}
