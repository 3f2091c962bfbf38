using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters;

/// <summary>Finds a letter of the caller's organisation, whole.</summary>
public sealed class FindLetter(VaguemestreDb db)
{
    public async Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await db.Letters.Include(l => l.Consultation).Include(l => l.Recipients.OrderBy(r => r.Rank)).Include(l => l.Attachments.OrderBy(a => a.Rank)).AsSplitQuery()
            .SingleOrDefaultAsync(l => l.Id == id && l.OrganisationId == caller.OrganisationId, cancel) is { } found
            ? found
            : Problem.NotFound("letter-not-found", "Ce courrier n'existe pas.");

    /// <summary>The letter while it is a draft, locked until the caller's transaction ends.</summary>
    internal async Task<Result<Letter>> DraftAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await db.LockAsync<Letter>(id, cancel);
        db.ChangeTracker.Clear(); // what this scope read before it had the lock may be old
        var found = await RunAsync(caller, id, cancel);
        return found is { Succeeded: true, Value.State: LetterState.Sent } ? LetterProblems.AlreadySent : found;
    }
}

internal static class LetterProblems
{
    public static Problem AlreadySent { get; } = Problem.Conflict("letter-already-sent", "Ce courrier est déjà envoyé : il ne peut plus être modifié ni supprimé.");

    public static Problem Stale(Letter letter) =>
        Problem.Stale("stale", $"Ce brouillon a été modifié entre-temps, {ParisTime.Text(letter.ChangedAt)}. Votre texte n'est pas enregistré et rien n'a été remplacé.");
}

/// <summary>Starts a letter. What the caller leaves out comes from the type's template.</summary>
public sealed class CreateDraft(VaguemestreDb db, Journal.Journal journal, Settings settings, TimeProvider clock)
{
    public Task<Result<Letter>> RunAsync(Caller caller, string reference, DraftInput input, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, reference, input, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, string reference, DraftInput input, CancellationToken cancel)
    {
        var found = await new FindConsultation(db).RunAsync(caller, reference, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var consultation = found.Value;
        if (consultation.EditionBy(settings) == Edition.Historique)
            return Problem.Conflict("not-in-historique", "Cette consultation relève de la messagerie historique : elle n'a ni brouillon ni modèle de courrier.");

        var now = clock.Now();
        var template = LetterTemplate.For(input.Type ?? LetterType.Free);
        var organisation = await db.Organisations.SingleAsync(o => o.Id == caller.OrganisationId, cancel);
        var filled = template.Fill(consultation, organisation, caller, input.ReplyDue, now);
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

        var letter = new Letter
        {
            Id = Guid.CreateVersion7(now),
            OrganisationId = caller.OrganisationId,
            ConsultationId = consultation.Id,
            AuthorId = caller.OwnerId,
            AuthorName = caller.Name,
            AuthorEmail = caller.Email,
            CreatedAt = now,
        };
        letter.Write(content.Value, now);
        db.Letters.Add(letter);
        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftCreated, new DraftWritten(letter.Type, letter.Mode, letter.Subject, letter.Recipients.Count, letter.Version), caller.Actor, cancel: cancel);
        return letter;
    }
}

/// <summary>Changes a draft. Problem <c>stale</c> when somebody changed it since the version the caller read.</summary>
public sealed class ChangeDraft(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    /// <param name="ifVersion">The version the caller read; null writes over whatever is there.</param>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid id, DraftInput input, int? ifVersion, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, id, input, ifVersion, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid id, DraftInput input, int? ifVersion, CancellationToken cancel)
    {
        var found = await new FindLetter(db).DraftAsync(caller, id, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        if (ifVersion is { } expected && expected != letter.Version)
            return LetterProblems.Stale(letter);

        var content = DraftContent.Check(new DraftContent(
            input.Type ?? letter.Type,
            input.Mode ?? letter.Mode,
            input.ReplyExpected ?? letter.ReplyExpected,
            input.ClearReplyDue ? null : input.ReplyDue ?? letter.ReplyDue,
            input.Subject ?? letter.Subject,
            input.BodyHtml ?? letter.Body,
            input.Recipients ?? [.. letter.Recipients.Select(r => r.AsInput())]));
        if (!content.Succeeded)
            return content.Problem!;

        letter.Write(content.Value, clock.Now());
        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftChanged, new DraftWritten(letter.Type, letter.Mode, letter.Subject, letter.Recipients.Count, letter.Version), caller.Actor, cancel: cancel);
        return letter;
    }
}

/// <summary>Deletes a draft and its files. The facts that it existed remain.</summary>
public sealed class DeleteDraft(VaguemestreDb db, Journal.Journal journal, Files.FileStore files)
{
    public async Task<Result<Letter>> RunAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var deleted = await db.WriteAsync<Letter>(
            async () =>
            {
                var found = await new FindLetter(db).DraftAsync(caller, id, cancel);
                if (!found.Succeeded)
                    return found.Problem!;
                var letter = found.Value;
                await journal.AppendAsync(letter.JournalSubject, FactKind.DraftDeleted, new DraftGone(letter.Subject, letter.Attachments.Count), caller.Actor, cancel: cancel);
                var content = letter.Attachments.Select(a => a.FileId).ToList();
                db.Letters.Remove(letter);
                await db.SaveChangesAsync(cancel);
                await db.Files.Where(f => content.Contains(f.Id)).ExecuteDeleteAsync(cancel);
                return letter;
            },
            cancel);
        if (deleted.Succeeded)
        {
            foreach (var attachment in deleted.Value.Attachments)
                files.Delete(attachment.FileId);
        }

        return deleted;
    }
}
