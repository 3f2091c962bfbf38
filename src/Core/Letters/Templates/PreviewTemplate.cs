using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>
/// What a template would make of a consultation and a recipient that do not exist. Nothing is kept. For administrators;
/// problems as in <see cref="WriteTemplate"/>.
/// </summary>
public sealed class PreviewTemplate(VaguemestreDb db, TimeProvider clock)
{
    /// <summary>To whom the example is written.</summary>
    public static RecipientInput Recipient { get; } = new("claude.martin@exemple-batiment.example", "Claude Martin", "Exemple Bâtiment SARL");

    public async Task<Result<DraftForRecipient>> RunAsync(Caller caller, LetterType type, TemplateContent given, CancellationToken cancel)
    {
        if (!caller.IsAdministrator)
            return TemplateProblems.AdministratorOnly;
        var content = TemplateContent.Check(given);
        if (!content.Succeeded)
            return content.Problem!;

        var now = clock.Now();
        var organisation = await db.Organisations.AsNoTracking().SingleAsync(o => o.Id == caller.OrganisationId, cancel);
        var template = LetterTemplate.For(type) with { Mode = content.Value.Mode, ReplyExpected = content.Value.ReplyExpected, Subject = content.Value.Subject, Body = content.Value.Body };
        var letter = Letter.Example(caller, Consultation(caller, now), now);
        var (subject, body) = template.Fill(letter.Consultation!, organisation, caller);
        var due = template.ReplyExpected ? ParisTime.From(ParisTime.Of(now).Date.AddDays(10).AddHours(12)) : (DateTimeOffset?)null;
        var draft = DraftContent.Check(new DraftContent(type, template.Mode, template.ReplyExpected, due, subject, body, [Recipient]));
        if (!draft.Succeeded)
            return draft.Problem!;
        letter.Write(draft.Value, caller.Name, now);
        return DraftForRecipient.Example(letter, Recipient, organisation.Name, now, "Ce paragraphe est propre au destinataire : il se saisit dans le courrier, pour lui seul.");
    }

    private static Consultation Consultation(Caller caller, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        OrganisationId = caller.OrganisationId,
        Reference = "2026-T-000",
        Title = "Réfection de la toiture d’une école (exemple)",
        InitialisedAt = now,
        Procedure = Procedure.Open,
        Phase = Phase.Offre,
    };
}
