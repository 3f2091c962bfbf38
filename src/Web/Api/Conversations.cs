using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Sorting;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>What the tracking table is narrowed to. Filters combine.</summary>
internal sealed record ConversationQuery(
    [property: FromQuery(Name = "q"), Description("Words of the subject, the text, the recipient's address, name or company, the replies and the names of files; all of them, in any form, the last one perhaps only begun; in quotes, word after word. Found within two seconds of being written.")] string? Q,
    [property: FromQuery(Name = "status"), Word<Status>] string? Status,
    [property: FromQuery(Name = "type"), Word<LetterType>] string? Type,
    [property: FromQuery(Name = "mode"), Word<DeliveryMode>] string? Mode,
    [property: FromQuery(Name = "letter"), Description("Identifier of a letter: its conversations only.")] string? Letter,
    [property: FromQuery(Name = "recipient"), Description("Part of the recipient's address, name or company; of a draft, of one of its recipients.")] string? Recipient,
    [property: FromQuery(Name = "company"), Description("Part of the recipient's company; of a draft, of one of its recipients.")] string? Company,
    [property: FromQuery(Name = "lot"), Description("Number of a lot: recipients whom a register lists for it, or for all lots. In one consultation only.")] string? Lot,
    [property: FromQuery(Name = "sender"), Description("Part of the author's name.")] string? Sender,
    [property: FromQuery(Name = "sentFrom"), Instant, Description("Sent at this instant or later.")] string? SentFrom,
    [property: FromQuery(Name = "sentTo"), Instant, Description("Sent before this instant.")] string? SentTo,
    [property: FromQuery(Name = "readFrom"), Instant, Description("Opened by a recipient at this instant or later.")] string? ReadFrom,
    [property: FromQuery(Name = "readTo"), Instant, Description("Opened by a recipient before this instant; with `readFrom`, one opening between the two.")] string? ReadTo,
    [property: FromQuery(Name = "repliedFrom"), Instant, Description("Replied to at this instant or later.")] string? RepliedFrom,
    [property: FromQuery(Name = "repliedTo"), Instant, Description("Replied to before this instant; with `repliedFrom`, one reply between the two.")] string? RepliedTo,
    [property: FromQuery(Name = "replyExpected"), Flag] string? ReplyExpected,
    [property: FromQuery(Name = "late"), Flag, Description("A reply is still awaited after its deadline. One that came late is awaited no more: its `at` is after `replyDue`.")] string? Late,
    [property: FromQuery(Name = "favourite"), Flag, Description("Of the key that asks.")] string? Favourite,
    [property: FromQuery(Name = "withAttachments"), Flag] string? WithAttachments,
    [property: FromQuery(Name = "sort"), RowOrderWords, Description("What the list is sorted by, `-` before it: descending; rows that are alike in it, the latest made first. `-last-event` when left out. A cursor goes with its order.")] string? Sort)
{
    public ConversationFilter Read(QueryReader query, string? reference, DateTimeOffset now) => new()
    {
        Reference = reference,
        LetterId = query.Id("letter", Letter),
        Text = query.Text("q", Q),
        Status = query.Word<Status>("status", Status),
        Type = query.Word<LetterType>("type", Type),
        Mode = query.Word<DeliveryMode>("mode", Mode),
        Recipient = query.Text("recipient", Recipient),
        Company = query.Text("company", Company),
        Lot = query.Text("lot", Lot),
        Sender = query.Text("sender", Sender),
        SentFrom = query.Instant("sentFrom", SentFrom),
        SentTo = query.Instant("sentTo", SentTo),
        ReadFrom = query.Instant("readFrom", ReadFrom),
        ReadTo = query.Instant("readTo", ReadTo),
        RepliedFrom = query.Instant("repliedFrom", RepliedFrom),
        RepliedTo = query.Instant("repliedTo", RepliedTo),
        ReplyExpected = query.Flag("replyExpected", ReplyExpected),
        Late = query.Flag("late", Late),
        LateAt = now,
        Favourite = query.Flag("favourite", Favourite),
        WithAttachments = query.Flag("withAttachments", WithAttachments),
    };
}

/// <summary>The words of <see cref="RowOrder"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RowOrderWordsAttribute : AdmittedAttribute
{
    public override IEnumerable<string> Words => RowOrder.AllWords;
}

/// <summary>How an undelivered letter is to go again. Left out: as it was.</summary>
/// <param name="Email">A corrected address; left out or null: the same one.</param>
public sealed record ResendingBody(string? Email);

