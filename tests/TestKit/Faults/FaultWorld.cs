using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.TestKit.Faults;

/// <summary>An organisation with letters in its outbox, on a database that commits to the disk; on a disk of its own where one is asked for.</summary>
internal sealed class FaultWorld : IAsyncDisposable
{
    private const int MostRecipients = 2_000;

    private readonly ServiceProvider _services;

    private FaultWorld(Settings settings, RestartablePostgres? postgres, SmallDisk? disk, ServiceProvider services) => (Settings, Postgres, Disk, _services) = (settings, postgres, disk, services);

    public Settings Settings { get; }

    public RestartablePostgres? Postgres { get; }

    public SmallDisk? Disk { get; }

    public static async Task<FaultWorld> CreateAsync(DatabaseProvider provider, int letters, SmallDisk? disk)
    {
        var folder = disk?.Folder ?? Directory.CreateTempSubdirectory("vaguemestre-faults-").FullName;
        var postgres = provider == DatabaseProvider.Postgresql ? await RestartablePostgres.StartAsync(disk?.Folder) : null;
        var settings = new Settings
        {
            PublicUrl = "https://courriers.example",
            DataDirectory = Path.Combine(folder, "data"),
            Database = { Provider = provider, ConnectionString = postgres?.ConnectionString ?? $"Data Source={Path.Combine(folder, "vaguemestre.db")};Default Timeout=30" },
            Mail = { FromAddress = "ne-pas-repondre@courriers.example", BounceDomain = "courriers.example" },
            Smtp = { Connections = 2 },
            Recipients = { DnsServer = "off" },
        };
        var world = new FaultWorld(settings, postgres, disk, new ServiceCollection().AddLogging().AddVaguemestreCore(settings).BuildServiceProvider());
        await world.WriteAsync(letters);
        return world;
    }

    public async Task<T> QueryAsync<T>(Func<VaguemestreDb, Task<T>> query)
    {
        await using var scope = _services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<VaguemestreDb>());
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        if (Disk is not null)
            await Disk.DisposeAsync();
        else
            Directory.Delete(Path.GetDirectoryName(Settings.DataDirectory)!, recursive: true);
    }

    private async Task WriteAsync(int letters)
    {
        await using var scope = _services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<VaguemestreDb>();
        await db.Database.MigrateAsync();
        var now = TimeProvider.System.GetUtcNow();
        var organisation = new Organisation { Id = Guid.CreateVersion7(now), Name = "Ville de Montrevel-sur-Loire" };
        var agent = new Agent { Id = Guid.CreateVersion7(now), OrganisationId = organisation.Id, Name = "Camille Durand", Email = "camille.durand@montrevel.test" };
        db.AddRange(organisation, agent);
        await db.SaveChangesAsync();
        _ = (await services.GetRequiredService<PutConsultation>().RunAsync(Caller.Of(agent), "2026-T-014", new ConsultationInput("Réfection de la toiture", now, Procedure.Open, Phase.Offre, [], []), default)).Value;
        for (var first = 0; first < letters; first += MostRecipients)
        {
            var recipients = Enumerable.Range(first, Math.Min(MostRecipients, letters - first)).Select(i => new RecipientInput(string.Create(CultureInfo.InvariantCulture, $"entreprise-{i}@alpha.test")));
            var draft = (await services.GetRequiredService<CreateDraft>().RunAsync(Caller.Of(agent), "2026-T-014", new DraftInput { Recipients = [.. recipients] }, default)).Value;
            _ = (await services.GetRequiredService<SendLetter>().RunAsync(Caller.Of(agent), draft.Id, default)).Value;
        }
    }
}
