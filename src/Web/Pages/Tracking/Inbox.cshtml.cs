using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>One part of the inbox as it is shown.</summary>
/// <param name="Id">In the address.</param>
/// <param name="Empty">What is said where there is nothing.</param>
/// <param name="Date">What the column of instants is called.</param>
public sealed record InboxView(string Id, string Title, string Empty, string Date, InboxSection Section)
{
    public bool Failure => Section is { Part: InboxPart.Undelivered or InboxPart.Late, Count: > 0 };

    /// <summary>Its rows can be ticked, for what is done to several at once.</summary>
    public bool Selects => Section is { Part: not InboxPart.Drafts, Rows.Count: > 0 };

    public bool Resends(bool done) => Selects && Section.Part == InboxPart.Undelivered && !done;

    public bool ByDeadline => Section.Part is InboxPart.Late or InboxPart.Due;
}

/// <summary>
/// What waits for an agent across consultations: replies to read, letters that did not arrive, replies that are due or late, drafts; whose
/// it is; and what is done. The address holds what is shown.
/// </summary>
[OneConnection]
public sealed class InboxModel(ReadInbox read, ReadChangeMark mark, ReadHandling handling) : PageModel
{
    /// <summary>Rows of one part where all are shown, and where one is.</summary>
    public const int MostOfAll = 20, MostOfOne = 50;

    private const string DoneState = "traites";

    private static readonly (InboxPart Part, string Id, string Title, string Empty, string Date)[] Parts =
    [
        (InboxPart.Replies, "reponses", "Réponses à lire", "Toutes les réponses sont lues.", "Dernier événement"),
        (InboxPart.Undelivered, "non-delivres", "Courriers non délivrés", "Aucun courrier n’est en échec de remise.", "Dernier événement"),
        (InboxPart.Late, "en-retard", "Réponses en retard", "Aucune réponse n’est en retard.", "Réponse avant le"),
        (InboxPart.Due, "a-venir", "Réponses attendues sous 7 jours", "Aucune réponse n’est attendue dans les 7 jours.", "Réponse avant le"),
        (InboxPart.Drafts, "brouillons", "Brouillons", "Aucun brouillon n’attend d’être envoyé.", "Modifié le"),
    ];

    private static readonly Dictionary<string, InboxWhose> Whose = new(StringComparer.Ordinal) { ["moi"] = InboxWhose.Mine, ["personne"] = InboxWhose.Nobodys };

    public IReadOnlyList<InboxView> Sections { get; private set; } = [];

    /// <summary>Whose: <c>moi</c>, <c>personne</c>; anything else is everybody's.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Qui { get; set; }

    /// <summary><c>traites</c>: what is done.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Etat { get; set; }

    /// <summary>The one part that is shown, a page at a time; all when left out.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Partie { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    /// <summary>The part whose boxes are all ticked; null for none.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Coches { get; set; }

    /// <summary>Whom a selection can be given to.</summary>
    public IReadOnlyList<Colleague> Colleagues { get; private set; } = [];

    /// <summary>What the page shows is at least as new as this. See <see cref="ReadChangeMark"/>.</summary>
    public string Mark { get; private set; } = "";

    public bool Done => Etat == DoneState;

    public bool One => Done || Parts.Any(p => p.Id == Partie);

    public Guid Me => HttpContext.Caller().OwnerId;

    /// <summary>This page again, and where acts lead back to.</summary>
    public string Here => With(Qui, Done, Partie, Cursor);

    /// <summary>This page with all boxes of a part ticked, or none where they are.</summary>
    public string TickHref(string part) => With(Qui, Done, Partie, Cursor, part == Coches ? null : part) + $"#selection-{part}";

    /// <summary>What a box stands for: the conversation, and the last event that the page shows of it.</summary>
    public static string TickOf(InboxRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Row.Id}_{row.Row.LastEventAt.UtcTicks}");

    public IReadOnlyList<(string Text, string Href, bool Current)> WhoseLinks =>
    [
        ("À tous", With(null, Done, Partie), !Whose.ContainsKey(Qui ?? "")),
        ("À moi", With("moi", Done, Partie), Qui == "moi"),
        ("Non attribués", With("personne", Done, Partie), Qui == "personne"),
    ];

    public IReadOnlyList<(string Text, string Href, bool Current)> StateLinks =>
        [("À traiter", With(Qui, done: false, null), !Done), ("Traités", With(Qui, done: true, null), Done)];

    /// <summary>One part whole; or all parts.</summary>
    public string PartHref(string? part) => With(Qui, Done, part);

    public string Post(string handler) => With(Qui, Done, Partie, Cursor, handler: handler);

