using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception.Space;

/// <summary>Where a link to « Mes courriers » leads: it says what it will do, and a deliberate act does it. Following it uses nothing up.</summary>
[PrivateLink]
public sealed class EnterModel(FindSpaceWay find, EnterSpace enter, OpeningSeal seal) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    [BindProperty]
    public bool Declared { get; set; }

    /// <summary>What the page's script tells of the press.</summary>
    [BindProperty]
    public string? Gesture { get; set; }

    /// <summary>What the page's script is to give back for a person's press.</summary>
    public string Seal => seal.Issue(Token);

    /// <summary>Null where the link serves no more.</summary>
    public SpaceWay? Way { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ShowAsync(cancel);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var way = await find.RunAsync(Token, cancel);
        var entered = await enter.RunAsync(Token, IsDeliberate(way), cancel);
        if (!entered.Succeeded)
        {
            ModelState.Remove(nameof(Declared)); // a tick that nobody was seen to make is to be made again
            Declared = false;
            if (entered.Problem!.Kind != ProblemKind.NotFound)
                ModelState.AddTold(entered.Problem, _ => nameof(Declared));
            return await ShowAsync(cancel);
        }

        // Who added an address of its own stays in by the one it came by.
        var joined = way is { Succeeded: true, Value.Joins.Count: > 0 };
        if (!joined || (await HttpContext.SpaceAsync())?.SpaceId != entered.Value.SpaceId)
            await HttpContext.EnterSpaceAsync(entered.Value);
        if (joined)
            TempData.Flash(Company.AddressJoined.With(way.Value.Email));
        return Redirect(CompanyLinks.Space);
    }

    /// <summary>As an opening is; who adds an address to somebody's space says so by the box in any case.</summary>
    private bool IsDeliberate(Result<SpaceWay> way) =>
        seal.ProofOf(Token, Gesture, Declared) is not null && (Declared || way is { Succeeded: true, Value.Joins.Count: 0 });

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        var found = await find.RunAsync(Token, cancel);
        Way = found.Succeeded ? found.Value : null;
        Response.StatusCode = Way is null ? StatusCodes.Status404NotFound : ModelState.IsValid ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
