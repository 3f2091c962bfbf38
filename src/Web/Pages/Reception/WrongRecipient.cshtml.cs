using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>« Je ne suis pas le bon destinataire »: one act, proven as an opening is, told to the agent.</summary>
[PrivateLink]
public sealed class WrongRecipientModel(FindVisit find, DeclareWrongRecipient declare, OpeningSeal seal) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    [BindProperty]
    public WrongRecipientReason? Reason { get; set; }

    [BindProperty]
    public bool Declared { get; set; }

    /// <summary>What the page's script tells of the press.</summary>
    [BindProperty]
    public string? Gesture { get; set; }

    public string Seal => seal.Issue(Token);

    public LetterVisit Visit { get; private set; } = null!;

    public IReadOnlyList<Option> Reasons { get; } = [.. Enum.GetValues<WrongRecipientReason>().Select(r => new Option(r.ToString(), TextOf(r)))];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => Show(await find.RunAsync(Token, cancel));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var declared = await declare.RunAsync(Token, Reason, seal.ProofOf(Token, Gesture, Declared), Request.Visitor(), cancel);
        if (declared.Succeeded)
            return Redirect(CompanyLinks.WrongRecipient(Token));
        ModelState.Remove(nameof(Declared));
        Declared = false;
        if (declared.Problem!.Kind != ProblemKind.NotFound)
            ModelState.AddTold(declared.Problem, _ => nameof(Declared));
        return Show(await find.RunAsync(Token, cancel));
    }

    private IActionResult Show(Result<LetterVisit> found)
    {
        if (!found.Succeeded || found.Value.Reader is not null)
            return UnknownLink.Answer(this);
        Visit = found.Value;
        return Page();
    }

    private static string TextOf(WrongRecipientReason reason) => reason switch
    {
        WrongRecipientReason.OtherCompany => Company.WrongOtherCompany,
        WrongRecipientReason.OtherPerson => Company.WrongOtherPerson,
        _ => Company.WrongNotConcerned,
    };
}
