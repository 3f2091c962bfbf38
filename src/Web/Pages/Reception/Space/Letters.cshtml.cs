using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception.Space;

/// <summary>
/// « Mes courriers »: the letters to the company's proven addresses; before, the form that sends a link to one. What it answers says
/// nothing of which addresses ever got a letter.
/// </summary>
[PrivateLink]
public sealed class LettersModel(ListSpaceLetters list, ListAddresses listAddresses, AskForSpaceLink ask, LinkRequests requests, TimeProvider clock) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    /// <summary>Where a link went, if anywhere; null before one was asked for.</summary>
    public string? SentTo { get; private set; }

    /// <summary>Null while nobody is in.</summary>
    public Page<SpaceLetter>? Letters { get; private set; }

    public IReadOnlyList<CompanyAddress> Addresses { get; private set; } = [];

    public bool IsFirst { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(string? cursor, CancellationToken cancel)
    {
        if (await HttpContext.SpaceAsync() is not { } session)
            return Page();
        IsFirst = string.IsNullOrEmpty(cursor);
        var letters = await list.RunAsync(session, cursor, cancel);
        if (letters.Problem is { Kind: ProblemKind.Invalid })
            return Redirect(CompanyLinks.Space);
        var addresses = await listAddresses.RunAsync(session, cancel);
        if (!letters.Succeeded || !addresses.Succeeded)
            return await this.OutOfSpaceAsync();
        (Letters, Addresses) = (letters.Value, addresses.Value);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var asked = requests.Admit(HttpContext.Connection.RemoteIpAddress) ? await ask.RunAsync(Email, Localised.Language, cancel) : SpaceProblems.Read(Email);
        if (asked.Succeeded)
            SentTo = asked.Value.Text;
        else
            ModelState.AddTold(asked.Problem!, _ => nameof(Email));
        return Page();
    }

    public async Task<IActionResult> OnPostLeaveAsync()
    {
        await HttpContext.LeaveSpaceAsync();
        TempData.Flash(Company.SpaceSignedOut);
        return Redirect(CompanyLinks.Space);
    }
}
