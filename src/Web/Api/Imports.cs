using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Consultations.Ocds;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>What became of one contracting process.</summary>
/// <param name="Contacts">Those without address included.</param>
/// <param name="WithoutAddress">Kept and flagged.</param>
public sealed record ImportLineShape(ImportOutcome Outcome, string? Ocid, string? Title, int Contacts, int WithoutAddress);

/// <summary>Something to know about a file that was imported.</summary>
/// <param name="Path">JSON Pointer without its leading slash; empty for the whole file.</param>
public sealed record NoticeShape(string Path, string Message);

public sealed record ImportReportShape(IReadOnlyList<ImportLineShape> Items, IReadOnlyList<NoticeShape> Notices);

/// <summary><c>/imports/ocds</c>: consultations and registers from an OCDS file.</summary>
internal static class Imports
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/imports/ocds", OcdsAsync).WithName("importOcds").WithTags("Imports").WithSummary("Import an OCDS release or record package, whole or not at all")
            .WithDescription("The body is the file itself: a release, a record, a package, an array of these, or JSON Lines; 50 MB at most. A refused file answers 422, each error with its JSON path as `field`.")
            .WithMetadata(new RequestSizeLimitAttribute(OcdsReader.MaxBytes))
            .Accepts<object>("application/json", "application/x-ndjson", "application/octet-stream")
            .Produces<ImportReportShape>().Refuses(413, 422);

    private static async Task<IResult> OcdsAsync(HttpContext context, ImportOcds import, CancellationToken cancel)
    {
        var report = await import.RunAsync(context.Caller(), context.Request.Body, cancel);
        if (!report.Refused)
            return Results.Ok(new ImportReportShape([.. report.Lines.Select(l => new ImportLineShape(l.Outcome, l.Ocid, l.Title, l.Contacts, l.WithoutAddress))], [.. report.Notices.Select(n => new NoticeShape(n.Path, n.Message))]));
        var errors = report.Lines.SelectMany(l => l.Errors).Select(e => new FieldError(e.Path, e.Message));
        return Answers.Refuse(new Problem(ProblemKind.Invalid, "ocds-refused", "Le fichier est refusé ; rien n'en est importé.", [.. errors]));
    }
}
