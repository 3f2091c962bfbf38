using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>The template that an organisation's letters of a type start from: its own highest version, else the product's default.</summary>
internal static class TemplatesOf
{
    public static async Task<LetterTemplate> TemplateOfAsync(this VaguemestreDb db, Guid organisationId, LetterType type, CancellationToken cancel) =>
        await db.StandingVersionAsync(organisationId, type, cancel) is { } version ? LetterTemplate.Of(version) : LetterTemplate.For(type);

    /// <summary>The one that a letter was made from.</summary>
    public static async Task<LetterTemplate> TemplateOfAsync(this VaguemestreDb db, Letter letter, CancellationToken cancel) =>
        letter.TemplateNumber == 0
            ? LetterTemplate.For(letter.Type)
            : LetterTemplate.Of(await db.TemplateVersions.AsNoTracking().SingleAsync(v => v.OrganisationId == letter.OrganisationId && v.Type == letter.Type && v.Number == letter.TemplateNumber, cancel));

    public static Task<TemplateVersion?> StandingVersionAsync(this VaguemestreDb db, Guid organisationId, LetterType type, CancellationToken cancel) =>
        db.TemplateVersions.AsNoTracking().Where(v => v.OrganisationId == organisationId && v.Type == type).OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancel);
}
