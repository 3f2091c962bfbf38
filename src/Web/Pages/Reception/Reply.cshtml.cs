using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Reception;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>
/// Writes a reply. Every button posts the whole form and keeps it first, files too, so that nothing is lost; a refusal answers
/// 422 with the form as it was typed. Nothing is sent from here: that is the preview's.
/// </summary>
[PrivateLink, RequestFormLimits(ValueLengthLimit = WriteModel.LongestValue, MultipartBodyLengthLimit = Host.LargestRequest)]
public sealed class ReplyModel(FindReplyDraft find, WriteReply write, AddReplyFile addFile, RemoveReplyFile removeFile, Settings settings, TimeProvider clock) : PageModel
{
    [FromRoute]
    public string Token { get; set; } = "";

    [BindProperty]
    public ReplyForm Form { get; set; } = new();

    public ReplyView Reply { get; private set; } = null!;

    /// <summary>What another window wrote meanwhile; null when nobody did.</summary>
    public string? Theirs { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var writing = await find.RunAsync(Token, cancel);
        if (!writing.Succeeded)
            return Elsewhere(writing.Problem!);
        Form = ReplyForm.Of(writing.Value.Draft);
        return Show(writing.Value);
    }

    public async Task<IActionResult> OnPostAsync(string? act, Guid? removeFile, CancellationToken cancel)
    {
        if (await SaveAsync(cancel) is { } elsewhere)
            return elsewhere;
        if (removeFile is { } file)
            await RemoveAsync(file, cancel);
        if (!ModelState.IsValid)
            return await ShowAgainAsync(cancel);
        if (act == "preview")
            return Redirect(CompanyLinks.ReplyPreview(Token));
        if (act == "save")
            TempData.Flash(Company.ReplyIsSaved);
        return Redirect(CompanyLinks.Reply(Token));
    }

    /// <summary>Text and files, each kept for itself: a refused one does not take the other along.</summary>
    private async Task<IActionResult?> SaveAsync(CancellationToken cancel)
    {
        var written = await write.RunAsync(Token, ReplyShown.Parse(Form.Shown), Form.Text ?? "", cancel);
        if (!written.Succeeded && written.Problem!.Code is not (ReplyProblems.ChangedCode or ReplyProblems.SentCode) && written.Problem.Errors.Count == 0)
            return Elsewhere(written.Problem);
        if (!written.Succeeded)
            ModelState.AddTold(written.Problem!, ReplyForm.FieldOf);
        foreach (var file in Form.Files)
        {
            var name = Path.GetFileName(file.FileName);
            await using var content = file.OpenReadStream();
            var added = await addFile.RunAsync(Token, name, content, cancel);
            if (!added.Succeeded)
                ModelState.AddModelError("Form.Files", Company.FileRefused.With(name, added.Problem!.Errors is [var reason, ..] ? reason.Told() : added.Problem.Told()));
        }

        return null;
    }

    private async Task RemoveAsync(Guid file, CancellationToken cancel)
    {
        var removed = await removeFile.RunAsync(Token, file, cancel);
        if (!removed.Succeeded)
            ModelState.AddTold(removed.Problem!, ReplyForm.FieldOf);
    }

    private async Task<IActionResult> ShowAgainAsync(CancellationToken cancel)
    {
        var writing = await find.RunAsync(Token, cancel);
        if (!writing.Succeeded)
            return Elsewhere(writing.Problem!);
        var draft = writing.Value.Draft;
        if (draft is not null && ReplyShown.Of(draft) != ReplyShown.Parse(Form.Shown) && draft.Text != Form.Text)
            Theirs = draft.Text;
        Form.Shown = ReplyShown.Of(draft).ToString();
        ModelState.Remove("Form.Shown");
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Show(writing.Value);
    }

    private PageResult Show(ReplyInWriting writing)
    {
        Reply = new ReplyView(Token, writing, Form, settings, clock);
        return Page();
    }

    /// <summary>There is nothing to write here: the letter's own page says what there is.</summary>
    private IActionResult Elsewhere(Problem problem)
    {
        if (problem.Kind == ProblemKind.NotFound)
            return UnknownLink.Answer(this);
        TempData.Flash(problem.Told(), "failure");
        return Redirect(CompanyLinks.Letter(Token));
    }
}
