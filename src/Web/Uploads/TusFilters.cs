using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Uploads;

/// <summary>What every call has in common: the protocol's version, and answers that are no pages.</summary>
internal sealed class TusVersion : IEndpointFilter
{
    public const string Number = "1.0.0";

    private const string Header = "Tus-Resumable";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        context.Response.Headers[Header] = Number;
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        if (HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers[Header] == Number)
            return await next(call);
        context.Response.Headers["Tus-Version"] = Number;
        return TusAnswer.Text(StatusCodes.Status412PreconditionFailed, "Cette version du protocole d'envoi n'est pas prise en charge. Rechargez la page.");
    }
}

/// <summary>A signed-in agent, or 401 and not a way to the sign-in page: the sender is a script.</summary>
internal sealed class TusAgent : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        HttpMethods.IsOptions(call.HttpContext.Request.Method) || call.HttpContext.User.Identity?.IsAuthenticated == true
            ? await next(call)
            : TusAnswer.Text(StatusCodes.Status401Unauthorized, "Votre session a expiré. Connectez-vous dans un autre onglet, puis reprenez l'envoi.");
}

/// <summary>Where something changes, the form's antiforgery token in the header <c>RequestVerificationToken</c>.</summary>
internal sealed class TusForm(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var method = call.HttpContext.Request.Method;
        return HttpMethods.IsOptions(method) || HttpMethods.IsHead(method) || await antiforgery.IsRequestValidAsync(call.HttpContext)
            ? await next(call)
            : TusAnswer.Text(StatusCodes.Status403Forbidden, Words.UploadPageOver);
    }
}
