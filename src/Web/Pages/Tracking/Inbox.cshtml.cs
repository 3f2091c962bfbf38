using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>What waits for an agent across consultations: replies to read, letters that did not arrive.</summary>
public sealed class InboxModel(ListConversations list) : PageModel
{
    private const int Most = 50;

    public IReadOnlyList<ConversationRow> Replies { get; private set; } = [];

    public IReadOnlyList<ConversationRow> Undelivered { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Replies = await WithAsync(Status.ReplyUnread, cancel);
        Undelivered = await WithAsync(Status.Undelivered, cancel);
    }

    private async Task<IReadOnlyList<ConversationRow>> WithAsync(Status status, CancellationToken cancel) =>
        (await list.RunAsync(HttpContext.Caller(), new ConversationFilter { Status = status }, null, Most, cancel)).Value.Items;
}
