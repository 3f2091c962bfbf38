using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
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

    public bool ByDeadline => Section.Part is InboxPart.Late or InboxPart.Due;
}

/// <summary>
/// What waits for an agent across consultations: replies to read, letters that did not arrive, replies that are due or late, drafts; whose
/// it is; and what is done. The address holds what is shown.
/// </summary>
public sealed class InboxModel(ReadInbox read, ResendConversation resend, ResendConversations resendMany) : PageModel
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

    /// <summary>The boxes of all undelivered rows are ticked.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Coches { get; set; }

    public bool Done => Etat == DoneState;

    public bool One => Done || Parts.Any(p => p.Id == Partie);

    public Guid Me => HttpContext.Caller().OwnerId;

    /// <summary>This page again, and where acts lead back to.</summary>
    public string Here => With(Qui, Done, Partie, Cursor);

    public string TickHref => With(Qui, Done, Partie, Cursor, !Coches) + "#selection";

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
        var filter = new InboxFilter(Whose.GetValueOrDefault(Qui ?? ""), Done);
        var shown = Done ? [(InboxPart.Replies, DoneState, "Échanges traités", "Aucun échange n’est marqué comme traité.", "Traité le")]
            : One ? Array.FindAll(Parts, p => p.Id == Partie)
            : Parts;
        var sections = new List<InboxView>();
        foreach (var (part, id, title, empty, date) in shown)
        {
            var section = await read.RunAsync(HttpContext.Caller(), part, filter, One ? Cursor : null, One ? MostOfOne : MostOfAll, cancel);
            if (!section.Succeeded)
                return Redirect(With(Qui, Done, Partie));
            sections.Add(new InboxView(id, title, empty, date, section.Value));
        }

        Sections = sections;
        return Page();
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent);
        return LocalRedirect(Here);
    }

    public async Task<IActionResult> OnPostResendSelectedAsync([FromForm] List<Guid> ids, CancellationToken cancel)
    {
        TempData.Flash(await resendMany.RunAsync(HttpContext.Caller(), ids, cancel));
        return LocalRedirect(Here);
    }

    private static string With(string? whose, bool done, string? part, string? cursor = null, bool ticked = false, string? handler = null)
    {
        var query = QueryString.Create(new (string Name, string? Value)[]
        {
            ("handler", handler), ("qui", Whose.ContainsKey(whose ?? "") ? whose : null), ("etat", done ? DoneState : null), ("partie", Parts.Any(p => p.Id == part) ? part : null), ("cursor", cursor), ("coches", ticked ? "true" : null),
        }.Where(q => q.Value is not null).Select(q => KeyValuePair.Create(q.Name, q.Value)));
        return Links.Inbox + query;
    }
}
