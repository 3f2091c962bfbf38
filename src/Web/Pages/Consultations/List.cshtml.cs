using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Consultations;

/// <summary>« Toutes les consultations »: where an agent's day begins.</summary>
public sealed class ListModel(ListConsultations list) : PageModel
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public IReadOnlyList<ConsultationRow> Rows { get; private set; } = [];

    public string? NextHref { get; private set; }

    public bool Searched => !string.IsNullOrWhiteSpace(Q);

    /// <summary>A cursor leads forward only: the way back is the beginning.</summary>
    public string? FirstHref => string.IsNullOrEmpty(Cursor) ? null : Href(null);

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await list.RunAsync(caller, Q, Cursor, PageSize, cancel);
        if (!found.Succeeded)
        {
            ModelState.Add(found.Problem!, _ => "");
            found = await list.RunAsync(caller, Q, null, PageSize, cancel);
            Cursor = null;
        }

        Rows = found.Value.Items;
        NextHref = found.Value.Next is { } next ? Href(next) : null;
    }

    /// <summary>A count that leads to what it counts; nothing for none, so that what waits stands out.</summary>
    public IHtmlContent Counter(ConsultationRow row, Status status)
    {
        var count = status switch
        {
            Status.Draft => row.Drafts,
            Status.Undelivered => row.Undelivered,
            _ => row.UnreadReplies,
        };
        if (count == 0)
            return HtmlString.Empty;
        var link = new TagBuilder("a");
        link.Attributes["href"] = Links.Follow(row.Consultation.Reference, status);
        if (status == Status.Undelivered)
            link.AddCssClass("failure");
        link.InnerHtml.Append(French.Number(count));
        return link;
    }

    private string Href(string? cursor)
    {
        var query = new QueryBuilder();
        if (Searched)
            query.Add("q", Q!);
        if (cursor is not null)
            query.Add("cursor", cursor);
        return Links.Dashboard + query;
    }
}
