using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Uploads;

/// <summary>
/// Files of a draft by tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation, termination, expiration. For the
/// agent's browser; programs have the API's multipart call. Errors carry a French sentence for the person, as plain text.
/// </summary>
internal static class TusEndpoints
{
    private const string OffsetType = "application/offset+octet-stream";

    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup("/courriers/{id:guid}/televersements").AllowAnonymous().AddEndpointFilter<TusFilter>().WithMetadata(new DisableRequestSizeLimitAttribute());
        uploads.MapMethods("", [HttpMethods.Options], Discover);
        uploads.MapPost("", CreateAsync);
        uploads.MapMethods("/{upload:guid}", [HttpMethods.Head], HeadAsync);
        uploads.MapPatch("/{upload:guid}", PatchAsync);
        uploads.MapDelete("/{upload:guid}", DeleteAsync);
    }

    /// <summary>Whether a request is for these endpoints, which set their own limits.</summary>
    public static bool IsUpload(this HttpRequest request) =>
        request.Path.StartsWithSegments("/courriers", StringComparison.Ordinal, out var rest) && rest.Value!.Contains("/televersements/", StringComparison.Ordinal);

    private static IResult Discover(HttpContext context, Settings settings)
    {
        context.Response.Headers["Tus-Version"] = TusFilter.Version;
        context.Response.Headers["Tus-Extension"] = "creation,termination,expiration";
        context.Response.Headers["Tus-Max-Size"] = Text(Math.Max(settings.Limits.TrackedAttachments, settings.Limits.PlainAttachments));
        return Results.NoContent();
    }

    private static async Task<IResult> CreateAsync(HttpContext context, Guid id, StartUpload start, CancellationToken cancel)
    {
        if (Number(context, "Upload-Length") is not { } length)
            return TusAnswer.Text(StatusCodes.Status400BadRequest, "La taille du fichier doit être annoncée dans l'en-tête Upload-Length.");
        if (!UploadMetadata.TryRead(context.Request.Headers["Upload-Metadata"].ToString(), out var metadata))
            return TusAnswer.Text(StatusCodes.Status400BadRequest, "L'en-tête Upload-Metadata n'est pas lisible.");
        var started = await start.RunAsync(context.Caller(), id, metadata.GetValueOrDefault(UploadMetadata.FileName, ""), length, cancel);
        if (!started.Succeeded)
            return TusAnswer.Of(started.Problem!);
        Describe(context, started.Value);
        return Results.Created($"{Links.Uploads(id)}/{started.Value.Id}", null);
    }

    private static async Task<IResult> HeadAsync(HttpContext context, Guid id, Guid upload, FindUpload find, CancellationToken cancel)
    {
        var found = await find.RunAsync(context.Caller(), id, upload, cancel);
        if (!found.Succeeded)
            return TusAnswer.Of(found.Problem!);
        Describe(context, found.Value);
        context.Response.Headers["Upload-Length"] = Text(found.Value.Length);
        context.Response.Headers["Upload-Metadata"] = UploadMetadata.Of(found.Value.Name);
        return Results.Ok();
    }

    private static async Task<IResult> PatchAsync(HttpContext context, Guid id, Guid upload, AppendUpload append, CancellationToken cancel)
    {
        if (context.Request.ContentType != OffsetType)
            return TusAnswer.Text(StatusCodes.Status415UnsupportedMediaType, $"Le contenu s'envoie avec le type {OffsetType}.");
        if (Number(context, "Upload-Offset") is not { } offset)
            return TusAnswer.Text(StatusCodes.Status400BadRequest, "L'en-tête Upload-Offset manque ou n'est pas un nombre.");
        try
        {
            var appended = await append.RunAsync(context.Caller(), id, upload, offset, context.Request.Body, cancel);
            if (!appended.Succeeded)
            {
                // A browser reads an answer only once it has sent everything: what is left of this piece is read and thrown away.
                await context.Request.Body.CopyToAsync(Stream.Null, cancel);
                return TusAnswer.Of(appended.Problem!);
            }

            Describe(context, appended.Value);
            return Results.NoContent();
        }
        catch (Exception cut) when (cut is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // nobody listens; what came is kept
        }
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, Guid id, Guid upload, TerminateUpload terminate, CancellationToken cancel)
    {
        var ended = await terminate.RunAsync(context.Caller(), id, upload, cancel);
        return ended.Succeeded ? Results.NoContent() : TusAnswer.Of(ended.Problem!);
    }

    private static void Describe(HttpContext context, UploadProgress progress)
    {
        context.Response.Headers["Upload-Offset"] = Text(progress.Offset);
        if (progress.Expires is { } expires)
            context.Response.Headers["Upload-Expires"] = expires.ToString("R", CultureInfo.InvariantCulture);
    }

    private static long? Number(HttpContext context, string header) =>
        long.TryParse(context.Request.Headers[header].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
