using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>
/// Writes a draft and sends it. Every button posts the whole form and saves it first, so that nothing typed is lost; a
/// refusal answers 422 with the form as it was typed.
/// </summary>
[RequestFormLimits(ValueLengthLimit = LongestValue, MultipartBodyLengthLimit = Host.LargestRequest)]
public sealed class WriteModel(FindLetter find, DraftRecipients recipients, SaveDraft save, ChangeType changeType, AddAttachment addFile, RemoveAttachment removeFile, ReorderAttachments reorderFiles, SendLetter send, ScheduleSending schedule, DeleteDraft delete, Settings settings) : PageModel
{
    /// <summary>Far above what a draft admits, so that a text too long comes back with its reason.</summary>
    internal const int LongestValue = 16 * 1024 * 1024;

    private const string TakenOverKey = "TakenOver";

    private const string RecipientsKey = "Recipients";

    [BindProperty]
    public WriteForm Form { get; set; } = new();

    public DraftView Draft { get; private set; } = null!;

    /// <summary>The type whose template would replace words that were written: the page asks.</summary>
    public LetterType? Asked { get; private set; }

    /// <summary>Where somebody else wrote at the same place since this form was made; empty when nobody did.</summary>
    public IReadOnlyList<DraftChange> Clashes { get; private set; } = [];

    /// <summary>The form holds what the draft does not.</summary>
    public bool IsUnsaved { get; private set; }

    /// <summary>What the writer sees elsewhere on the page is older than the draft: the page is to be taken whole.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>What the adding did that this page answers; null when nobody was added, or the page was asked for since.</summary>
    public RecipientsTold? Told { get; private set; }

    /// <summary>The same in a sentence, said once.</summary>
    public string? Said => Told?.ToString() ?? TempData[RecipientsKey] as string;

    private Letter Letter => Draft.Letter;

