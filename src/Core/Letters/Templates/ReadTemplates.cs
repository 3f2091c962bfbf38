using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Letters.Templates;

/// <summary>What letters of a type start from now.</summary>
/// <param name="Template">Where the organisation has no version, the product's default.</param>
/// <param name="Version">The organisation's highest version; null where it never wrote one.</param>
public sealed record StandingTemplate(LetterTemplate Template, TemplateVersion? Version)
{
    /// <summary>The number to give back when writing: 0 where the organisation has no version.</summary>
    public int Number => Version?.Number ?? 0;

    internal static StandingTemplate Of(LetterType type, TemplateVersion? version) =>
        new(version is null ? LetterTemplate.For(type) : LetterTemplate.Of(version), version);
}

/// <summary>A type's template with every version the organisation wrote, newest first.</summary>
public sealed record TemplateHistory(StandingTemplate Standing, IReadOnlyList<TemplateVersion> Versions);

/// <summary>The templates of the caller's organisation, in the order of the types.</summary>
public sealed class ReadTemplates(VaguemestreDb db)
{
    public async Task<IReadOnlyList<StandingTemplate>> RunAsync(Caller caller, CancellationToken cancel)
    {
        var own = db.TemplateVersions.AsNoTracking().Where(v => v.OrganisationId == caller.OrganisationId);
        var standing = await own.Where(v => v.Number == own.Where(o => o.Type == v.Type).Max(o => o.Number)).ToDictionaryAsync(v => v.Type, cancel);
        return [.. Enum.GetValues<LetterType>().Select(type => StandingTemplate.Of(type, standing.GetValueOrDefault(type)))];
    }
}

/// <summary>One template of the caller's organisation, with its versions.</summary>
public sealed class ReadTemplate(VaguemestreDb db)
{
    public async Task<TemplateHistory> RunAsync(Caller caller, LetterType type, CancellationToken cancel)
    {
        var versions = await db.TemplateVersions.AsNoTracking().Where(v => v.OrganisationId == caller.OrganisationId && v.Type == type).OrderByDescending(v => v.Number).ToListAsync(cancel);
        return new TemplateHistory(StandingTemplate.Of(type, versions.FirstOrDefault()), versions);
    }
}
