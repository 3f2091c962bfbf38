using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Retention;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Consultations;

/// <summary>How long a consultation's letters are kept: the date that an agent enters, the hold that an administrator sets.</summary>
public sealed class RetentionModel(ReadRetention read, EnterRetention enter, HoldConsultation hold, Settings settings) : PageModel
{
    [BindProperty, Display(Name = "Nature du marché")]
    public RetentionKind? Kind { get; set; }

    [BindProperty, Display(Name = "À partir du")]
    public DateOnly? From { get; set; }

    [BindProperty, Display(Name = "Motif")]
    public string? Reason { get; set; }

    public RetentionView View { get; private set; } = null!;

    public IReadOnlyList<Option> Kinds { get; private set; } = [];

    public TimeSpan Notice => settings.Retention.Notice;

    public bool MayHold => HttpContext.Caller().IsAdministrator;

    /// <summary>« 5 ans après le 3 mars 2026 ».</summary>
    public string Rule => $"{French.Count(View.Years ?? 0, "an")} après le {French.Date(View.From ?? default)}";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await ReadAsync(cancel))
            return NotFound();
        (Kind, From) = (View.Kind, View.From);
        ModelState.Clear();
        return Page();
    }

    public Task<IActionResult> OnPostEnterAsync(CancellationToken cancel) => AfterAsync(
        () => enter.RunAsync(HttpContext.Caller(), HttpContext.Reference(), Kind, From, cancel), "La durée de conservation est enregistrée.", cancel);

    public Task<IActionResult> OnPostHoldAsync([FromForm(Name = "hold")] bool held, CancellationToken cancel) => AfterAsync(
        () => hold.RunAsync(HttpContext.Caller(), HttpContext.Reference(), held, Reason, cancel), held ? "L’effacement est suspendu." : "La suspension est levée.", cancel);

    private async Task<IActionResult> AfterAsync(Func<Task<Result<ConsultationRetention>>> act, string said, CancellationToken cancel)
    {
        var done = await act();
        if (done.Succeeded)
        {
            TempData.Flash(said);
            return Redirect(Links.Retention(HttpContext.Reference()));
        }

        if (done.Problem!.Kind == ProblemKind.Forbidden)
            return StatusCode(StatusCodes.Status403Forbidden);
        if (!await ReadAsync(cancel))
            return NotFound();
        ModelState.Add(done.Problem, field => field switch { "kind" => nameof(Kind), "from" => nameof(From), "reason" => nameof(Reason), _ => "" });
        return Page();
    }

    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        var found = await read.RunAsync(HttpContext.Caller(), HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return false;
        View = found.Value;
        var kinds = new List<Option>();
        foreach (var kind in Enum.GetValues<RetentionKind>())
            kinds.Add(new Option(kind.ToString(), kind.InFrench(), $"{French.Count(await read.YearsOfAsync(HttpContext.Caller(), kind, cancel), "an")}."));
        Kinds = kinds;
        return true;
    }
}
