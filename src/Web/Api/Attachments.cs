using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Vaguemestre.Core;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary><c>/letters/{id}/attachments</c>: files of a letter, streamed in and out.</summary>
internal static class Attachments
{
    private const string Part = "file";

    private const int MostParts = 16;

    private static readonly Problem NoFile = Problem.Invalid(Part, $"Envoyez le fichier en multipart/form-data, dans une partie nommée « {Part} » qui a un nom de fichier (filename).");

    private static readonly Problem OneFileOnly = Problem.Invalid(Part, "Un appel joint un seul fichier. Rien n'est joint ; faites un appel par fichier.");

    private static readonly Problem CutShort = Problem.Invalid(Part, "L'envoi s'interrompt avant sa fin, ou n'est pas du multipart/form-data correct. Rien n'est joint.");

    public static void Map(RouteGroupBuilder api)
    {
        var attachments = api.MapGroup("/letters/{id:guid}/attachments").WithTags("Letters");
        attachments.MapPost("", AddAsync).WithName("addAttachment").WithSummary("Join a file to a draft")
            .WithDescription("`multipart/form-data`, one part named `file`. Over the sum that the delivery mode allows: 413, and the draft is unchanged. The letter's version changes.")
            .WithMetadata(new RequestSizeLimitAttribute(Host.LargestRequest)).TakesIfMatch().TakesFile()
            .Produces<AttachmentShape>(201).Refuses(404, 409, 412, 413, 415, 422);
        attachments.MapDelete("/{aid:guid}", RemoveAsync).WithName("removeAttachment").WithSummary("Take a file off a draft").TakesIfMatch().Produces(204).Refuses(404, 409, 412);
        attachments.MapGet("/{aid:guid}", GetAsync).WithName("getAttachment").WithSummary("Download a file of a letter").WithDescription("409 `file-unscanned` while it waits for the antivirus, `file-infected` once that refused it.").GivesFile().Refuses(404, 409, 416);
    }

    /// <summary>Content to keep, never to be shown as a page of ours; with ranges (RFC 9110 §14).</summary>
    public static IResult Download(FileStore files, Guid fileId, long size, string name, string contentType, byte[] sha256) => Results.Stream(
        files.Open(fileId, size),
        contentType,
        name,
        entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(sha256)}\""),
        enableRangeProcessing: true);

    private static async Task<IResult> AddAsync(HttpContext context, Guid id, FindLetter find, AddAttachment add, RemoveAttachment remove, CancellationToken cancel)
    {
        var version = await Versions.ExpectedAsync(context, find, id, cancel);
        if (!version.Succeeded)
            return Answers.Refuse(version.Problem!);
        if (BoundaryOf(context.Request) is not { } boundary)
            return ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", NoFile.Errors[0].Message, NoFile.Errors).AsResult();
        try
        {
            var added = await ReadAsync(new MultipartReader(boundary, context.Request.Body), context, id, version.Value, add, remove, cancel);
            return added.Answer(a => Results.Created($"/api/v1/letters/{id}/attachments/{a.Id}", AttachmentShape.Of(a)));
        }
        catch (Exception cut) when (cut is InvalidDataException || (cut is IOException and not BadHttpRequestException))
        {
            return Answers.Refuse(CutShort);
        }
    }

    private static async Task<Result<LetterAttachment>> ReadAsync(MultipartReader parts, HttpContext context, Guid id, int? version, AddAttachment add, RemoveAttachment remove, CancellationToken cancel)
    {
        LetterAttachment? joined = null;
        for (var n = 0; n < MostParts && await parts.ReadNextSectionAsync(cancel) is { } part; n++)
        {
            if (FileNameOf(part) is not { } name)
                continue;
            if (joined is not null)
            {
                await remove.RunAsync(context.Caller(), id, joined.Id, cancel);
                return OneFileOnly;
            }

            var added = await add.RunAsync(context.Caller(), id, name, part.Body, cancel, version);
            if (!added.Succeeded)
                return added;
            joined = added.Value;
        }

        return joined is null ? NoFile : joined;
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, Guid id, Guid aid, FindLetter find, RemoveAttachment remove, CancellationToken cancel)
    {
        var version = await Versions.ExpectedAsync(context, find, id, cancel);
        return version.Succeeded ? (await remove.RunAsync(context.Caller(), id, aid, cancel, version.Value)).Answer(_ => Results.NoContent()) : Answers.Refuse(version.Problem!);
    }

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, Guid aid, FindLetter find, FileStore files, CancellationToken cancel)
    {
        var found = await find.RunAsync(context.Caller(), id, cancel);
        if (!found.Succeeded)
            return Answers.Refuse(found.Problem!);
        if (found.Value.FileOf(aid) is not { } a)
            return Answers.Refuse(AttachmentLimits.NotFound);
        return HeldFiles.WhyNot(a.Name, a.File!) is { } held ? Answers.Refuse(held) : Download(files, a.FileId, a.Size, a.Name, a.ContentType, a.Sha256);
    }

    private static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 70 } boundary
            ? boundary.ToString()
            : null;

    /// <summary>The exact name of the part's file, by RFC 5987 where given so; null for a part that is not ours.</summary>
    private static string? FileNameOf(MultipartSection part)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || HeaderUtilities.RemoveQuotes(disposition.Name) != Part)
            return null;
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName);
        return name.HasValue ? name.ToString() : null;
    }
}
