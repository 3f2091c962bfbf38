using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Templates;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>Finds a letter of the caller's organisation, whole. A deleted draft does not exist.</summary>
public sealed class FindLetter(VaguemestreDb db)
{
    internal static Problem NotFound { get; } = Problem.NotFound("letter-not-found", "Ce courrier n'existe pas.");

    /// <summary>It has another version than the caller has seen.</summary>
    public static Problem Changed(Letter letter) =>
        Problem.Stale("stale", $"Ce courrier a été modifié entre-temps, {ParisTime.Text(letter.ChangedAt)} : sa version est {letter.Version}. Rien n'a été changé. Relisez-le, puis recommencez.");

    public async Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await WholeAsync(caller, id, cancel) is { DeletedAt: null } found ? found : NotFound;

    /// <summary>The letter while it is a draft, locked until the caller's transaction ends.</summary>
    /// <param name="evenScheduled">False refuses a draft that is to be sent at a set hour: what was decided does not change.</param>
    /// <param name="version">The version that the caller has seen; null where it did not say. <c>stale</c> when the draft has another.</param>
    internal async Task<Result<Letter>> DraftAsync(Caller caller, Guid id, CancellationToken cancel, bool evenScheduled = false, int? version = null)
    {
        await db.LockAsync<Letter>(id, cancel);
        db.ChangeTracker.Clear(); // what this scope read before it had the lock may be old
        var found = await RunAsync(caller, id, cancel);
        return found switch
        {
            { Succeeded: true, Value.State: LetterState.Sent } => LetterProblems.AlreadySent,
            { Succeeded: true, Value: { SendAt: not null } scheduled } when !evenScheduled => LetterProblems.Scheduled(scheduled),
            { Succeeded: true, Value: var other } when version is { } seen && other.Version != seen => Changed(other),
            _ => found,
        };
    }

    internal Task<Letter?> WholeAsync(Caller caller, Guid id, CancellationToken cancel) =>
        db.Letters.Include(l => l.Consultation).Include(l => l.Recipients.OrderBy(r => r.Rank)).ThenInclude(r => r.Attachments.OrderBy(a => a.Rank)).ThenInclude(a => a.File)
            .Include(l => l.Attachments.OrderBy(a => a.Rank)).ThenInclude(a => a.File).AsSplitQuery()
            .SingleOrDefaultAsync(l => l.Id == id && l.OrganisationId == caller.OrganisationId, cancel);
}

internal static class LetterProblems
{
    public static Problem AlreadySent { get; } = Problem.Conflict("letter-already-sent", "Ce courrier est déjà envoyé : il ne peut plus être modifié ni supprimé.");

    public static Problem Scheduled(Letter letter) =>
        Problem.Conflict("letter-scheduled", $"Ce courrier partira {ParisTime.Text(letter.SendAt!.Value)}. Annulez l'envoi programmé pour le modifier.");

    public static Problem Stale(Letter letter) =>
        Problem.Stale("stale", $"Ce brouillon a été modifié entre-temps, {ParisTime.Text(letter.ChangedAt)}{By(letter)}. Votre texte n'est pas enregistré et rien n'a été remplacé.");

    private static string By(Letter letter) => letter.Changes.MaxBy(c => c.At) is { } last ? $", par {last.By}" : "";
}

