using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Access;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Demo;

namespace Vaguemestre.Web.Pages.Access;

/// <summary>An agent enters by address and password; in the demo, by a button.</summary>
public sealed class SignInModel(SignIn signIn, SignInTries tries, DemoSignIn demo) : PageModel
{
    /// <summary>Where to go afterwards; anything but a path of ours is ignored.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Retour { get; set; }

    [BindProperty]
    public SignInForm Form { get; set; } = new();

    public IReadOnlyList<Agent> DemoAgents { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) =>
        User.Identity?.IsAuthenticated == true ? Onward() : await ShowAsync(cancel);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!ModelState.IsValid)
            return await ShowAsync(cancel);
        var source = HttpContext.Connection.RemoteIpAddress;
        if (!tries.Admit(source, Form.Email!))
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.Headers.RetryAfter = SignInTries.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            ModelState.AddModelError("Form.Password", "Trop d’essais ont été faits d’ici. Attendez un quart d’heure, puis réessayez ; si le mot de passe est oublié, demandez-en un nouveau à l’exploitant de la plateforme.");
            return await ShowAsync(cancel);
        }

        if (await signIn.ByPasswordAsync(Form.Email!, Form.Password!, cancel) is { } agent)
            return await EnterAsync(agent);
        tries.Count(source);
        ModelState.AddModelError("Form.Password", "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux, puis réessayez.");
        return await ShowAsync(cancel);
    }

    public async Task<IActionResult> OnPostDemoAsync(Guid agent, CancellationToken cancel) =>
        await demo.FindAsync(agent, cancel) is { } found ? await EnterAsync(found) : NotFound();

    private async Task<IActionResult> EnterAsync(Agent agent)
    {
        await HttpContext.SignInAsync(agent);
        return Onward();
    }

    private LocalRedirectResult Onward() => LocalRedirect(Url.IsLocalUrl(Retour) ? Retour : Links.Dashboard);

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        DemoAgents = await demo.AgentsAsync(cancel);
        return Page();
    }
}

public sealed class SignInForm
{
    [Display(Name = "Adresse électronique"), Required, StringLength(254)]
    public string? Email { get; set; }

    [Display(Name = "Mot de passe"), Required, StringLength(500)]
    public string? Password { get; set; }
}
