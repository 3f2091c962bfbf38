using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Templates;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>
/// Gives a draft a type and what the type's template says: delivery mode, reply option, subject and body. Recipients,
/// files and a deadline that still has a meaning stay.
/// </summary>
public sealed class ChangeType(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    /// <summary>Code of the refusal to replace words that somebody wrote.</summary>
    public const string TextEdited = "text-edited";

    /// <param name="replaceEdited">False answers <see cref="TextEdited"/> when subject or body are no longer their template's.</param>
    /// <param name="ifVersion">The version the caller read; null writes over whatever is there.</param>
    public Task<Result<Letter>> RunAsync(Caller caller, Guid id, LetterType type, bool replaceEdited, int? ifVersion, CancellationToken cancel) =>
        db.WriteAsync(() => InTransactionAsync(caller, id, type, replaceEdited, ifVersion, cancel), cancel);

    private async Task<Result<Letter>> InTransactionAsync(Caller caller, Guid id, LetterType type, bool replaceEdited, int? ifVersion, CancellationToken cancel)
    {
        var found = await new FindLetter(db).DraftAsync(caller, id, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        if (letter.IsHistorique)
            return Messages.NoTypes;
        if (ifVersion is { } expected && expected != letter.Version)
            return LetterProblems.Stale(letter);

        var organisation = await db.Organisations.SingleAsync(o => o.Id == letter.OrganisationId, cancel);
        var now = clock.Now();
        var author = new Caller(letter.OrganisationId, new Actor(ActorKind.Agent, letter.AuthorId), letter.AuthorName, letter.AuthorEmail);
        if (!replaceEdited && !await IsUntouchedAsync(letter))
            return Problem.Conflict(TextEdited, "L'objet ou le texte ont été modifiés : le modèle les remplacerait.");

        var template = await db.TemplateOfAsync(letter.OrganisationId, type, cancel);
        var expectsReply = template.ReplyExpected && template.Mode == DeliveryMode.Tracked;
        var due = expectsReply ? letter.ReplyDue : null;
        var (subject, body) = template.Fill(letter.Consultation!, organisation, author);
        var content = DraftContent.Check(new DraftContent(type, template.Mode, expectsReply, due, subject, body, [.. letter.Recipients.Select(r => r.AsInput())]));
        if (!content.Succeeded)
            return content.Problem!;
        letter.Write(content.Value, caller.Name, now);
        letter.MadeFrom(template.Number);
        await journal.AppendAsync(letter.JournalSubject, FactKind.DraftChanged, DraftWritten.Of(letter), caller.Actor, cancel: cancel);
        return letter;

        // Empty, or what the template made of it.
        async Task<bool> IsUntouchedAsync(Letter draft)
        {
            if (draft.Subject.Length == 0 && BodyHtml.IsEmpty(draft.Body))
                return true;
            var filled = (await db.TemplateOfAsync(draft, cancel)).Fill(draft.Consultation!, organisation, author);
            return draft.Subject == filled.Subject.Trim() && draft.Body == BodyHtml.Sanitise(filled.Body);
        }
    }
}
