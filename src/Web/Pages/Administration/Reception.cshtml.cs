using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>What makes a receipt for the organisation, with what a weaker proof means; and what becomes of late replies.</summary>
public sealed class ReceptionModel(ReadReception read, ChooseReception choose, Settings settings) : PageModel
{
    private const string Platform = "platform";

    [BindProperty]
    public ChoicesForm Form { get; set; } = new();

    /// <summary>What makes a receipt now, whatever the form shows.</summary>
    public ReceiptTrigger InForce { get; private set; }

    public IReadOnlyList<Option> Triggers { get; } =
    [
        new(nameof(ReceiptTrigger.Button), "Le bouton « Ouvrir le courrier »", "Une personne presse le bouton sur la page du courrier. C’est la preuve la plus forte."),
        new(nameof(ReceiptTrigger.Link), "Le lien suivi", "Une navigation qui semble humaine suffit, sans autre geste. La preuve est plus faible : un filtre de messagerie peut passer pour une personne."),
        new(Platform, "Comme la plateforme", settings.Receipts.Trigger == ReceiptTrigger.Link ? "Aujourd’hui : le lien suivi, preuve plus faible." : "Aujourd’hui : le bouton."),
    ];

    public IReadOnlyList<Option> Late { get; } =
    [
        new(nameof(LateReplies.Marked), "Acceptée, avec la mention « en retard »"),
        new(nameof(LateReplies.Closed), "Refusée", "Le formulaire est fermé à la date limite. Ce qui était en cours d’écriture reste lisible par l’entreprise et n’est pas transmis."),
    ];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), cancel);
        if (!found.Succeeded)
            return StatusCode(StatusCodes.Status403Forbidden);
        Form = new ChoicesForm { Receipts = found.Value.Trigger?.ToString() ?? Platform, LateReplies = found.Value.LateReplies };
        InForce = found.Value.InForce;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var before = await read.RunAsync(HttpContext.Caller(), cancel);
        if (!before.Succeeded)
            return StatusCode(StatusCodes.Status403Forbidden);
        InForce = before.Value.InForce;
        if (Form.Receipts != Platform && !Enum.TryParse<ReceiptTrigger>(Form.Receipts, out _))
            ModelState.AddModelError("Form.Receipts", "Choisissez ce qui vaut accusé de réception.");
        if (!ModelState.IsValid)
            return Page();
        var trigger = Form.Receipts == Platform ? (ReceiptTrigger?)null : Enum.Parse<ReceiptTrigger>(Form.Receipts!);
        var chosen = await choose.RunAsync(HttpContext.Caller(), trigger, Form.LateReplies!.Value, cancel);
        if (!chosen.Succeeded)
            return StatusCode(StatusCodes.Status403Forbidden);
        TempData.Flash(
            chosen.Value.InForce == ReceiptTrigger.Link ? "Les réglages sont enregistrés. Un lien suivi suffit désormais : vos accusés de réception prouvent moins." : "Les réglages sont enregistrés.",
            chosen.Value.InForce == ReceiptTrigger.Link ? "warning" : "success");
        return Redirect(Links.ReceptionChoices);
    }

    public sealed class ChoicesForm
    {
        public string? Receipts { get; set; }

        [Required(ErrorMessage = "Choisissez ce que devient une réponse en retard."), EnumDataType(typeof(LateReplies))]
        public LateReplies? LateReplies { get; set; }
    }
}
