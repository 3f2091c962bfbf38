using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>A reply as the buyer will get it, and the button that sends just that.</summary>
[PrivateLink]
public sealed class ReplyPreviewModel(FindReplyDraft find, SendReply send, Settings settings, TimeProvider clock) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    public ReplyView Reply { get; private set; } = null!;

    public ReplyDraft Draft => Reply.Writing.Draft!;

    public string Body => SendReply.BodyOf(Draft.Text);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel) => await ShowAsync(cancel);

    /// <param name="shown">The draft that was looked at; see <see cref="ReplyShown"/>.</param>
    /// <param name="files">Its files.</param>
    public async Task<IActionResult> OnPostAsync([FromForm] string? shown, [FromForm] List<Guid> files, CancellationToken cancel)
    {
        var sent = await send.RunAsync(Token, ReplyShown.Parse(shown), files, cancel, Localised.Language);
        if (sent.Succeeded)
            return Redirect(CompanyLinks.Acknowledgement(Token, sent.Value.Id));
        if (sent.Problem!.Kind == ProblemKind.NotFound)
            return UnknownLink.Answer(this);
        if (sent.Problem.Code == ReplyProblems.ChangedCode)
            ModelState.AddModelError("", Company.PreviewChanged);
        else
            ModelState.AddTold(sent.Problem, _ => "");
        return await ShowAsync(cancel);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancel)
    {
        var writing = await find.RunAsync(Token, cancel);
        if (writing.Problem is { Kind: ProblemKind.NotFound })
            return UnknownLink.Answer(this);
        if (!writing.Succeeded)
            return Redirect(CompanyLinks.Letter(Token));
        if (writing.Value.Draft is null)
            return Redirect(CompanyLinks.Reply(Token));
        Reply = new ReplyView(Token, writing.Value, ReplyForm.Of(writing.Value.Draft), settings, clock);
        if (Reply.IsClosed)
            return Redirect(CompanyLinks.Reply(Token));
        if (!ModelState.IsValid)
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
