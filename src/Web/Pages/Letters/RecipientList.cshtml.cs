using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>All the recipients of a draft, or all the contacts that a register offers it, a hundred on a page.</summary>
public sealed class RecipientListModel(FindLetter find, ReadRegisters registers, DraftRecipients recipients, SaveDraft save) : PageModel
{
    private const int PageSize = 100;

    public Letter Letter { get; private set; } = null!;

    [BindProperty(SupportsGet = true), Display(Name = "Rechercher")]
    public string? Q { get; set; }

    /// <summary>The word of the register that is shown; null for the recipients.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Registre { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    /// <summary>The five, by their first contact.</summary>
    public IReadOnlyList<RegisterView> Registers { get; private set; } = [];

    public IReadOnlyList<LetterRecipient> Recipients { get; private set; } = [];

    public IReadOnlyList<Contact> Contacts { get; private set; } = [];

    public IReadOnlyList<RecipientHint> Hints { get; private set; } = [];

    /// <summary>How many answer the search.</summary>
    public int Total { get; private set; }

    public bool IsSearched => !string.IsNullOrWhiteSpace(Q);

    public RegisterView? Register => Registers.FirstOrDefault(r => r.Word == Registre);

    public string? Previous => Number > 1 ? Address(p: Number - 1) : null;

    public string? Next => Number * PageSize < Total ? Address(p: Number + 1) : null;

    /// <summary>« 101 à 200 sur 2 000 ».</summary>
    public string Range => Total <= PageSize ? French.Count(Total, Register is null ? "destinataire" : "contact")
        : $"{French.Number((Number - 1) * PageSize + 1)} à {French.Number(Math.Min(Total, Number * PageSize))} sur {French.Number(Total)}";

    private HashSet<string>? chosen;

    public bool IsChosen(Contact contact) =>
        contact.Email is { } email && (chosen ??= [.. Letter.Recipients.Select(r => EmailAddress.Fold(r.Email))]).Contains(EmailAddress.Fold(email));

    public RecipientHint? HintOf(LetterRecipient recipient) => Hints.FirstOrDefault(h => h.Email == recipient.Email);

    public string Address(string? registre = null, int p = 1) => Links.Recipients(Letter.Id) + QueryString.Create(
        new (string Key, string? Value)[] { ("registre", registre ?? Registre), ("q", Q), ("p", p > 1 ? p.ToString(System.Globalization.CultureInfo.InvariantCulture) : null) }
            .Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => KeyValuePair.Create(part.Key, new StringValues(part.Value))));

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        Registers = await registers.BeginningsAsync(Letter.Consultation!, 1, cancel);
        var search = ContactSearch.Of(Q);
        if (Register is { } shown)
        {
            var all = (await registers.RunAsync(Letter.Consultation!, cancel)).Single(r => r.Word == shown.Word).Contacts;
            Contacts = OnPage(search is null ? all : [.. all.Where(c => search.Finds(c.Company, c.Name, c.Email, c.Siret))]);
            return Page();
        }

        Recipients = OnPage(search is null ? Letter.Recipients : Letter.Recipients.FindAll(r => search.Finds(r.Company, r.Name, r.Email, null)));
        Hints = await recipients.HintsAsync(Letter.Consultation!, Recipients, cancel);
        return Page();
    }

    /// <param name="id">The draft.</param>
    /// <param name="act">A button beside one row, or of a whole register.</param>
    /// <param name="emails">Recipients that are ticked, to be removed.</param>
    /// <param name="contacts">Contacts that are ticked, to be added.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<IActionResult> OnPostAsync(Guid id, [Bind(Prefix = "")] WriteAct act, [FromForm] List<string> emails, [FromForm] List<Guid> contacts, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        var change = await recipients.ReadAsync(Letter.Consultation!, act, [], cancel);
        change = change with { Remove = act.Act == "remove" ? emails : change.Remove, Add = act.Act == "add" ? contacts : change.Add };
        if (change.IsNone)
            return Back(act.Act is "remove" or "add" ? "Cochez d’abord une ligne au moins." : "Rien n’a changé.", "info");
        var after = new Recipients(change.Adds ? await registers.RunAsync(Letter.Consultation!, cancel) : []);
        var before = Letter.Recipients.Count;
        var saved = await save.RunAsync(HttpContext.Caller(), id, DraftShown.Nothing, now => new DraftInput { Recipients = after.After(now.Recipients.Select(r => r.AsInput()), change) }, cancel);
        if (!saved.Succeeded)
            return Back(saved.Problem!.Errors is [var first, ..] ? first.Message : saved.Problem.Message, "failure");
        return Back(Said(change, after, before - saved.Value.Letter.Recipients.Count));
    }

    private static string Said(RecipientChange change, Recipients after, int fewer) =>
        change.Correct is var (_, meant) ? string.Format(French.Culture, Words.HintReplaced, meant)
        : change.Adds ? new RecipientsTold(after.Count.Added, after.Count.Folded, []).ToString()
        : French.Count(fewer, "destinataire retiré", "destinataires retirés") + ".";

    private List<T> OnPage<T>(IReadOnlyList<T> all)
    {
        Total = all.Count;
        Number = Math.Clamp(Number, 1, Math.Max(1, (Total + PageSize - 1) / PageSize));
        return [.. all.Skip((Number - 1) * PageSize).Take(PageSize)];
    }

    private LocalRedirectResult Back(string said, string kind = "success")
    {
        TempData.Flash(said, kind);
        return LocalRedirect(Address(p: Number));
    }

    private async Task<IActionResult?> LoadAsync(Guid id, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        Letter = found.Value;
        return Letter.State == LetterState.Sent ? LocalRedirect(Links.Letter(id) + "/lecture")
            : Letter.SendAt is not null ? LocalRedirect(Links.Scheduled(id)) : null;
    }
}
