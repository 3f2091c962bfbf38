using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary><c>/conversations/{id}/replies</c>: what recipients sent back.</summary>
internal static class Replies
{
    public static void Map(RouteGroupBuilder api)
    {
        var replies = api.MapGroup("/conversations/{id:guid}/replies/{rid:guid}").WithTags("Replies");
        replies.MapPost("/opening", OpenAsync).WithName("openReply").WithSummary("Open a reply").WithDescription("The first opening is a fact; later ones change nothing.").Produces<ReplyShape>().Refuses(404);
        replies.MapPost("/answer", AnswerAsync).WithName("answerReply").WithSummary("Begin a letter that answers a reply")
            .WithDescription("A draft of type `free` to the recipient of the conversation, with its subject after « Re : »; its `answers` names the conversation. The key's draft that answers it already, where there is one. 409 `reply-not-opened` while the reply was not opened.")
            .Produces<LetterShape>(201).Refuses(404, 409);
        replies.MapGet("/attachments/{aid:guid}", GetAsync).WithName("getReplyAttachment").WithSummary("Download a file of a reply").WithDescription("It does not open the reply.").GivesFile().Refuses(404, 416);
    }

    private static async Task<IResult> OpenAsync(HttpContext context, Guid id, Guid rid, OpenReply open, CancellationToken cancel) =>
        (await open.RunAsync(context.Caller(), id, rid, cancel)).Answer(reply => Results.Ok(ReplyShape.Of(reply)));

    private static async Task<IResult> AnswerAsync(HttpContext context, Guid id, Guid rid, AnswerReply answer, CancellationToken cancel) =>
        (await answer.RunAsync(context.Caller(), id, rid, cancel)).Answer(letter =>
        {
            Versions.Tell(context, letter);
            return Results.Created($"/api/v1/letters/{letter.Id}", LetterShape.Of(letter, letter.Consultation!.Reference));
        });

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, Guid rid, Guid aid, ReadConversation read, FileStore files, CancellationToken cancel)
    {
        var found = await read.RunAsync(context.Caller(), id, cancel);
        if (!found.Succeeded)
            return Answers.Refuse(found.Problem!);
        return found.Value.Replies.SingleOrDefault(r => r.Id == rid)?.Attachments.SingleOrDefault(a => a.Id == aid) is { } a
            ? Attachments.Download(files, a.FileId, a.Size, a.Name, a.ContentType, a.Sha256)
            : Answers.Refuse(AttachmentLimits.NotFound);
    }
}
