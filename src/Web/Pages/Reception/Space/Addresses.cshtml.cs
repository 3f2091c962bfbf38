using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception.Space;

/// <summary>The addresses that a company's space brings together: one more, by a link sent to it; one less.</summary>
[PrivateLink]
public sealed class AddressesModel(ListAddresses list, AskToJoin join, TakeOffAddress takeOff) : PageModel
{
    private SpaceSession? session;

    [BindProperty]
    public string? Email { get; set; }

    public IReadOnlyList<CompanyAddress> Addresses { get; private set; } = [];

    public bool IsOwn(CompanyAddress address) => address.Id == session?.AddressId;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ShowAsync(cancel);

    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancel)
    {
        if (await HttpContext.SpaceAsync() is not { } here)
            return await this.OutOfSpaceAsync();
        var asked = await join.RunAsync(here, Email, Localised.Language, cancel);
        if (!asked.Succeeded)
            return await RefusedAsync(asked.Problem!, cancel);
        TempData.Flash(Company.AddressSent.With(asked.Value.Text));
        return Redirect(CompanyLinks.SpaceAddresses);
    }

    public async Task<IActionResult> OnPostTakeOffAsync(Guid address, CancellationToken cancel)
    {
        if (await HttpContext.SpaceAsync() is not { } here)
            return await this.OutOfSpaceAsync();
        var taken = await takeOff.RunAsync(here, address, cancel);
        if (!taken.Succeeded)
            return await RefusedAsync(taken.Problem!, cancel);
        TempData.Flash(Company.AddressTakenOff.With(taken.Value.EmailKey));
        return Redirect(CompanyLinks.SpaceAddresses);
    }

    private async Task<IActionResult> RefusedAsync(Problem problem, CancellationToken cancel)
    {
        ModelState.AddTold(problem, _ => nameof(Email));
        return await ShowAsync(cancel);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        session = await HttpContext.SpaceAsync();
        if (session is null || await list.RunAsync(session, cancel) is not { Succeeded: true } addresses)
            return await this.OutOfSpaceAsync();
        Addresses = addresses.Value;
        return Page();
    }
}
