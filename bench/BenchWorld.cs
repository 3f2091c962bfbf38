using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Bench;

/// <summary>One organisation on a database that commits to the disk, as in production: PostgreSQL with fsync, SQLite with synchronous=FULL.</summary>
internal sealed class BenchWorld : IAsyncDisposable
{
    public const string Reference = "2026-BENCH";
    public const int MostRecipients = 2_000;
    public const string Password = "un mot de passe de banc";

    private readonly PostgresServer? _server;

    private BenchWorld(PostgresServer? server, Settings settings, Agent agent)
    {
        _server = server;
        Settings = settings;
        Agent = agent;
    }

    public Settings Settings { get; }

    public Agent Agent { get; }

    public Caller Caller => Caller.Of(Agent);

    public static async Task<BenchWorld> CreateAsync(DatabaseProvider provider)
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-bench-").FullName;
        var server = provider == DatabaseProvider.Postgresql ? await PostgresServer.StartAsync(durable: true) : null;
        var settings = SettingsOf(provider, server is null ? "" : await server.CreateDatabaseAsync(), folder);
        await using var services = Services(settings);
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        await db.Database.MigrateAsync();
        var organisation = new Organisation { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch), Name = "Ville de Montrevel-sur-Loire" };
        var agent = new Agent { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch), OrganisationId = organisation.Id, Name = "Camille Durand", Email = "camille.durand@montrevel.test" };
        agent.SetPassword(Password);
        db.AddRange(organisation, agent);
        await db.SaveChangesAsync();
        var input = new ConsultationInput("Banc de mesure", TimeProvider.System.GetUtcNow(), Procedure.Open, Phase.Offre, [], []);
        _ = (await scope.ServiceProvider.GetRequiredService<PutConsultation>().RunAsync(Caller.Of(agent), Reference, input, default)).Value;
        return new BenchWorld(server, settings, agent);
    }

    public ServiceProvider Services() => Services(Settings);

    /// <summary>The same where PostgreSQL plans each statement for its own values, however often it comes.</summary>
    public ServiceProvider ServicesWithoutPreparing() => Services(SettingsOf(Settings.Database.Provider, Settings.Database.ConnectionString + ";Max Auto Prepare=0", Settings.DataDirectory));

    /// <summary>Sends plain letters to as many recipients as asked for: they stand in the outbox.</summary>
    public async Task SendAsync(ServiceProvider services, int letters)
    {
        for (var first = 0; first < letters; first += MostRecipients)
        {
            await using var scope = services.CreateAsyncScope();
            var recipients = Enumerable.Range(first, Math.Min(MostRecipients, letters - first)).Select(i => new RecipientInput($"entreprise-{i}@sink.test", null, $"Entreprise {i}", "deposits"));
            var input = new DraftInput { Type = LetterType.Free, Mode = DeliveryMode.Plain, Subject = "Banc de mesure", BodyHtml = $"<p>{string.Concat(Enumerable.Repeat("Un mot de la lettre. ", 200))}</p>", Recipients = [.. recipients] };
            var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(Caller, Reference, input, default)).Value;
            _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(Caller, draft.Id, default)).Value;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(Settings.DataDirectory, recursive: true);
    }

    private static Settings SettingsOf(DatabaseProvider provider, string connection, string folder) => new()
    {
        PublicUrl = "https://courriers.test",
        DataDirectory = folder,
        Database = { Provider = provider, ConnectionString = connection },
        Mail = { FromAddress = "ne-pas-repondre@courriers.test", BounceDomain = "courriers.test" },
        Smtp = { Connections = 8 },
    };

    private static ServiceProvider Services(Settings settings) => new ServiceCollection().AddLogging().AddVaguemestreCore(settings).BuildServiceProvider();
}