    public async Task<IActionResult> OnGetAsync(Guid id, LetterType? modele, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel) is { } elsewhere)
            return elsewhere;
        Form = WriteForm.Of(Letter);
        IsTakenOver = TempData[TakenOverKey] is true;
        Asked = modele;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, [Bind(Prefix = "")] WriteAct act, CancellationToken cancel)
    {
        if (await LoadAsync(id, cancel, hinted: false, evenGone: act.Act is not ("send" or "schedule" or "delete")) is { } elsewhere)
            return elsewhere;
        if (Letter.State == LetterState.Sent || Letter.SendAt is not null)
            return Gone();
        if (act.Act == "delete")
            return await DeleteAsync(cancel);
        var posted = Form;
        var unseen = DraftShown.Parse(Form.Shown)?.Version != Letter.Version && Letter.Changes.Exists(c => c.By != HttpContext.Caller().Name);
        if (!await SaveAsync(act, cancel))
            return await ShowAgainAsync(cancel);
        if (act.RemoveFile is { } file)
            await removeFile.RunAsync(HttpContext.Caller(), id, file, cancel); // gone already is as good as removed
        if ((act.RaiseFile ?? act.LowerFile) is { } moved)
            await reorderFiles.RunAsync(HttpContext.Caller(), id, moved, act.RaiseFile is null ? 1 : -1, cancel);
        if (act.ReplaceText is { } replacing)
            return await ChangeTypeAsync(replacing, replaceEdited: true, cancel);
        if (act.KeepText is null && posted.Type is { } chosen && (act.Act == "template" || chosen != (posted.TypeShown ?? Letter.Type)))
            return await ChangeTypeAsync(chosen, replaceEdited: false, cancel);
        if (unseen && act.Act is "send" or "schedule")
        {
            ModelState.AddModelError("", "Quelqu’un d’autre a modifié ce brouillon depuis que cette page a été affichée : texte, options, destinataires ou fichiers. Rien n’est parti. Relisez-le ci-dessous, puis envoyez-le.");
            return await ShowAgainAsync(cancel);
        }

        return act.Act switch
        {
            "send" => await EndAsync(await send.RunAsync(HttpContext.Caller(), Letter.Id, cancel), cancel),
            "schedule" => await EndAsync(await schedule.RunAsync(HttpContext.Caller(), Letter.Id, posted.SendAt is { } at ? ParisTime.From(at) : DateTimeOffset.MinValue, cancel), cancel),
            "preview" => LocalRedirect(Links.Letter(id) + "/apercu"),
            "recipients" => LocalRedirect(Links.Recipients(id)),
            "save" => Back("Le brouillon est enregistré." + (posted is { ReplyExpected: true, Mode: DeliveryMode.Plain } ? " Un courrier électronique simple n’attend pas de réponse : l’option est retirée." : "")),
            _ when !string.IsNullOrEmpty(Form.Typed) => await ShowAsync(StatusCodes.Status200OK, cancel),
            _ => LocalRedirect(Links.Letter(id) + act.Place),
        };
    }

    /// <summary>The form into the draft, and its files. False: the model state says why not.</summary>
    private async Task<bool> SaveAsync(WriteAct act, CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var (typed, refused) = TypedRecipients.Read(act.LeavesTyped ? null : Form.Typed);
        if (!act.AddsTyped)
            ModelState.AddRefused(refused);
        if (ModelState.IsValid)
        {
            var change = await recipients.ReadAsync(Draft.Consultation, act, typed, cancel);
            var after = new Recipients(await recipients.RegistersAsync(Draft, change, cancel));
            var saved = await save.RunAsync(
                caller,
                Letter.Id,
                DraftShown.Parse(Form.Shown) ?? DraftShown.Nothing,
                now => Form.ChangesTo(now, change.IsNone ? null : after.After(now.Recipients.Select(r => r.AsInput()), change), act.Theirs) with { Type = act.KeepText },
                cancel);
            if (saved.Succeeded)
            {
                var (chosen, left) = (Form.Files, act.LeavesTyped ? Form.Typed : null);
                Form = WriteForm.Of(saved.Value.Letter, Form.SendAt);
                ModelState.Clear();
                Tell(act, after.Count, refused, left);
                TellTakenOver(saved.Value.TakenOver);
                await JoinAsync(chosen, cancel);
                return ModelState.IsValid;
            }

            ModelState.Add(saved.Problem!, WriteForm.FieldOf);
            if (saved.Problem!.Kind == ProblemKind.Stale)
                await WeighAsync(saved.Problem, cancel);
        }

        // The text is refused, the files need not be: chosen once, they are kept.
        IsUnsaved = true;
        await JoinAsync(Form.Files, cancel);
        return false;
    }

    private Task<int> JoinAsync(IEnumerable<IFormFile> files, CancellationToken cancel) =>
        DraftFiles.JoinAsync((name, content) => addFile.RunAsync(HttpContext.Caller(), Letter.Id, name, content, cancel), files, ModelState);

    /// <summary>What was added; what was not stays in the field, each with its reason.</summary>
    private void Tell(WriteAct act, (int Added, int Folded) count, IReadOnlyList<RefusedAddress> refused, string? left)
    {
        Form.Typed = left;
        if (!act.AddsTyped && act.AddRegister is null)
            return;
        Told = new RecipientsTold(count.Added, count.Folded, refused);
        if (act.AddsTyped)
            Form.Typed = Told.Left;
        if (string.IsNullOrEmpty(Form.Typed))
            TempData[RecipientsKey] = Told.ToString();
    }

    /// <summary>Both texts come before the writer; saving again is then a decision.</summary>
    private async Task WeighAsync(Problem stale, CancellationToken cancel)
    {
        await LoadAsync(Letter.Id, cancel);
        Form.Shown = DraftShown.Of(Letter).ToString();
        ModelState.Remove("Form.Shown");
        var fields = stale.Errors.Select(e => WriteForm.DraftFieldOf(e.Field)).ToHashSet();
        Clashes = Letter.Changes.FindAll(c => fields.Contains(c.Field));
    }

    private void TellTakenOver(IReadOnlyList<DraftChange> changes)
    {
        if (changes.Count == 0)
            return;
        TempData[TakenOverKey] = true;
        TempData.Flash($"{string.Join(" ", changes.Select(c => $"{c.By} a modifié {LetterWords.French(c.Field)} à {French.Time(c.At)}."))} Vos modifications et les siennes sont réunies.", "info");
    }

    private async Task<IActionResult> ChangeTypeAsync(LetterType type, bool replaceEdited, CancellationToken cancel)
    {
        var changed = await changeType.RunAsync(HttpContext.Caller(), Letter.Id, type, replaceEdited, null, cancel);
        if (changed.Succeeded)
            return Back($"Le modèle « {Glossary.Of(type)} » est chargé.");
        if (changed.Problem!.Code == ChangeType.TextEdited)
            return LocalRedirect($"{Links.Letter(Letter.Id)}?modele={type}");
        ModelState.Add(changed.Problem, WriteForm.FieldOf);
        return await ShowAgainAsync(cancel);
    }

    /// <summary>Somebody sent or scheduled it meanwhile: what was typed is shown, to be taken along.</summary>
    private PageResult Gone()
    {
        IsUnsaved = true;
        ModelState.AddModelError("", (Letter.State == LetterState.Sent ? "Ce courrier a été envoyé entre-temps" : "L’envoi de ce courrier a été programmé entre-temps") + " : votre saisie n’est pas enregistrée. Copiez d’ici ce que vous voulez garder.");
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    /// <summary>The draft has left the writer's hands, or the reasons why not.</summary>
    private async Task<IActionResult> EndAsync(Result<Letter> done, CancellationToken cancel)
    {
        if (!done.Succeeded)
        {
            ModelState.Add(done.Problem!, WriteForm.FieldOf);
            return await ShowAgainAsync(cancel);
        }

        var letter = done.Value;
        if (letter.SendAt is not null)
            return LocalRedirect(Links.Scheduled(letter.Id));
        TempData.Flash($"Courrier envoyé à {French.Count(letter.Recipients.Count, "destinataire")}.");
        return LocalRedirect(Links.Follow(letter.Consultation!.Reference) + $"?envoi={letter.Id}");
    }

    private async Task<IActionResult> DeleteAsync(CancellationToken cancel)
    {
        var deleted = await delete.RunAsync(HttpContext.Caller(), Letter.Id, cancel);
        if (!deleted.Succeeded)
            return Back(deleted.Problem!.Message, "failure");
        TempData.Flash("Le brouillon est supprimé.", undo: $"{Links.Letter(Letter.Id)}/retablissement");
        return LocalRedirect(Links.Consultation(Draft.Consultation.Reference));
    }

    private LocalRedirectResult Back(string said, string kind = "success")
    {
        if (TempData.Peek(TakenOverKey) is not true)
            TempData.Flash(said, kind);
        return LocalRedirect(Links.Letter(Letter.Id));
    }

    /// <summary>Beside the draft as it is now, the form: as it was typed, unless it was saved.</summary>
    private Task<IActionResult> ShowAgainAsync(CancellationToken cancel) => ShowAsync(StatusCodes.Status422UnprocessableEntity, cancel);

    private async Task<IActionResult> ShowAsync(int status, CancellationToken cancel)
    {
        var typed = Form.Typed;
        if (await LoadAsync(Letter.Id, cancel) is { } elsewhere)
            return elsewhere;
        if (!IsUnsaved)
        {
            Form = WriteForm.Of(Letter, Form.SendAt);
            Form.Typed = typed;
        }

        Response.StatusCode = status;
        return Page();
    }

    /// <param name="id">The letter.</param>
    /// <param name="cancel">The browser went away.</param>
    /// <param name="hinted">With hints on its addresses.</param>
    /// <param name="evenGone">A letter that is sent, or waits for its hour, leads nowhere else.</param>
    private async Task<IActionResult?> LoadAsync(Guid id, CancellationToken cancel, bool hinted = true, bool evenGone = false)
    {
        var found = await find.RunAsync(HttpContext.Caller(), id, cancel);
        if (!found.Succeeded)
            return NotFound();
        if (found.Value.State == LetterState.Sent && !evenGone)
            return LocalRedirect(Links.Letter(id) + "/lecture");
        if (found.Value.SendAt is not null && !evenGone)
            return LocalRedirect(Links.Scheduled(id));
        Draft = await recipients.ViewAsync(found.Value, hinted, settings, cancel);
        return null;
    }
}
