using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>
/// Gives the caller's organisation a new version of a type's template; letters that exist stay as they are. For
/// administrators: problem <c>administrator-only</c>. Problem <c>stale</c> when somebody wrote a version since the caller read.
/// </summary>
public sealed class WriteTemplate(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    /// <param name="ifNumber">The number the caller read: <see cref="StandingTemplate.Number"/>.</param>
    /// <returns>What stands now. Writing what stands already adds no version.</returns>
    public async Task<Result<StandingTemplate>> RunAsync(Caller caller, LetterType type, TemplateContent given, int ifNumber, CancellationToken cancel)
    {
        if (!caller.IsAdministrator)
            return TemplateProblems.AdministratorOnly;
        var content = TemplateContent.Check(given);
        return content.Succeeded
            ? await new TemplateVersions(db, journal, clock).AddAsync(caller, type, content.Value, isDefault: false, ifNumber, cancel)
            : content.Problem!;
    }
}

/// <summary>
/// Makes the product's default, as it is today, the newest version of a type's template; the versions before it stay in the
/// history. For administrators; problems as in <see cref="WriteTemplate"/>.
/// </summary>
public sealed class RestoreTemplate(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    public async Task<Result<StandingTemplate>> RunAsync(Caller caller, LetterType type, int ifNumber, CancellationToken cancel) =>
        caller.IsAdministrator
            ? await new TemplateVersions(db, journal, clock).AddAsync(caller, type, TemplateContent.Of(LetterTemplate.For(type)), isDefault: true, ifNumber, cancel)
            : TemplateProblems.AdministratorOnly;
}

internal static class TemplateProblems
{
    public static Problem AdministratorOnly { get; } =
        Problem.Forbidden("administrator-only", "Seul un administrateur de votre organisation peut modifier les modèles de courrier. Adressez-lui votre demande.");

    public static Problem Stale(TemplateVersion newer) =>
        Problem.Stale("stale", $"{newer.AuthorName} a enregistré la version {newer.Number} de ce modèle {ParisTime.Text(newer.At)}. Votre texte n'est pas enregistré et rien n'a été remplacé.");
}

/// <summary>Adds the next version of a template with its fact, one at a time for an organisation.</summary>
internal sealed class TemplateVersions(VaguemestreDb db, Journal.Journal journal, TimeProvider clock)
{
    public Task<Result<StandingTemplate>> AddAsync(Caller caller, LetterType type, TemplateContent content, bool isDefault, int ifNumber, CancellationToken cancel) =>
        db.WriteAsync<StandingTemplate>(
            async () =>
            {
                await db.LockAsync<Organisation>(caller.OrganisationId, cancel);
                var standing = StandingTemplate.Of(type, await db.StandingVersionAsync(caller.OrganisationId, type, cancel));
                if (standing.Number != ifNumber)
                    return standing.Version is { } newer ? TemplateProblems.Stale(newer) : Problem.Stale("stale", "Cette version du modèle n'existe pas. Rouvrez le modèle.");
                if (TemplateContent.Of(standing.Template) == content && (!isDefault || standing.Version is not { IsDefault: false }))
                    return standing;

                var now = clock.Now();
                var version = new TemplateVersion
                {
                    Id = Guid.CreateVersion7(now),
                    OrganisationId = caller.OrganisationId,
                    Type = type,
                    Number = standing.Number + 1,
                    IsDefault = isDefault,
                    Mode = content.Mode,
                    ReplyExpected = content.ReplyExpected,
                    Subject = content.Subject,
                    Body = content.Body,
                    AuthorName = caller.Name,
                    At = now,
                };
                db.TemplateVersions.Add(version);
                await journal.AppendAsync(new Subject(SubjectKind.Organisation, caller.OrganisationId, caller.OrganisationId), isDefault ? FactKind.TemplateRestored : FactKind.TemplateChanged, TemplateWritten.Of(version), caller.Actor, version.Id, cancel);
                return StandingTemplate.Of(type, version);
            },
            cancel);
}
