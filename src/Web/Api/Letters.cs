using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>A recipient as chosen or typed.</summary>
/// <param name="Register">The word of the register it was chosen from; left out when typed.</param>
public sealed record RecipientBody(string? Email, string? Name, string? Company, string? Register);

/// <summary>
/// What a draft is to be. Left out, or null: as the type's template says (a new draft), as it is (a change); except that
/// <see cref="ReplyDue"/> null takes the deadline away.
/// </summary>
public sealed record LetterBody
{
    public LetterType? Type { get; init; }

    public DeliveryMode? Mode { get; init; }

    public bool? ReplyExpected { get; init; }

    public DateTimeOffset? ReplyDue
    {
        get;
        init
        {
            field = value;
            ReplyDueIsGiven = true;
        }
    }

    [JsonIgnore]
    public bool ReplyDueIsGiven { get; private init; }

    /// <summary>One line, 300 characters at most.</summary>
    public string? Subject { get; init; }

    /// <summary>Paragraphs, lists, bold, italic, underline, strike, colours of the palette; anything else is taken out.</summary>
    public string? BodyHtml { get; init; }

    public IReadOnlyList<RecipientBody?>? Recipients { get; init; }

    internal DraftInput Read() => new()
    {
        Type = Type,
        Mode = Mode,
        ReplyExpected = ReplyExpected,
        ReplyDue = ReplyDue,
        ClearReplyDue = ReplyDueIsGiven && ReplyDue is null,
        Subject = Subject,
        BodyHtml = BodyHtml,
        Recipients = Recipients is null ? null : [.. Recipients.Select(r => new RecipientInput(r?.Email ?? "", r?.Name, r?.Company, r?.Register))],
    };
}

/// <summary><c>/letters</c>: drafts, and their sending.</summary>
internal static class Letters
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/consultations/{reference}/letters", CreateAsync).WithName("createLetter").WithTags("Letters").WithSummary("Write a draft")
            .WithDescription("What is left out comes from the template of the type; the type left out is `free`.")
            .Produces<LetterShape>(201).Refuses(400, 404, 409, 413, 415, 422);
        var letters = api.MapGroup("/letters/{id:guid}").WithTags("Letters");
        letters.MapGet("", GetAsync).WithName("getLetter").WithSummary("Read a letter, draft or sent").Produces<LetterShape>().Refuses(404);
        letters.MapPatch("", ChangeAsync).WithName("changeLetter").WithSummary("Change a draft")
            .WithDescription("Only what is given changes; another `type` alone loads no template. `replyDue: null` takes the deadline away.")
            .TakesIfMatch().Produces<LetterShape>().Refuses(400, 404, 409, 412, 413, 415, 422);
        letters.MapDelete("", DeleteAsync).WithName("deleteLetter").WithSummary("Delete a draft").TakesIfMatch().Produces(204).Refuses(404, 409, 412);
        letters.MapPost("/sending", SendAsync).WithName("sendLetter").WithSummary("Send a letter, once")
            .WithDescription("Answered once the sending is safe in the outbox: each recipient then has a conversation (`GET /conversations?letter=`). 422 lists every reason why it cannot go.")
            .TakesIfMatch().Produces<LetterShape>(202).Refuses(404, 409, 412, 422);
        letters.MapGet("/attestation", AttestAsync).WithName("getLetterAttestation").WithSummary("Issue the attestation of a letter with all its recipients, as PDF")
            .WithDescription("With `for`, it is made for one recipient: of the others it tells status and instants, and neither name nor address. Its issuing is a fact of the letter and changes no status. Above 1 000 conversations or 15 000 facts it is in volumes of 500 conversations: 409 `attestation-in-volumes` says how many, each is asked for by `volume`; with `for`, it is the volume that the recipient is in. 409 `attestation-too-large` where a volume has more than 15 000 facts.")
            .GivesFile("application/pdf").Refuses(404, 409, 422);
    }

    private static async Task<IResult> AttestAsync(
        HttpContext context,
        Guid id,
        [FromQuery(Name = "for"), Description("Identifier of the one conversation of the letter that is told whole.")] string? onlyFor,
        [Description("Which volume of a large attestation, from 1. Not with `for`.")] string? volume,
        IssueLetterAttestation issue,
        CancellationToken cancel)
    {
        var query = new QueryReader();
        var (one, number) = (query.Id("for", onlyFor), query.Number("volume", volume));
        return query.Problem is { } problem ? Answers.Refuse(problem) : (await issue.RunAsync(context.Caller(), id, one, number, cancel)).Answer(a => Results.File(a.Pdf, "application/pdf", a.FileName));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, string reference, LetterBody body, CreateDraft create, CancellationToken cancel) =>
        (await create.RunAsync(context.Caller(), reference, body.Read(), cancel)).Answer(letter =>
        {
            Versions.Tell(context, letter);
            return Results.Created($"/api/v1/letters/{letter.Id}", LetterShape.Of(letter, reference));
        });

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, FindLetter find, CancellationToken cancel) =>
        (await find.RunAsync(context.Caller(), id, cancel)).Answer(letter => Whole(context, letter));

    private static async Task<IResult> ChangeAsync(HttpContext context, Guid id, LetterBody body, FindLetter find, ChangeDraft change, CancellationToken cancel)
    {
        var version = await Versions.ExpectedAsync(context, find, id, cancel);
        return version.Succeeded
            ? (await change.RunAsync(context.Caller(), id, body.Read(), version.Value, cancel)).Answer(letter => Whole(context, letter))
            : Answers.Refuse(version.Problem!);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, Guid id, FindLetter find, DeleteDraft delete, CancellationToken cancel)
    {
        var version = await Versions.ExpectedAsync(context, find, id, cancel);
        return version.Succeeded ? (await delete.RunAsync(context.Caller(), id, cancel, version.Value)).Answer(_ => Results.NoContent()) : Answers.Refuse(version.Problem!);
    }

    private static async Task<IResult> SendAsync(HttpContext context, Guid id, FindLetter find, SendLetter send, CancellationToken cancel)
    {
        var version = await Versions.ExpectedAsync(context, find, id, cancel);
        if (!version.Succeeded)
            return Answers.Refuse(version.Problem!);
        return (await send.RunAsync(context.Caller(), id, cancel, version.Value)).Answer(letter =>
        {
            Versions.Tell(context, letter);
            return Results.Accepted($"/api/v1/letters/{letter.Id}", LetterShape.Of(letter, letter.Consultation!.Reference));
        });
    }

    private static IResult Whole(HttpContext context, Letter letter)
    {
        Versions.Tell(context, letter);
        return Results.Ok(LetterShape.Of(letter, letter.Consultation!.Reference));
    }
}
