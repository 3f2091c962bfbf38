using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Demo;

namespace Vaguemestre.Web.Api;

/// <param name="Url">The recipient's personal link.</param>
public sealed record LinkShape(string Url);

/// <summary>
/// <c>/conversations/{id}/link</c>: the recipient's personal link, in the demo only. Elsewhere the address does not exist:
/// the link is the recipient's, and a program that holds it could make a receipt.
/// </summary>
internal static class DemoLinks
{
    public static void Map(RouteGroupBuilder api, IServiceProvider services)
    {
        if (services.GetService<TestMailbox>() is not null)
            api.MapGet("/conversations/{id:guid}/link", GetAsync).WithName("getDemoLink").WithTags("Conversations").WithSummary("The recipient's personal link; only in the demo").Produces<LinkShape>().Refuses(404, 409);
    }

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, ReadConversation read, PersonalLink links, CancellationToken cancel)
    {
        var found = await read.RunAsync(context.Caller(), id, cancel);
        if (found is { Succeeded: true, Value.Letter.Mode: DeliveryMode.Plain })
            return Answers.Refuse(Problem.Conflict("no-link", "Un courrier électronique simple n'a pas de lien personnel."));
        return found.Answer(_ => Results.Ok(new LinkShape(links.UrlOf(id).ToString())));
    }
}