/// <summary>Starts a letter. What the caller leaves out comes from the type's template.</summary>
public sealed class CreateDraft(VaguemestreDb db, Journal.Journal journal, Settings settings, TimeProvider clock)
{
    public Task<Result<Letter>> RunAsync(Caller caller, string reference, DraftInput input, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, reference, input, null, cancel), cancel);

    /// <param name="answers">The conversation of the same consultation whose reply it answers; null for none.</param>
    internal async Task<Result<Letter>> InTransactionAsync(Caller caller, string reference, DraftInput input, Guid? answers, CancellationToken cancel)
    {
        var found = await new FindConsultation(db).ToWriteInAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var consultation = found.Value;
        if (await db.WereErasedAsync(consultation.Id, cancel))
            return FindConsultation.Erased;
        if (consultation.EditionBy(settings) == Edition.Historique)
            return answers is null ? await BeginMessageAsync(caller, consultation, input, cancel) : Messages.NoDrafts;

        var now = clock.Now();
        var template = await db.TemplateOfAsync(caller.OrganisationId, input.Type ?? LetterType.Free, cancel);
        var organisation = await db.Organisations.SingleAsync(o => o.Id == caller.OrganisationId, cancel);
        var filled = template.Fill(consultation, organisation, caller);
        var mode = input.Mode ?? template.Mode;
        var content = DraftContent.Check(new DraftContent(
            template.Type,
            mode,
            input.ReplyExpected ?? (template.ReplyExpected && mode == DeliveryMode.Tracked),
            input.ReplyDue,
            input.Subject ?? filled.Subject,
            input.BodyHtml ?? filled.Body,
            input.Recipients ?? []));
        if (!content.Succeeded)
            return content.Problem!;

        var letter = Letter.Begin(caller, consultation, now, answers: answers);
        letter.Write(content.Value, caller.Name, now);
        letter.MadeFrom(template.Number);
        db.Letters.Add(letter);
        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftCreated, DraftWritten.Of(letter), caller.Actor, cancel: cancel);
        return letter;
    }

    private async Task<Result<Letter>> BeginMessageAsync(Caller caller, Consultation consultation, DraftInput input, CancellationToken cancel)
    {
        if (Messages.WhyNot(input) is { } refused)
            return refused;
        var content = DraftContent.Check(new DraftContent(LetterType.Free, DeliveryMode.Tracked, input.ReplyExpected ?? false, null, input.Subject ?? "", input.BodyHtml ?? "", input.Recipients ?? []), historique: true);
        if (!content.Succeeded)
            return content.Problem!;
        var now = clock.Now();
        var message = Letter.Begin(caller, consultation, now, historique: true);
        message.Write(content.Value, caller.Name, now);
        db.Letters.Add(message);
        await journal.AppendAsync(message.JournalSubject, FactKind.DraftCreated, DraftWritten.Of(message), caller.Actor, cancel: cancel);
        return message;
    }
}

/// <summary>
/// Changes a draft, whole or not at all. Problem <c>stale</c> when somebody changed it since the version the caller read. To
/// bring the work of two together see <see cref="SaveDraft"/>.
/// </summary>
public sealed class ChangeDraft(VaguemestreDb db, Journal.Journal journal, Files.FileStore files, TimeProvider clock)
{
    /// <param name="ifVersion">The version the caller read; null writes over whatever is there.</param>
    public async Task<Result<Letter>> RunAsync(Caller caller, Guid id, DraftInput input, int? ifVersion, CancellationToken cancel)
    {
        var orphans = new List<Guid>();
        var changed = await db.WriteAsync<Letter>(
            async () =>
            {
                var found = await new FindLetter(db).DraftAsync(caller, id, cancel);
                if (found.Succeeded && ifVersion is { } expected && expected != found.Value.Version)
                    return LetterProblems.Stale(found.Value);
                return found.Succeeded ? await WriteAsync(caller, found.Value, input, orphans, cancel) : found;
            },
            cancel);
        if (changed.Succeeded)
            orphans.ForEach(files.Delete);
        return changed;
    }

    /// <summary>Within the caller's transaction.</summary>
    /// <param name="orphans">Gets the files of recipients who left; the caller deletes their content after the commit.</param>
    internal async Task<Result<Letter>> WriteAsync(Caller caller, Letter letter, DraftInput input, List<Guid> orphans, CancellationToken cancel)
    {
        if (letter.IsHistorique && Messages.WhyNot(input) is { } refused)
            return refused;
        var content = DraftContent.Check(input.Over(letter), letter.IsHistorique);
        if (!content.Succeeded)
            return content.Problem!;
        var own = OwnFiles(letter);
        if (letter.Write(content.Value, caller.Name, clock.Now()).Count == 0)
            return letter;

        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftChanged, DraftWritten.Of(letter), caller.Actor, cancel: cancel);
        orphans.AddRange(own.Except(OwnFiles(letter)));
        if (orphans.Count > 0)
        {
            await db.SaveChangesAsync(cancel);
            await db.Files.Where(f => orphans.Contains(f.Id)).ExecuteDeleteAsync(cancel);
        }

        return letter;
    }

    private static List<Guid> OwnFiles(Letter letter) => [.. letter.Recipients.SelectMany(r => r.Attachments).Select(a => a.FileId)];
}
