using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Exports;
using Vaguemestre.Core.Tracking.Sorting;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Historique;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>
/// « Suivi des messages » of a consultation: one row a conversation, or folded, one line a letter. Filters, order and folding stand in the address;
/// agents keep such addresses as saved searches, so that a renamed parameter goes on being understood.
/// </summary>
[OneConnection]
public sealed class FollowModel(FindConsultation find, LocateFilter locate, ListConversations list, ListLetters listLetters, ListSavedSearches listSearches, CountStatuses count, ListDeletedDrafts deleted, ReadProgress progress, ListMessages listMessages, Settings settings, TimeProvider clock) : FollowSearch(clock)
{
    private const int PageSize = 25;

    public Page<ConversationRow> Rows { get; private set; } = new([], null);

    /// <summary>Instead of the rows, where the table is folded.</summary>
    public Page<LetterRow> Letters { get; private set; } = new([], null);

    /// <summary>The first rows of the letter that is unfolded.</summary>
    public Page<ConversationRow> Unfolded { get; private set; } = new([], null);

    /// <summary>The agent's own.</summary>
    public IReadOnlyList<SavedSearch> Searches { get; private set; } = [];

    /// <summary>The flat list, in the messagerie historique; null in the other edition.</summary>
    public MessagesView? Messages { get; private set; }

    public IReadOnlyDictionary<Status, int> Counts { get; private set; } = new Dictionary<Status, int>();

    /// <summary>The same page with its counters, where counting would take longer than the rest of it and is left for later; null where it was done.</summary>
    public string? CountLater { get; private set; }

    /// <summary>Count, however long it takes.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Counted { get; set; }

    /// <summary>Rows of the messagerie historique, which no counter of a status counts; none where the table is folded.</summary>
    public int WithoutStatus { get; private set; }

    /// <summary>The consultation is of this edition and holds messages of the messagerie historique, sent or imported: its date was corrected.</summary>
    public bool HoldsMessages { get; private set; }

    /// <summary>Drafts that can still be brought back.</summary>
    public IReadOnlyList<DeletedDraft> Deleted { get; private set; } = [];

    /// <summary>The letter that was just sent, whose sending is watched; null for none.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Envoi { get; set; }

    public SendingProgress? Progress { get; private set; }

    /// <summary>See <see cref="RowOrder.Word"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    /// <summary>One line a letter.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Folded { get; set; }

    /// <summary>The letter that is unfolded in the folded table.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Open { get; set; }

    /// <summary>The name under which what is shown is saved.</summary>
    [BindProperty, Display(Name = "Nom de la recherche")]
    public string? SearchName { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    /// <summary>The boxes of all undelivered rows of the page are ticked.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Coches { get; set; }

    /// <summary>Every conversation and draft that has a row on the page.</summary>
    public IEnumerable<ConversationRow> Shown => Folded ? Letters.Items.Select(l => l.Only).OfType<ConversationRow>().Concat(Unfolded.Items) : Rows.Items;

    /// <summary>How many of <see cref="Shown"/> were not delivered.</summary>
    public int Undelivered { get; private set; }

    /// <summary>All that the filters leave is on this page, whatever its status.</summary>
    private bool IsWhole => First is null && Next is null && Only is null;

    public bool IsEmpty => Folded ? Letters.Items.Count == 0 : Rows.Items.Count == 0;

    /// <summary>There is something to search and to export, or was before the list was narrowed.</summary>
    public bool HasAny => IsNarrowed || Folded || HoldsMessages || Counts.Count > 0 || !IsEmpty;

    /// <summary>What the page shows is at least as new as this. See <see cref="ReadChangeMark"/>.</summary>
    public string Mark { get; private set; } = "";

    public string TickHref => Address([nameof(Coches)], "coches", Coches ? null : "true") + "#selection";

    /// <summary>What the list is narrowed to, each to be taken off by itself.</summary>
    public IReadOnlyList<FilterChip> Chips => FilterChip.Of(this);

    public bool Detailed => ModelState.Any(e => e.Key != nameof(SearchName) && e.Value!.Errors.Count > 0) || Chips.Any(c => c.IsDetail);

    public bool IsNarrowed => Detailed || Chips.Count > 0;

    public string? First => string.IsNullOrEmpty(Cursor) ? null : At(null);

    public string? Next => (Folded ? Letters.Next : Rows.Next) is { } next ? At(next) : null;

    /// <summary>The order that the address asks for; the usual one where it asks for none that there is.</summary>
    public RowOrder Order => RowOrder.Parse(Sort) ?? RowOrder.Usual;

    /// <summary>What is asked, as it is saved: filters, order and folding, always in the same sequence. Empty for the whole table as it usually is.</summary>
    public string Query
    {
        get
        {
            var parts = Chips.Where(c => c.Key != nameof(Letter)).Select(c => KeyValuePair.Create(char.ToLowerInvariant(c.Key[0]) + c.Key[1..], Request.Query[c.Key].FirstOrDefault()?.Trim())).ToList();
            if (Order != RowOrder.Usual)
                parts.Add(KeyValuePair.Create("sort", (string?)Order.Word));
            if (Folded)
                parts.Add(KeyValuePair.Create("folded", (string?)"true"));
            return QueryString.Create(parts).ToString().TrimStart('?');
        }
    }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        Consultation = found.Value;
        return Consultation.EditionBy(settings) == Edition.Historique ? await ShowMessagesAsync(cancel) : await ShowAsync(cancel);
    }

