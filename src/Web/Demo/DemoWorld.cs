using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Historique;

namespace Vaguemestre.Web.Demo;

/// <summary>
/// The world of the demo: a town, its agents, and consultations of every case, some imported from OCDS files, some made by
/// hand, one with past messages. Made once; what one does in it stays until <c>data/demo</c> is deleted.
/// </summary>
public sealed class DemoWorld(VaguemestreDb db, PutConsultation consultations, PutRegister registers, ImportOcds ocds, ImportHistorique past, TimeProvider clock)
{
    public const string Key = "demo-key-not-for-production";

    private const string Town = "Ville de Montrevel-sur-Loire";

    private static readonly (string Name, string Email, AgentRole Role)[] People =
    [
        ("Camille Durand", "camille.durand@montrevel.test", AgentRole.Writer),
        ("Samir Benali", "samir.benali@montrevel.test", AgentRole.Writer),
        ("Hélène Le Goff", "helene.legoff@montrevel.test", AgentRole.Administrator),
    ];

    public async Task EnsureAsync(CancellationToken cancel)
    {
        await db.Database.MigrateAsync(cancel);
        if (await db.Organisations.AnyAsync(cancel))
            return;
        var now = clock.Now();
        var town = new Organisation { Id = Guid.CreateVersion7(now), Name = Town };
        db.Organisations.Add(town);
        db.Agents.AddRange(People.Select(p => new Agent { Id = Guid.CreateVersion7(now), OrganisationId = town.Id, Name = p.Name, Email = p.Email, Role = p.Role }));
        db.ApiKeys.Add(new ApiKey { Id = Guid.CreateVersion7(now), OrganisationId = town.Id, Name = "Démonstration", Hash = ApiKey.HashOf(Key), CreatedAt = now });
        await db.SaveChangesAsync(cancel);

        var platform = new Caller(town.Id, Actor.Platform, "Vaguemestre", null);
        await ImportAsync(platform, cancel);
        foreach (var consultation in DemoConsultations.All)
            await MakeAsync(platform, consultation, cancel);
        await ImportPastAsync(platform, cancel);
    }

    private async Task ImportPastAsync(Caller platform, CancellationToken cancel)
    {
        await using var file = typeof(DemoWorld).Assembly.GetManifestResourceStream("Vaguemestre.Web.Demo.Historique.2024-F-117.json")!;
        var report = await past.RunAsync(platform, file, cancel);
        if (report.Refused)
            throw new InvalidOperationException($"{report.Lines[0].Errors[0]}");
    }

    private async Task ImportAsync(Caller platform, CancellationToken cancel)
    {
        var assembly = typeof(DemoWorld).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.Contains(".Ocds.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            await using var file = assembly.GetManifestResourceStream(name)!;
            var report = await ocds.RunAsync(platform, file, cancel);
            if (report.Refused)
                throw new InvalidOperationException($"{name}: {report.Lines[0].Errors[0]}");
        }
    }

    private async Task MakeAsync(Caller platform, DemoConsultation made, CancellationToken cancel)
    {
        _ = (await consultations.RunAsync(platform, made.Reference, made.Input, cancel)).Value;
        foreach (var (register, contacts) in made.Registers)
            _ = (await registers.RunAsync(platform, made.Reference, register, contacts, cancel)).Value;
        db.ChangeTracker.Clear();
    }
}
