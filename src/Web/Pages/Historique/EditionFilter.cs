using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>
/// The pages of letters and conversations are of one edition: asked for a message of the messagerie historique, or pressed on one, they
/// lead to its own page. Downloads are the same in both.
/// </summary>
internal sealed class EditionFilter(FindMessage find) : IAsyncPageFilter
{
    private static readonly string[] OfBoth = ["/Letters/LetterFile", "/Letters/ReplyFile"];

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var page = context.ActionDescriptor.ViewEnginePath;
        if (OfBoth.Contains(page, StringComparer.OrdinalIgnoreCase) || !Guid.TryParse(context.RouteData.Values["id"] as string, out var id))
        {
            await next();
            return;
        }

        var (caller, cancel) = (context.HttpContext.Caller(), context.HttpContext.RequestAborted);
        var place = page.StartsWith("/Tracking/", StringComparison.Ordinal) ? await find.OfConversationAsync(caller, id, cancel) : await find.RunAsync(caller, id, cancel);
        if (place is null)
            await next();
        else
            context.Result = new LocalRedirectResult(place.Sent ? Links.Message(place.LetterId) : Links.SendMessage(place.LetterId));
    }

    /// <summary>The folders whose pages are of letters and conversations.</summary>
    public static void Apply(RazorPagesOptions pages)
    {
        foreach (var folder in new[] { "/Letters", "/Tracking" })
            pages.Conventions.AddFolderApplicationModelConvention(folder, model => model.Filters.Add(new TypeFilterAttribute(typeof(EditionFilter))));
    }
}
