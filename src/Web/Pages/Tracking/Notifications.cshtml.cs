using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.Core.Tracking.Notifying;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>What the agent is told by mail, how soon, of which consultations, and who is told while it is away.</summary>
public sealed class NotificationsModel(ReadNotices read, ReadHandling readHandling, ChooseNotices choose, SetAbsence absence, ChooseConsultation chooseConsultation) : PageModel
{
    private const string Follow = "follow", Daily = "daily", Mute = "mute";

    public static IReadOnlyList<Option> PaceOptions { get; } =
        [new(nameof(NoticePace.AtOnce), "Tout de suite"), new(nameof(NoticePace.Daily), "Une fois par jour"), new(nameof(NoticePace.None), "Jamais")];

    public static IReadOnlyList<Option> ConsultationOptions { get; } = [new(Follow, "Suivre tous ses courriers"), new(Daily, "Les suivre une fois par jour"), new(Mute, "N’en rien recevoir")];

    [BindProperty]
    public PacesForm Paces { get; set; } = new();

    [BindProperty, Display(Name = "Référence de la consultation")]
    public string? Reference { get; set; }

    [BindProperty, Display(Name = "Notifications")]
    public string? Choice { get; set; }

    [BindProperty, Display(Name = "Premier jour")]
    public DateOnly? From { get; set; }

    [BindProperty, Display(Name = "Dernier jour")]
    public DateOnly? Until { get; set; }

    [BindProperty, Display(Name = "Remplacé par")]
    public Guid? Substitute { get; set; }

    public string Email => HttpContext.Caller().Email ?? "";

    public NoticeChoices Choices { get; private set; } = null!;

    public IReadOnlyList<Option> Colleagues { get; private set; } = [];

    public Task OnGetAsync(CancellationToken cancel) => LoadAsync(paces: true, cancel);

    public async Task<IActionResult> OnPostPacesAsync(CancellationToken cancel)
    {
        if (!ModelState.IsValid || Paces is not { Replied: { } replied, Undelivered: { } undelivered, WrongRecipient: { } wrong, Read: { } opened })
        {
            foreach (var (name, pace) in new[] { (nameof(Paces.Replied), Paces.Replied), (nameof(Paces.Undelivered), Paces.Undelivered), (nameof(Paces.WrongRecipient), Paces.WrongRecipient), (nameof(Paces.Read), Paces.Read) })
            {
                if (pace is null)
                    ModelState.AddModelError($"{nameof(Paces)}.{name}", "Choisissez quand vous êtes averti.");
            }

            return await AgainAsync(paces: false, cancel);
        }

        await choose.RunAsync(HttpContext.Caller(), new NoticePaces(undelivered, opened, replied, wrong), cancel);
        return Saved("Vos choix sont enregistrés.");
    }

    public async Task<IActionResult> OnPostAbsenceAsync(CancellationToken cancel)
    {
        if (!ModelState.IsValid)
            return await AgainAsync(paces: true, cancel);
        var set = await absence.RunAsync(HttpContext.Caller(), From, Until, Substitute, cancel);
        if (set.Succeeded)
            return Saved($"Votre absence est enregistrée : {set.Value.Name} recevra vos notifications.");
        ModelState.Add(set.Problem!, field => field switch { "from" => nameof(From), "until" => nameof(Until), _ => nameof(Substitute) });
        return await AgainAsync(paces: true, cancel);
    }

    public async Task<IActionResult> OnPostBackAsync(CancellationToken cancel)
    {
        await absence.EndAsync(HttpContext.Caller(), cancel);
        return Saved("Votre absence est supprimée : vous recevez vos notifications.");
    }

    /// <param name="back">The page it was pressed on; this one when left out.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<IActionResult> OnPostConsultationAsync(string? back, CancellationToken cancel)
    {
        NoticePace? pace = Choice switch { Follow => NoticePace.AtOnce, Daily => NoticePace.Daily, Mute => NoticePace.None, _ => null };
        var chosen = await chooseConsultation.RunAsync(HttpContext.Caller(), Reference?.Trim() ?? "", pace, cancel);
        if (!chosen.Succeeded)
        {
            ModelState.AddModelError(nameof(Reference), chosen.Problem!.Kind == ProblemKind.NotFound ? "Aucune consultation ne porte cette référence. Vérifiez-la." : chosen.Problem.Message);
            return await AgainAsync(paces: true, cancel);
        }

        TempData.Flash(pace switch
        {
            NoticePace.None => $"Vous ne recevrez plus rien de {chosen.Value.Reference}.",
            NoticePace.Daily => $"Vous serez averti une fois par jour de tous les courriers de {chosen.Value.Reference}.",
            NoticePace.AtOnce => $"Vous serez averti de tous les courriers de {chosen.Value.Reference}.",
            _ => $"Vous serez averti, pour {chosen.Value.Reference}, des courriers que vous avez écrits ou qui vous sont attribués.",
        });
        return Url.IsLocalUrl(back) ? LocalRedirect(back) : Redirect(Links.Notifications);
    }

    private RedirectResult Saved(string text)
    {
        TempData.Flash(text);
        return Redirect(Links.Notifications);
    }

    private async Task<IActionResult> AgainAsync(bool paces, CancellationToken cancel)
    {
        await LoadAsync(paces, cancel);
        return Page();
    }

    /// <param name="paces">They are shown as they stand, not as they were posted.</param>
    /// <param name="cancel">The browser went away.</param>
    private async Task LoadAsync(bool paces, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        Choices = await read.RunAsync(caller, cancel);
        Colleagues = [.. (await readHandling.ColleaguesAsync(caller, cancel)).Where(c => c.Id != caller.OwnerId).Select(c => new Option(c.Id.ToString(), c.Name))];
        if (paces)
            Paces = new PacesForm { Replied = Choices.Paces.Replied, Undelivered = Choices.Paces.Undelivered, WrongRecipient = Choices.Paces.WrongRecipient, Read = Choices.Paces.Read };
    }

    public sealed class PacesForm
    {
        [Display(Name = "Une réponse arrive"), EnumDataType(typeof(NoticePace))]
        public NoticePace? Replied { get; set; }

        [Display(Name = "Un courrier n’est pas délivré"), EnumDataType(typeof(NoticePace))]
        public NoticePace? Undelivered { get; set; }

        [Display(Name = "Un destinataire signale une erreur"), EnumDataType(typeof(NoticePace))]
        public NoticePace? WrongRecipient { get; set; }

        [Display(Name = "Un courrier est lu"), EnumDataType(typeof(NoticePace))]
        public NoticePace? Read { get; set; }
    }
}