    public string? NextHref => One && Sections is [{ Section.Next: { } next }] ? With(Qui, Done, Partie, next) : null;

    public string? FirstHref => Cursor is null ? null : With(Qui, Done, Partie);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        Mark = await mark.OfInboxAsync(HttpContext.Caller(), cancel);
        var filter = new InboxFilter(Whose.GetValueOrDefault(Qui ?? ""), Done);
        if (One)
        {
            var (part, id, title, empty, date) = Done ? (InboxPart.Replies, DoneState, "Échanges traités", "Aucun échange n’est marqué comme traité.", "Traité le") : Parts.Single(p => p.Id == Partie);
            var section = await read.RunAsync(HttpContext.Caller(), part, filter, Cursor, MostOfOne, cancel);
            if (!section.Succeeded || (section.Value.Rows.Count == 0 && Cursor is not null)) // what stood on this page went elsewhere
                return Redirect(With(Qui, Done, Partie));
            Sections = [new InboxView(id, title, empty, date, section.Value)];
        }
        else
        {
            var sections = await read.AllAsync(HttpContext.Caller(), filter.Whose, MostOfAll, cancel);
            Sections = [.. Parts.Join(sections, p => p.Part, s => s.Part, (p, section) => new InboxView(p.Id, p.Title, p.Empty, p.Date, section))];
            if (filter.Whose == InboxWhose.Everybodys)
                ViewData["Waiting"] = ReadInbox.WaitingIn(sections);
        }

        if (!Done && Sections.Any(s => s.Selects))
            Colleagues = await handling.ColleaguesAsync(HttpContext.Caller(), cancel);
        return Page();
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, [FromServices] ResendConversation resend, CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent);
        return LocalRedirect(Here);
    }

    /// <param name="ids">The boxes that are ticked; see <see cref="TickOf"/>.</param>
    /// <param name="act">The button: <c>resend</c>, <c>assign</c>, <c>done</c>, <c>undone</c>.</param>
    /// <param name="part">The part whose boxes they are; its list of colleagues says who is given what is assigned: nobody where nothing is chosen.</param>
    /// <param name="resendMany">What <c>resend</c> does.</param>
    /// <param name="assign">What <c>assign</c> does.</param>
    /// <param name="markDone">What <c>done</c> and <c>undone</c> do.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<IActionResult> OnPostSelectedAsync([FromForm] List<string?> ids, [FromForm] string? act, [FromForm] string? part, [FromServices] ResendConversations resendMany, [FromServices] AssignConversations assign, [FromServices] MarkConversationsDone markDone, CancellationToken cancel)
    {
        var (caller, ticked) = (HttpContext.Caller(), ids.Select(Read).OfType<ShownConversation>().ToList());
        switch (act)
        {
            case "resend":
                TempData.Flash(await resendMany.RunAsync(caller, ticked.Select(c => c.Id), cancel));
                break;
            case "assign":
                var chosen = Request.Form[$"agent-{part}"].ToString();
                if (chosen.Length > 0 && !Guid.TryParse(chosen, out _))
                    return NotFound();
                Guid? agent = chosen.Length == 0 ? null : Guid.Parse(chosen);
                var name = agent is null ? null : (await handling.ColleaguesAsync(caller, cancel)).FirstOrDefault(c => c.Id == agent)?.Name;
                TempData.FlashAssigned(await assign.RunAsync(caller, ticked.Select(c => c.Id), agent, cancel), agent == caller.OwnerId ? "vous" : name);
                break;
            case "done" or "undone":
                TempData.FlashDone(await markDone.RunAsync(caller, ticked, act == "done", cancel), act == "done");
                break;
            default:
                return NotFound();
        }

        return LocalRedirect(Here);
    }

    private static ShownConversation? Read(string? ticked) => ticked?.Split('_') switch
    {
        [var id] when Guid.TryParse(id, out var conversation) => new(conversation, null),
        [var id, var seen] when Guid.TryParse(id, out var conversation) && long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks => new(conversation, new DateTimeOffset(ticks, TimeSpan.Zero)),
        _ => null,
    };

    private static string With(string? whose, bool done, string? part, string? cursor = null, string? ticked = null, string? handler = null)
    {
        var query = QueryString.Create(new (string Name, string? Value)[]
        {
            ("handler", handler), ("qui", Whose.ContainsKey(whose ?? "") ? whose : null), ("etat", done ? DoneState : null), ("partie", Parts.Any(p => p.Id == part) ? part : null), ("cursor", cursor), ("coches", ticked),
        }.Where(q => q.Value is not null).Select(q => KeyValuePair.Create(q.Name, q.Value)));
        return Links.Inbox + query;
    }
}
