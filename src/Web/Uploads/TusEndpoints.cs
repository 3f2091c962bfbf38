using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Uploads;

/// <summary>
/// Files of a draft, or of a reply in writing, by tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation, termination,
/// expiration. For browsers; programs have the API's multipart call. Errors carry a sentence for the person, as plain text.
/// </summary>
internal static class TusEndpoints
{
    private const string OffsetType = "application/offset+octet-stream";

    public static void MapUploads(this IEndpointRouteBuilder app)
    {
        Map(app.MapGroup("/courriers/{id:guid}/televersements").AddEndpointFilter<TusVersion>().AddEndpointFilter<TusAgent>(), ToLetterAsync);
        Map(app.MapGroup("/c/{token}/reponse/televersements").AddEndpointFilter<TusVersion>(), ToReplyAsync);
    }

    /// <summary>Whether a request is for these endpoints, which set their own limits.</summary>
    public static bool IsUpload(this HttpRequest request) =>
        (request.Path.StartsWithSegments("/courriers", StringComparison.Ordinal, out var rest) && rest.Value!.Contains("/televersements/", StringComparison.Ordinal))
        || (request.Path.StartsWithSegments("/c", StringComparison.Ordinal, out rest) && rest.Value!.Contains("/reponse/televersements/", StringComparison.Ordinal));

    private static void Map(RouteGroupBuilder uploads, FindTarget target)
    {
        uploads.AllowAnonymous().AddEndpointFilter<TusForm>().WithMetadata(new DisableRequestSizeLimitAttribute(), target);
        uploads.MapMethods("", [HttpMethods.Options], Discover);
        uploads.MapPost("", CreateAsync);
        uploads.MapMethods("/{upload:guid}", [HttpMethods.Head], HeadAsync);
        uploads.MapPatch("/{upload:guid}", PatchAsync);
        uploads.MapDelete("/{upload:guid}", DeleteAsync);
    }

    /// <summary>What the address names, found to be the sender's to write to.</summary>
    private delegate Task<Result<UploadTarget>> FindTarget(HttpContext context, bool begin, CancellationToken cancel);

    private static Task<Result<UploadTarget>> ToLetterAsync(HttpContext context, bool begin, CancellationToken cancel) =>
        context.RequestServices.GetRequiredService<UploadToLetter>().RunAsync(context.Caller(), Guid.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture), cancel);

    private static Task<Result<UploadTarget>> ToReplyAsync(HttpContext context, bool begin, CancellationToken cancel) =>
        context.RequestServices.GetRequiredService<UploadToReply>().RunAsync((string)context.GetRouteValue("token")!, begin, cancel);

    private static Task<Result<UploadTarget>> TargetAsync(HttpContext context, CancellationToken cancel, bool begin = false) =>
        context.GetEndpoint()!.Metadata.GetRequiredMetadata<FindTarget>()(context, begin, cancel);

    private static IResult Discover(HttpContext context, Settings settings)
    {
        context.Response.Headers["Tus-Version"] = TusVersion.Number;
        context.Response.Headers["Tus-Extension"] = "creation,termination,expiration";
        context.Response.Headers["Tus-Max-Size"] = Text(Math.Max(settings.Limits.TrackedAttachments, settings.Limits.PlainAttachments));
        return Results.NoContent();
    }

    private static async Task<IResult> CreateAsync(HttpContext context, StartUpload start, CancellationToken cancel)
    {
        if (Number(context, "Upload-Length") is not { } length)
            return TusAnswer.Text(StatusCodes.Status400BadRequest, "La taille du fichier doit être annoncée dans l'en-tête Upload-Length.");
        if (!UploadMetadata.TryRead(context.Request.Headers["Upload-Metadata"].ToString(), out var metadata))
            return TusAnswer.Text(StatusCodes.Status400BadRequest, "L'en-tête Upload-Metadata n'est pas lisible.");
        var target = await TargetAsync(context, cancel, begin: true);
        if (!target.Succeeded)
            return TusAnswer.Of(target.Problem!);
        var started = await start.RunAsync(target.Value, metadata.GetValueOrDefault(UploadMetadata.FileName, ""), length, cancel);
        if (!started.Succeeded)
            return TusAnswer.Of(started.Problem!);
        Describe(context, started.Value);
        return Results.Created($"{context.Request.PathBase}{context.Request.Path}/{started.Value.Id}", null);
    }

    private static async Task<IResult> HeadAsync(HttpContext context, Guid upload, FindUpload find, CancellationToken cancel)
    {
        var target = await TargetAsync(context, cancel);
        if (!target.Succeeded)
            return TusAnswer.Of(target.Problem!);
        var found = await find.RunAsync(target.Value, upload, cancel);
        if (!found.Succeeded)
            return TusAnswer.Of(found.Problem!);
        Describe(context, found.Value);
        context.Response.Headers["Upload-Length"] = Text(found.Value.Length);
        context.Response.Headers["Upload-Metadata"] = UploadMetadata.Of(found.Value.Name);
        return Results.Ok();
    }

    private static async Task<IResult> PatchAsync(HttpContext context, Guid upload, AppendUpload append, CancellationToken cancel)
    {
        if (context.Request.ContentType != OffsetType)
            return TusAnswer.Text(StatusCodes.Status415UnsupportedMediaType, $"Le contenu s'envoie avec le type {OffsetType}.");
        if (Number(context, "Upload-Offset") is not { } offset)
            return TusAnswer.Text(StatusCodes.Status400BadRequest, "L'en-tête Upload-Offset manque ou n'est pas un nombre.");
        try
        {
            var target = await TargetAsync(context, cancel);
            var appended = target.Succeeded ? await append.RunAsync(target.Value, upload, offset, context.Request.Body, cancel) : target.Problem!;
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

    private static async Task<IResult> DeleteAsync(HttpContext context, Guid upload, TerminateUpload terminate, CancellationToken cancel)
    {
        var target = await TargetAsync(context, cancel);
        var ended = target.Succeeded ? await terminate.RunAsync(target.Value, upload, cancel) : target.Problem!;
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
