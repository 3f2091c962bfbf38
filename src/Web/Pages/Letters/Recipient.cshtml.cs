using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What one recipient of a draft gets beside the common letter: words and files of its own.</summary>
[RequestFormLimits(ValueLengthLimit = WriteModel.LongestValue, MultipartBodyLengthLimit = Host.LargestRequest)]
public sealed class RecipientModel(FindLetter find, WriteParagraph write, AddOwnFile addFile, RemoveAttachment remove, Settings settings) : PageModel
{
    [BindProperty]
    public RecipientForm Form { get; set; } = new();

    public Letter Letter { get; private set; } = null!;

    public LetterRecipient Recipient { get; private set; } = null!;

    /// <summary>What somebody else wrote meanwhile; null when nobody did.</summary>
    public string? Theirs { get; private set; }

    public long Limit => AttachmentLimits.For(Letter.Mode, settings);

    public long Used => Letter.AttachmentsSize + Recipient.Attachments.Sum(a => a.Size);

    public async Task<IActionResult> OnGetAsync(Guid id, Guid rid, CancellationToken cancel)
    {
        if (await LoadAsync(id, rid, cancel) is { } elsewhere)
            return elsewhere;
        (Form.Paragraph, Form.Shown) = (Recipient.Paragraph, WriteParagraph.Shown(Recipient.Paragraph));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, Guid rid, Guid? removeFile, CancellationToken cancel)
    {
        if (await LoadAsync(id, rid, cancel) is { } elsewhere)
            return elsewhere;
        var caller = HttpContext.Caller();
        var written = await write.RunAsync(caller, id, rid, Form.Paragraph, cancel, Form.Shown ?? "");
        if (!written.Succeeded)
            ModelState.Add(written.Problem!, field => field == "paragraph" ? "Form.Paragraph" : "");
        if (written.Problem?.Kind == ProblemKind.Stale)
            await WeighAsync(id, rid, cancel);
        if (removeFile is { } gone)
            await remove.RunAsync(caller, id, gone, cancel);
        await DraftFiles.JoinAsync((name, content) => addFile.RunAsync(caller, id, rid, name, content, cancel), Form.Files, ModelState);
        if (ModelState.IsValid)
        {
            TempData.Flash("Le brouillon est enregistré.");
            return LocalRedirect($"{Links.Recipients(id)}/{rid}");
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await LoadAsync(id, rid, cancel) ?? Page();
    }

    /// <summary>Both texts come before the writer; saving again is then a decision.</summary>
    private async Task WeighAsync(Guid id, Guid rid, CancellationToken cancel)
    {
        await LoadAsync(id, rid, cancel);
        (Theirs, Form.Shown) = (Recipient.Paragraph ?? "", WriteParagraph.Shown(Recipient.Paragraph));
        ModelState.Remove("Form.Shown");
    }

    private async Task<IActionResult?> LoadAsync(Guid id, Guid rid, CancellationToken cancel)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded || found.Value.Recipients.Find(r => r.Id == rid) is not { } recipient)
            return NotFound();
        (Letter, Recipient) = (found.Value, recipient);
        return Letter.State == LetterState.Sent || Letter.SendAt is not null ? LocalRedirect(Links.Letter(id)) : null;
    }
}

public sealed class RecipientForm
{
    /// <summary>Fingerprint of the paragraph that the form was shown with.</summary>
    public string? Shown { get; set; }

    [Display(Name = "Paragraphe propre à ce destinataire")]
    public string? Paragraph { get; set; }

    [Display(Name = "Ajouter des fichiers")]
    public List<IFormFile> Files { get; set; } = [];
}
