using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>The HTML part of a draft's mail, alone, for the preview to frame: it shows itself and can do nothing else.</summary>
internal static class MailFrame
{
    public static void MapMailFrame(this WebApplication app) =>
        app.MapGet("/courriers/{id:guid}/apercu/message", GetAsync).RequireAuthorization().WithSecurityHeadersPolicy(FramedMail.Policy).ExcludeFromDescription();

    private static async Task<IResult> GetAsync(HttpContext context, Guid id, Guid? destinataire, FindLetter find, LetterMail mails, TimeProvider clock, CancellationToken cancel)
    {
        var found = await find.RunAsync(context.Caller(), id, cancel);
        if (!found.Succeeded || found.Value.State == LetterState.Sent)
            return Results.NotFound();
        var (organisation, now) = (context.OrganisationName(), clock.GetUtcNow());
        var mail = mails.Preview(DraftPreview.Of(found.Value, destinataire, organisation, now), organisation, now);
        return Results.Content(FramedMail.Prepare(mail.Html ?? ""), "text/html; charset=utf-8");
    }
}
