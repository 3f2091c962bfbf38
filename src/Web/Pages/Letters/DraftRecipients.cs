using Microsoft.AspNetCore.Mvc.ModelBinding;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What the pages of a draft read to show and to change its recipients; registers are read whole only where somebody is added.</summary>
public sealed class DraftRecipients(ReadRegisters registers, HintAddresses hint)
{
    private const int MostHinted = 200;

    /// <summary>The draft with what the write page shows of it: the beginnings of long lists.</summary>
    /// <param name="letter">The draft.</param>
    /// <param name="hinted">False where a form is only read: nobody sees the hints.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="cancel">The browser went away.</param>
    public async Task<DraftView> ViewAsync(Letter letter, bool hinted, Settings settings, CancellationToken cancel)
    {
        var looked = letter.Recipients.Take(DraftView.MostChips).Concat(letter.Recipients.Where(r => r.Register is null)).Distinct().Take(MostHinted);
        return new DraftView(letter, await registers.BeginningsAsync(letter.Consultation!, DraftView.MostContacts, cancel), hinted ? await HintsAsync(letter.Consultation!, looked, cancel) : [], settings);
    }

    public async Task<IReadOnlyList<RecipientHint>> HintsAsync(Consultation consultation, IEnumerable<LetterRecipient> recipients, CancellationToken cancel)
    {
        var emails = recipients.Select(r => r.Email).ToList();
        var hints = await hint.RunAsync(consultation, emails, cancel);
        return [.. emails.Where(hints.ContainsKey).Select(e => new RecipientHint(e, hints[e]))];
    }

    /// <summary>What the button that was pressed changes.</summary>
    public async Task<RecipientChange> ReadAsync(Consultation consultation, WriteAct act, IReadOnlyList<RecipientInput> typed, CancellationToken cancel) => new()
    {
        Typed = typed,
        Add = act.Add is { } contact ? [contact] : [],
        AddRegister = act.AddRegister,
        Remove = act.Remove is { } address ? [address] : [],
        Correct = act.Correct is { } wrong ? await CorrectionAsync(consultation, wrong, cancel) : null,
    };

    /// <summary>The registers that a change needs.</summary>
    public async Task<IReadOnlyList<RegisterView>> RegistersAsync(DraftView draft, RecipientChange change, CancellationToken cancel) =>
        change.Adds ? await registers.RunAsync(draft.Consultation, cancel) : draft.Registers;

    /// <summary>The address that was meant, judged anew: a page may be old. Null when there is nothing to correct.</summary>
    public async Task<(string From, string To)?> CorrectionAsync(Consultation consultation, string email, CancellationToken cancel) =>
        (await hint.RunAsync(consultation, [email], cancel)).GetValueOrDefault(email) is { Suggestion: { } meant } ? (email, meant) : null;
}

internal static class RefusedAddresses
{
    private const int MostShown = 10;

    public static void AddRefused(this ModelStateDictionary errors, IReadOnlyList<RefusedAddress> refused)
    {
        foreach (var address in refused.Take(MostShown))
            errors.AddModelError("Form.Typed", address.Reason);
    }
}