/// <summary><c>/conversations</c>: what became of each letter for each recipient.</summary>
internal static class Conversations
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/consultations/{reference}/conversations", OfConsultationAsync).WithName("listConversationsOfConsultation").WithTags("Conversations").WithSummary("List the conversations and drafts of a consultation, latest event first unless sorted otherwise")
            .Produces<PageShape<ConversationRowShape>>().Refuses(404, 422);
        var conversations = api.MapGroup("/conversations").WithTags("Conversations");
        conversations.MapGet("", OfAllAsync).WithName("listConversations").WithSummary("List the conversations and drafts of all consultations, latest event first unless sorted otherwise").Produces<PageShape<ConversationRowShape>>().Refuses(422);
        conversations.MapGet("/{id:guid}", GetAsync).WithName("getConversation").WithSummary("Read a conversation: letter, events, replies")
            .WithDescription("Reading it opens no reply.").Produces<ConversationShape>().Refuses(404);
        conversations.MapPost("/{id:guid}/resending", ResendAsync).WithName("resendConversation").WithSummary("Send an undelivered letter again, as it was")
            .WithDescription("With `email`, to a corrected address: a new conversation, which is answered and whose `corrects` names this one. Only while the conversation is undelivered; pressing twice sends once.")
            .Produces<ConversationShape>(202).Refuses(400, 404, 409, 415, 422);
        conversations.MapPut("/{id:guid}/favourite", (HttpContext context, Guid id, SetFavourite set, CancellationToken cancel) => StarAsync(context, id, true, set, cancel))
            .WithName("putFavourite").WithSummary("Put the key's star on a conversation").Produces(204).Refuses(404);
        conversations.MapDelete("/{id:guid}/favourite", (HttpContext context, Guid id, SetFavourite set, CancellationToken cancel) => StarAsync(context, id, false, set, cancel))
            .WithName("deleteFavourite").WithSummary("Take the key's star off a conversation").Produces(204).Refuses(404);
        conversations.MapGet("/{id:guid}/attestation", AttestAsync).WithName("getAttestation").WithSummary("Issue the attestation of the exchanges, as PDF")
            .WithDescription("Its issuing is a fact of the conversation and changes no status.").GivesFile("application/pdf").Refuses(404, 409);
    }

    private static async Task<IResult> OfConsultationAsync(HttpContext context, string reference, [AsParameters] ConversationQuery filter, [AsParameters] Paging paging, FindConsultation find, ListConversations list, TimeProvider clock, CancellationToken cancel)
    {
        var found = await find.RunAsync(context.Caller(), reference, cancel);
        return found.Succeeded ? await ListAsync(context, reference, filter, paging, list, clock, cancel) : Answers.Refuse(found.Problem!);
    }

    private static Task<IResult> OfAllAsync(HttpContext context, [AsParameters] ConversationQuery filter, [AsParameters] Paging paging, ListConversations list, TimeProvider clock, CancellationToken cancel) =>
        ListAsync(context, null, filter, paging, list, clock, cancel);

    private static async Task<IResult> ListAsync(HttpContext context, string? reference, ConversationQuery filter, Paging paging, ListConversations list, TimeProvider clock, CancellationToken cancel)
    {
        var query = new QueryReader();
        var (wanted, limit) = (filter.Read(query, reference, clock.GetUtcNow()), query.Limit(paging.Limit));
        var order = query.Order("sort", filter.Sort);
        return query.Problem is { } problem
            ? Answers.Refuse(problem)
            : (await list.RunAsync(context.Caller(), wanted, paging.Cursor, limit, cancel, order)).Answer(page => Results.Ok(new PageShape<ConversationRowShape>([.. page.Items.Select(ConversationRowShape.Of)], page.Next)));
    }

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, ReadConversation read, CancellationToken cancel) =>
        (await read.RunAsync(context.Caller(), id, cancel)).Answer(detail => Results.Ok(ConversationShape.Of(detail)));

    private static async Task<IResult> ResendAsync(HttpContext context, Guid id, ResendingBody? body, ResendConversation resend, CorrectAddress correct, ReadConversation read, CancellationToken cancel)
    {
        var sent = body?.Email is { } email ? await correct.RunAsync(context.Caller(), id, email, cancel) : await resend.RunAsync(context.Caller(), id, cancel);
        return sent.Succeeded
            ? (await read.RunAsync(context.Caller(), sent.Value.Id, cancel)).Answer(detail => Results.Accepted($"/api/v1/conversations/{sent.Value.Id}", ConversationShape.Of(detail)))
            : Answers.Refuse(sent.Problem!);
    }

    private static async Task<IResult> StarAsync(HttpContext context, Guid id, bool on, SetFavourite set, CancellationToken cancel) =>
        (await set.RunAsync(context.Caller(), id, on, cancel)).Answer(_ => Results.NoContent());

    private static async Task<IResult> AttestAsync(HttpContext context, Guid id, IssueAttestation issue, CancellationToken cancel) =>
        (await issue.RunAsync(context.Caller(), id, cancel)).Answer(a => Results.File(a.Pdf, "application/pdf", a.FileName));
}
