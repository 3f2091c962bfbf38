using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Historique;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>« Suivi des messages » of a consultation: one row a conversation, filters in the address.</summary>
public sealed class FollowModel(FindConsultation find, ListConversations list, CountStatuses count, ListDeletedDrafts deleted, ReadProgress progress, SetFavourite favourite, ResendConversation resend, ResendConversations resendMany, DeleteDraft delete, ListMessages listMessages, Settings settings, TimeProvider clock) : PageModel
{
    private const int PageSize = 25;

    private static readonly DateOnly Earliest = new(1900, 1, 1), Latest = new(9000, 1, 1);

    public static IReadOnlyList<Option> Types { get; } = [.. LetterTemplate.All.Select(t => new Option(CoreWords.Of(t.Type), t.Title))];

    public static IReadOnlyList<Option> Modes { get; } = [.. Enum.GetValues<DeliveryMode>().Select(m => new Option(CoreWords.Of(m), Glossary.Of(m)))];

    public Consultation Consultation { get; private set; } = null!;

    public Page<ConversationRow> Rows { get; private set; } = new([], null);

    /// <summary>The flat list, in the messagerie historique; null in the other edition.</summary>
    public MessagesView? Messages { get; private set; }

    public IReadOnlyDictionary<Status, int> Counts { get; private set; } = new Dictionary<Status, int>();

    /// <summary>Drafts that can still be brought back.</summary>
    public IReadOnlyList<DeletedDraft> Deleted { get; private set; } = [];

    /// <summary>The letter that was just sent, whose sending is watched; null for none.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Envoi { get; set; }

    public SendingProgress? Progress { get; private set; }

    [BindProperty(SupportsGet = true), Display(Name = "Rechercher")]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Statut")]
    public string? Status { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Type de courrier")]
    public string? Type { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Mode d’envoi")]
    public string? Mode { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Destinataire")]
    public string? Recipient { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Expéditeur")]
    public string? Sender { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé à partir du")]
    public DateOnly? SentFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé jusqu’au")]
    public DateOnly? SentTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse attendue")]
    public bool ReplyExpected { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Favoris")]
    public bool Favourite { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Avec pièces jointes")]
    public bool WithAttachments { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    /// <summary>The boxes of all undelivered rows of the page are ticked.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Coches { get; set; }

    public int Undelivered => Rows.Items.Count(r => r.Status == Core.Letters.Status.Undelivered);

    public string TickHref => Address([nameof(Coches)], "coches", Coches ? null : "true") + "#selection";

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The status that the list is narrowed to.</summary>
    public Status? Only => CoreWords.Parse<Status>(Status);

    public bool Detailed => !ModelState.IsValid || Type is not null || Mode is not null || Recipient is not null || Sender is not null || SentFrom is not null || SentTo is not null || ReplyExpected || Favourite || WithAttachments;

    public bool IsNarrowed => Detailed || !string.IsNullOrWhiteSpace(Q) || Only is not null;

    public string? First => string.IsNullOrEmpty(Cursor) ? null : With("cursor", null);

    public string? Next => Rows.Next is { } next ? With("cursor", next) : null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        Consultation = found.Value;
        if (Consultation.EditionBy(settings) == Edition.Historique)
            return await ShowMessagesAsync(cancel);
        if (SentTo < SentFrom)
            ModelState.AddModelError(nameof(SentTo), "Le dernier jour d’envoi précède le premier. Corrigez l’une des deux dates.");
        var filter = Filter();
        var counts = await count.RunAsync(caller, filter, cancel);
        var rows = await list.RunAsync(caller, filter, Cursor, PageSize, cancel);
        if (!counts.Succeeded || !rows.Succeeded)
            return LocalRedirect(Links.Follow(Consultation.Reference));
        (Counts, Rows) = (counts.Value, rows.Value);
        Deleted = await deleted.RunAsync(caller, Consultation.Id, cancel);
        if (Envoi is { } sent && await progress.RunAsync(caller, sent, cancel) is { Succeeded: true, Value: var how })
            Progress = how;
        return Page();
    }

    private async Task<IActionResult> ShowMessagesAsync(CancellationToken cancel)
    {
        var lines = await listMessages.RunAsync(HttpContext.Caller(), Consultation, Cursor, PageSize, cancel);
        if (!lines.Succeeded)
            return LocalRedirect(Links.Follow(Consultation.Reference));
        var follow = Links.Follow(Consultation.Reference);
        Messages = new MessagesView(new EditionBar(Consultation, settings.Messaging.V2From), lines.Value.Items, First is null ? null : follow, lines.Value.Next is { } next ? $"{follow}?cursor={next}" : null);
        return Page();
    }

    public async Task<IActionResult> OnPostStarAsync(Guid id, bool on, CancellationToken cancel)
    {
        var set = await favourite.RunAsync(HttpContext.Caller(), id, on, cancel);
        return set.Succeeded ? LocalRedirect(Here()) : NotFound();
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent);
        return LocalRedirect(Here());
    }

    public async Task<IActionResult> OnPostResendSelectedAsync([FromForm] List<Guid> ids, CancellationToken cancel)
    {
        TempData.Flash(await resendMany.RunAsync(HttpContext.Caller(), ids, cancel));
        return LocalRedirect(Here());
    }

    public async Task<IActionResult> OnPostDeleteAsync(Guid id, CancellationToken cancel)
    {
        var gone = await delete.RunAsync(HttpContext.Caller(), id, cancel);
        if (gone.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        if (gone.Succeeded)
            TempData.Flash("Le brouillon est supprimé.", undo: $"{Links.Letter(id)}/retablissement");
        else
            TempData.Flash(gone.Problem!.Message, "failure");
        return LocalRedirect(Here());
    }

    /// <summary>The same list with one part of its address changed, back at its first page.</summary>
    public string With(string key, string? value) => Address([key, "cursor", nameof(Coches)], key, value);

    /// <summary>Where the forms of a row go: they come back to the list as it stands.</summary>
    public string Post(string handler) => Address([nameof(Coches)], "handler", handler);

    private string Here() => Address([nameof(Coches)], "handler", null);

    private string Address(string[] without, string key, string? value)
    {
        var kept = Request.Query.Where(p => !p.Key.Equals("handler", StringComparison.OrdinalIgnoreCase) && !without.Contains(p.Key, StringComparer.OrdinalIgnoreCase) && !StringValues.IsNullOrEmpty(p.Value));
        return Links.Follow(HttpContext.Reference()) + QueryString.Create(value is null ? kept : kept.Append(KeyValuePair.Create(key, new StringValues(value))));
    }

    private ConversationFilter Filter() => new()
    {
        Reference = Consultation.Reference,
        Text = Q,
        Status = Only,
        Type = CoreWords.Parse<LetterType>(Type),
        Mode = CoreWords.Parse<DeliveryMode>(Mode),
        Recipient = Recipient,
        Sender = Sender,
        SentFrom = SentFrom is { } from ? Morning(Bounded(from)) : null,
        SentTo = SentTo is { } to ? Morning(Bounded(to).AddDays(1)) : null,
        ReplyExpected = ReplyExpected ? true : null,
        Favourite = Favourite ? true : null,
        WithAttachments = WithAttachments ? true : null,
    };

    private static DateOnly Bounded(DateOnly day) => day < Earliest ? Earliest : day > Latest ? Latest : day;

    private static DateTimeOffset Morning(DateOnly day) => ParisTime.From(day.ToDateTime(TimeOnly.MinValue));
}