    /// <summary>Keeps what the table is narrowed to under a name.</summary>
    public async Task<IActionResult> OnPostSaveSearchAsync([FromServices] SaveSearch save, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), HttpContext.Reference(), cancel);
        if (!found.Succeeded || found.Value.EditionBy(settings) == Edition.Historique)
            return NotFound();
        Consultation = found.Value;
        var saved = await save.RunAsync(HttpContext.Caller(), SearchName, Query, cancel);
        if (saved.Succeeded)
        {
            TempData.Flash($"La recherche « {saved.Value.Name} » est enregistrée. Vous la retrouvez dans toutes vos consultations.");
            return LocalRedirect(Here());
        }

        ModelState.Add(saved.Problem!, _ => nameof(SearchName));
        return await ShowAsync(cancel);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        CheckDays();
        var filter = await locate.RunAsync(caller, Filter(), cancel);
        Mark = ReadChangeMark.Of(filter);
        if (await ListAsync(filter, cancel) is { } fault)
            return LocalRedirect(fault.Errors.Any(e => e.Field == "cursor") ? With("cursor", null) : Links.Follow(Consultation.Reference));
        if (IsEmpty && First is { } first)
            return LocalRedirect(first); // what stood on this page went elsewhere
        Undelivered = Shown.Count(r => r.ShownStatus == Core.Letters.Status.Undelivered);
        await CountAsync(filter, cancel);
        HoldsMessages = filter.HoldsMessages;
        Searches = await listSearches.RunAsync(caller, cancel);
        Deleted = filter.HasDeletedDrafts ? await deleted.RunAsync(caller, Consultation.Id, cancel) : [];
        if (Envoi is { } sent && await progress.RunAsync(caller, sent, cancel) is { Succeeded: true, Value: var how })
            Progress = how;
        return Page();
    }

    private async Task CountAsync(ConversationFilter filter, CancellationToken cancel)
    {
        if (IsWhole)
        {
            Counts = Folded ? CountStatuses.Of(Letters.Items) : CountStatuses.Of(Rows.Items);
            WithoutStatus = Rows.Items.Count(r => r.IsHistorique);
        }
        else if (filter.TakesLongToCount && !Counted)
        {
            CountLater = Address([nameof(Counted)], "counted", "true");
        }
        else
        {
            Counts = (await count.RunAsync(HttpContext.Caller(), filter, cancel)).Value;
            WithoutStatus = Folded ? 0 : await count.OfNoneAsync(HttpContext.Caller(), filter, cancel);
        }
    }

    /// <returns>What is wrong with the filter or the cursor; null where nothing is.</returns>
    private async Task<Problem?> ListAsync(ConversationFilter filter, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        if (!Folded)
        {
            var rows = await list.RunAsync(caller, filter, Cursor, PageSize, cancel, Order);
            Rows = rows.Succeeded ? rows.Value : Rows;
            return rows.Problem;
        }

        var letters = await listLetters.RunAsync(caller, filter, Cursor, PageSize, cancel, Order);
        if (!letters.Succeeded)
            return letters.Problem;
        Letters = letters.Value;
        if (Letters.Items.Any(l => l.LetterId == Open && l.Only is null))
            Unfolded = (await list.RunAsync(caller, filter with { LetterId = Open }, null, PageSize, cancel, Order)).Value;
        return null;
    }

    /// <summary>What the list is narrowed to, whole, as a file: <c>?handler=export&amp;format=csv</c> or <c>xlsx</c>.</summary>
    public async Task<IActionResult> OnGetExportAsync(string? format, [FromServices] ExportConversations export, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded || found.Value.EditionBy(settings) == Edition.Historique || CoreWords.Parse<TableFormat>(format) is not { } table)
            return NotFound();
        Consultation = found.Value;
        var write = await export.RunAsync(caller, Filter(), table, cancel, Order);
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

    public async Task<IActionResult> OnPostStarAsync(Guid id, bool on, [FromServices] SetFavourite favourite, CancellationToken cancel)
    {
        var set = await favourite.RunAsync(HttpContext.Caller(), id, on, cancel);
        return set.Succeeded ? LocalRedirect(Here()) : NotFound();
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, [FromServices] ResendConversation resend, CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent);
        return LocalRedirect(Here());
    }

    public async Task<IActionResult> OnPostResendSelectedAsync([FromForm] List<Guid> ids, [FromServices] ResendConversations resendMany, CancellationToken cancel)
    {
        TempData.Flash(await resendMany.RunAsync(HttpContext.Caller(), ids, cancel));
        return LocalRedirect(Here());
    }

    public async Task<IActionResult> OnPostDeleteAsync(Guid id, [FromServices] DeleteDraft delete, CancellationToken cancel)
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

    private string At(string? cursor) => Address(["cursor", nameof(Coches), nameof(Open)], "cursor", cursor);

    /// <summary>The same list with one part of its address changed, back at its first page.</summary>
    public string With(string key, string? value) => Address([key, "cursor", nameof(Coches), nameof(Open), nameof(Counted)], key, value);

    /// <summary>All of the consultation, as it is sorted and folded.</summary>
    public string Everything => Links.Follow(Consultation.Reference) + QueryString.Create(Request.Query.Where(p => p.Key.ToUpperInvariant() is "SORT" or "FOLDED"));

    /// <summary>The same list by this column, in its first direction, or in the other one where it is sorted so already.</summary>
    public string By(RowSort column)
    {
        var order = new RowOrder(column, Descending: InForce.By == column ? !InForce.Descending : column == RowOrder.Usual.By && RowOrder.Usual.Descending);
        return With("sort", order == RowOrder.Usual ? null : order.Word);
    }

    /// <summary>For <c>aria-sort</c>: how this column sorts the list; null where another one does.</summary>
    public string? Sorted(RowSort column) => InForce.By != column ? null : InForce.Descending ? "descending" : "ascending";

    /// <summary>What the list is sorted by, for those who hear the page.</summary>
    public string SortWord => InForce switch
    {
        { By: RowSort.LastEvent, Descending: true } => "dernier événement, le plus récent en premier",
        { By: RowSort.LastEvent } => "dernier événement, le plus ancien en premier",
        { By: RowSort.Status } => "statut",
        { By: RowSort.Type } => "type",
        { By: RowSort.Subject } => "objet",
        { By: RowSort.Recipient } => "destinataire",
        _ => "date limite de réponse",
    };

    /// <summary>A saved search, asked in this consultation.</summary>
    public string Address(SavedSearch search) => $"{Links.Follow(Consultation.Reference)}?{search.Query}";

    /// <summary>The same page with this letter unfolded, or with none.</summary>
    public string Unfold(Guid? letter) => Address([nameof(Open), nameof(Coches)], "open", letter?.ToString());

    /// <summary>The rows of one letter, under the same filters, on pages of their own.</summary>
    public string Whole(Guid letter) => Address(["letter", "cursor", nameof(Folded), nameof(Open), nameof(Coches), nameof(Counted)], "letter", letter.ToString());

    /// <summary>What the list is narrowed to, as a file.</summary>
    public string Export(string format) => Address(["cursor", "format", nameof(Coches), nameof(Envoi), nameof(Open), nameof(Folded), nameof(Counted)], "handler", "export") + "&format=" + format;

    /// <summary>Where the forms of a row go: they come back to the list as it stands.</summary>
    public string Post(string handler) => Address([nameof(Coches)], "handler", handler);

    private RowOrder InForce => Folded ? ListLetters.OrderOf(Order) : Order;

    private string Here() => Address([nameof(Coches)], "handler", null);

    private string Address(string[] without, string key, string? value)
    {
        var kept = Request.Query.Where(p => !p.Key.Equals("handler", StringComparison.OrdinalIgnoreCase) && !without.Contains(p.Key, StringComparer.OrdinalIgnoreCase) && !StringValues.IsNullOrEmpty(p.Value));
        return Links.Follow(HttpContext.Reference()) + QueryString.Create(value is null ? kept : kept.Append(KeyValuePair.Create(key, new StringValues(value))));
    }
}
