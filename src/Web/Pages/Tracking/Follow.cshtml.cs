using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Exports;
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

    [BindProperty(SupportsGet = true), Display(Name = "Entreprise")]
    public string? Company { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Lot")]
    public string? Lot { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Expéditeur")]
    public string? Sender { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé à partir du")]
    public DateOnly? SentFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé jusqu’au")]
    public DateOnly? SentTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Lu à partir du")]
    public DateOnly? ReadFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Lu jusqu’au")]
    public DateOnly? ReadTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse reçue à partir du")]
    public DateOnly? RepliedFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse reçue jusqu’au")]
    public DateOnly? RepliedTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse attendue")]
    public bool ReplyExpected { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse en retard")]
    public bool Late { get; set; }

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

    /// <summary>What the page shows is at least as new as this. See <see cref="ReadChangeMark"/>.</summary>
    public string Mark { get; private set; } = "";

    public string TickHref => Address([nameof(Coches)], "coches", Coches ? null : "true") + "#selection";

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The status that the list is narrowed to.</summary>
    public Status? Only => CoreWords.Parse<Status>(Status);

    /// <summary>The lots that the list can be narrowed to.</summary>
    public IReadOnlyList<Option> Lots => [.. Consultation.Lots.Select(l => new Option(l.Number, $"Lot {l.Number} – {l.Title}"))];

    /// <summary>What the list is narrowed to, each to be taken off by itself.</summary>
    public IReadOnlyList<FilterChip> Chips => FilterChip.Of(this);

    public bool Detailed => !ModelState.IsValid || Chips.Any(c => c.IsDetail);

    public bool IsNarrowed => Detailed || Chips.Count > 0;

    public string? First => string.IsNullOrEmpty(Cursor) ? null : With("cursor", null);

    public string? Next => Rows.Next is { } next ? With("cursor", next) : null;

    public async Task<IActionResult> OnGetAsync([FromServices] ReadChangeMark mark, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        Consultation = found.Value;
        if (Consultation.EditionBy(settings) == Edition.Historique)
            return await ShowMessagesAsync(cancel);
        foreach (var (field, from, to, act) in new[] { (nameof(SentTo), SentFrom, SentTo, "d’envoi"), (nameof(ReadTo), ReadFrom, ReadTo, "de lecture"), (nameof(RepliedTo), RepliedFrom, RepliedTo, "de réponse") })
        {
            if (to < from)
                ModelState.AddModelError(field, $"Le dernier jour {act} précède le premier. Corrigez l’une des deux dates.");
        }

        var filter = Filter();
        Mark = (await mark.RunAsync(caller, Consultation.Reference, null, cancel)).Value;
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

    /// <summary>What the list is narrowed to, whole, as a file: <c>?handler=export&amp;format=csv</c> or <c>xlsx</c>.</summary>
    public async Task<IActionResult> OnGetExportAsync(string? format, [FromServices] ExportConversations export, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded || found.Value.EditionBy(settings) == Edition.Historique || CoreWords.Parse<TableFormat>(format) is not { } table)
            return NotFound();
        Consultation = found.Value;
        var write = await export.RunAsync(caller, Filter(), table, cancel);
        if (!write.Succeeded || !ModelState.IsValid)
            return LocalRedirect(Address(["format"], "handler", null));
        var (extension, contentType) = table == TableFormat.Csv ? ("csv", "text/csv; charset=utf-8; header=present") : ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        return new StreamedFile($"suivi-{Consultation.Reference}.{extension}", contentType, write.Value);
    }

    /// <summary>The consultation as one ZIP, whatever the list is narrowed to.</summary>
    public async Task<IActionResult> OnGetArchiveAsync([FromServices] ArchiveConsultation archive, CancellationToken cancel)
    {
        var reference = HttpContext.Reference();
        var write = await archive.RunAsync(HttpContext.Caller(), reference, cancel);
        return write.Succeeded ? new StreamedFile($"consultation-{reference}.zip", "application/zip", write.Value) : NotFound();
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

    /// <summary>What the list is narrowed to, as a file.</summary>
    public string Export(string format) => Address(["cursor", "format", nameof(Coches), nameof(Envoi)], "handler", "export") + "&format=" + format;

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
        Company = Company,
        Lot = string.IsNullOrEmpty(Lot) ? null : Lot,
        Sender = Sender,
        SentFrom = From(SentFrom),
        SentTo = To(SentTo),
        ReadFrom = From(ReadFrom),
        ReadTo = To(ReadTo),
        RepliedFrom = From(RepliedFrom),
        RepliedTo = To(RepliedTo),
        ReplyExpected = ReplyExpected ? true : null,
        Late = Late ? true : null,
        LateAt = Now,
        Favourite = Favourite ? true : null,
        WithAttachments = WithAttachments ? true : null,
    };

    private static DateTimeOffset? From(DateOnly? day) => day is { } first ? Morning(Bounded(first)) : null;

    private static DateTimeOffset? To(DateOnly? day) => day is { } last ? Morning(Bounded(last).AddDays(1)) : null;

    private static DateOnly Bounded(DateOnly day) => day < Earliest ? Earliest : day > Latest ? Latest : day;

    private static DateTimeOffset Morning(DateOnly day) => ParisTime.From(day.ToDateTime(TimeOnly.MinValue));
}
