using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>« Suivi des messages » of a consultation: one row a conversation, filters in the address.</summary>
public sealed class FollowModel(FindConsultation find, ListConversations list, CountStatuses count, SetFavourite favourite, ResendConversation resend, TimeProvider clock) : PageModel
{
    private const int PageSize = 25;

    public Consultation Consultation { get; private set; } = null!;

    public Page<ConversationRow> Rows { get; private set; } = new([], null);

    public IReadOnlyDictionary<Status, int> Counts { get; private set; } = new Dictionary<Status, int>();

    [BindProperty(SupportsGet = true), Display(Name = "Rechercher")]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Statut")]
    public string? Status { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Type de courrier")]
    public string? Type { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Mode d'envoi")]
    public string? Mode { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Destinataire")]
    public string? Recipient { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Expéditeur")]
    public string? Sender { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé à partir du")]
    public DateOnly? SentFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé jusqu'au")]
    public DateOnly? SentTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse attendue")]
    public bool ReplyExpected { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Favoris")]
    public bool Favourite { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Avec pièces jointes")]
    public bool WithAttachments { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    public bool IsNarrowed => Detailed || !string.IsNullOrWhiteSpace(Q) || Status is not null;

    public bool Detailed => Type is not null || Mode is not null || Recipient is not null || Sender is not null || SentFrom is not null || SentTo is not null || ReplyExpected || Favourite || WithAttachments;

    public static IReadOnlyList<Option> Types => [.. LetterTemplate.All.Select(t => new Option(CoreWords.Of(t.Type), t.Title))];

    public static IReadOnlyList<Option> Modes => [.. Enum.GetValues<DeliveryMode>().Select(m => new Option(CoreWords.Of(m), Glossary.Of(m)))];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await find.RunAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        Consultation = found.Value;
        var rows = await list.RunAsync(caller, Filter(), Cursor, PageSize, cancel);
        if (!rows.Succeeded)
            return Redirect(Links.Follow(Consultation.Reference));
        Rows = rows.Value;
        Counts = await count.RunAsync(caller, Consultation.Reference, cancel);
        return Page();
    }

    public async Task<IActionResult> OnPostStarAsync(Guid id, bool on, CancellationToken cancel)
    {
        var set = await favourite.RunAsync(HttpContext.Caller(), id, on, cancel);
        return set.Succeeded ? Back() : NotFound();
    }

    public async Task<IActionResult> OnPostResendAsync(Guid id, CancellationToken cancel)
    {
        var sent = await resend.RunAsync(HttpContext.Caller(), id, cancel);
        if (sent.Problem is { Kind: ProblemKind.NotFound })
            return NotFound();
        TempData.Flash(sent.Problem?.Message ?? $"Le courrier est relancé à {sent.Value.Email}.", sent.Succeeded ? "success" : "failure");
        return Back();
    }

    /// <summary>The same list with one part of its address changed, back at its first page.</summary>
    public string With(string key, string? value)
    {
        var query = Request.Query.Where(p => p.Key != key && !p.Key.Equals("cursor", StringComparison.OrdinalIgnoreCase) && !p.Key.Equals("handler", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrEmpty(p.Value)).ToDictionary(p => p.Key, p => (string?)p.Value, StringComparer.OrdinalIgnoreCase);
        if (value is not null)
            query[key] = value;
        return Links.Follow(Consultation.Reference) + QueryString.Create(query);
    }

    public string? Next => Rows.Next is { } next ? With("cursor", next) : null;

    /// <summary>The list's address, for the forms that come back to it.</summary>
    public Dictionary<string, string> Query => Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private LocalRedirectResult Back() => LocalRedirect(Request.Path + QueryString.Create(Request.Query.Where(p => !p.Key.Equals("handler", StringComparison.OrdinalIgnoreCase))));

    private ConversationFilter Filter() => new()
    {
        Reference = Consultation.Reference,
        Text = Q,
        Status = CoreWords.Parse<Status>(Status),
        Type = CoreWords.Parse<LetterType>(Type),
        Mode = CoreWords.Parse<DeliveryMode>(Mode),
        Recipient = Recipient,
        Sender = Sender,
        SentFrom = SentFrom is { } from ? ParisTime.From(from.ToDateTime(TimeOnly.MinValue)) : null,
        SentTo = SentTo is { } to ? ParisTime.From(to.AddDays(1).ToDateTime(TimeOnly.MinValue)) : null,
        ReplyExpected = ReplyExpected ? true : null,
        Favourite = Favourite ? true : null,
        WithAttachments = WithAttachments ? true : null,
    };
}
