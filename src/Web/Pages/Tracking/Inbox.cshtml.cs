using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>One kind of thing that waits for an agent, and what is said where there is none.</summary>
/// <param name="More">There are more than the rows shown.</param>
public sealed record InboxSection(string Id, string Title, string Empty, bool ByDeadline, IReadOnlyList<ConversationRow> Rows, bool More);

/// <summary>What waits for an agent across consultations: replies to read, letters that did not arrive, replies that are due or late.</summary>
public sealed class InboxModel(ListConversations list, TimeProvider clock) : PageModel
{
    public const int Most = 50;

    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    public IReadOnlyList<InboxSection> Sections { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        Sections =
        [
            await ReadAsync("reponses", "Réponses à lire", "Toutes les réponses sont lues.", new() { Status = Status.ReplyUnread }, cancel),
            await ReadAsync("non-delivres", "Courriers non délivrés", "Aucun courrier n’est en échec de remise.", new() { Status = Status.Undelivered }, cancel),
            await ReadAsync("en-retard", "Réponses en retard", "Aucune réponse n’est en retard.", new() { DueBefore = now }, cancel),
            await ReadAsync("a-venir", "Réponses attendues sous 7 jours", "Aucune réponse n’est attendue dans les 7 jours.", new() { DueFrom = now, DueBefore = now + Soon }, cancel),
        ];
    }

    private async Task<InboxSection> ReadAsync(string id, string title, string empty, ConversationFilter filter, CancellationToken cancel)
    {
        var page = (await list.RunAsync(HttpContext.Caller(), filter, null, Most, cancel)).Value;
        var byDeadline = filter.DueBefore is not null;
        return new InboxSection(id, title, empty, byDeadline, byDeadline ? [.. page.Items.OrderBy(row => row.ReplyDue)] : page.Items, page.Next is not null);
    }
}
