using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace Vaguemestre.Web.Api;

/// <summary>
/// Everything under <c>/api</c> that goes wrong outside an operation is told as a problem too: no route, no key, a body
/// that cannot be read, a bug. A bug is logged with the number that the caller gets.
/// </summary>
internal sealed class ApiErrors(RequestDelegate next, ILogger<ApiErrors> log)
{
    private const string UniqueViolation = "23505";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
                await WriteAsync(context, OfStatus(context));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone: nobody reads an answer, and the change, if any, is whole or not there.
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, UnreadableRequest.Tell(bad, context));
        }
        catch (Exception collision) when (!context.Response.HasStarted && IsCollision(collision))
        {
            await WriteAsync(context, ApiProblem.Of(StatusCodes.Status409Conflict, "concurrent-change", "Un autre appel a changé la même chose au même instant. Rien n'est modifié par celui-ci : recommencez."));
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            var incident = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            log.LogError(fault, "Incident {Incident}: {Method} of the API could not be answered.", incident, context.Request.Method);
            await WriteAsync(context, ApiProblem.Of(
                StatusCodes.Status500InternalServerError,
                "internal-error",
                $"Le service a rencontré une erreur. Si elle revient, transmettez à l'exploitant le numéro {incident}.") with
            { Incident = incident });
        }
    }

    private static bool IsCollision(Exception collision) =>
        collision is DbUpdateConcurrencyException or DbException { SqlState: UniqueViolation } or DbUpdateException { InnerException: DbException { SqlState: UniqueViolation } };

    private static Task WriteAsync(HttpContext context, ApiProblem problem)
    {
        context.Response.StatusCode = problem.Status;
        return problem.AsResult().ExecuteAsync(context);
    }

    private static ApiProblem OfStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (status == StatusCodes.Status413PayloadTooLarge)
            return UnreadableRequest.TooLarge(context);
        var (code, detail) = status switch
        {
            401 => ("unauthorized", "Cette adresse demande une clé d'API valable : Authorization: Bearer CLÉ. Une clé se crée par « vaguemestre create-key »."),
            404 => ("not-found", "Cette adresse n'existe pas dans l'API. La description est à /api/v1/openapi.json ; une référence qui contient « / » s'écrit avec %2F."),
            405 => ("method-not-allowed", $"Cette adresse n'admet pas {context.Request.Method}. Méthodes admises : {context.Response.Headers.Allow}."),
            415 => ("unsupported-media-type", "Le corps de la requête n'a pas le type attendu (en-tête Content-Type) : application/json, ou multipart/form-data pour joindre un fichier."),
            416 => ("range-not-satisfiable", "La plage demandée est hors du fichier."),
            _ => ("refused", "La requête est refusée."),
        };
        return ApiProblem.Of(status, code, detail);
    }
}
