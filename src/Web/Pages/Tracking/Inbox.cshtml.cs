using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>One kind of thing that waits for an agent, and what is said where there is none.</summary>
/// <param name="More">There are more than the rows shown.</param>
public sealed record InboxSection(string Id, string Title, string Empty, bool ByDeadline, IReadOnlyList<ConversationRow> Rows, bool More)
{
    /// <summary>Its letters can be sent again.</summary>
    public bool Resends => Id == InboxModel.Undelivered && Rows.Count > 0;
}

/// <summary>What waits for an agent across consultations: replies to read, letters that did not arrive, replies that are due or late.</summary>
public sealed class InboxModel(ListConversations list, ResendConversation resend, ResendConversations resendMany, TimeProvider clock) : PageModel
{
    public const int Most = 50;

    public const string Undelivered = "non-delivres";

    private const string Address = "/reception";

    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    public IReadOnlyList<InboxSection> Sections { get; private set; } = [];

    /// <summary>The boxes of all undelivered rows are ticked.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Coches { get; set; }

    public string TickHref => Address + (Coches ? "" : "?coches=true") + "#selection";

    public static string Post(string handler) => $"{Address}?handler={handler}";

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        Sections =
        [
            await ReadAsync("reponses", "Réponses à lire", "Toutes les réponses sont lues.", new() { Status = Status.ReplyUnread }, cancel),
            await ReadAsync(Undelivered, "Courriers non délivrés", "Aucun courrier n’est en échec de remise.", new() { Status = Status.Undelivered, Corrected = false }, cancel),
            await ReadAsync("en-retard", "Réponses en retard", "Aucune réponse n’est en retard.", new() { DueBefore = now }, cancel),
            await ReadAsync("a-venir", "Réponses attendues sous 7 jours", "Aucune réponse n’est attendue dans les 7 jours.", new() { DueFrom = now, DueBefore = now + Soon }, cancel),
        ];
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent);
        return LocalRedirect(Address);
    }

    public async Task<IActionResult> OnPostResendSelectedAsync([FromForm] List<Guid> ids, CancellationToken cancel)
    {
        TempData.Flash(await resendMany.RunAsync(HttpContext.Caller(), ids, cancel));
        return LocalRedirect(Address);
    }

    private async Task<InboxSection> ReadAsync(string id, string title, string empty, ConversationFilter filter, CancellationToken cancel)
    {
        var page = (await list.RunAsync(HttpContext.Caller(), filter, null, Most, cancel)).Value;
        var byDeadline = filter.DueBefore is not null;
        return new InboxSection(id, title, empty, byDeadline, byDeadline ? [.. page.Items.OrderBy(row => row.ReplyDue)] : page.Items, page.Next is not null);
    }
}
