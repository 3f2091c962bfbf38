using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.TestKit.World;

/// <summary>
/// One organisation with an agent, on a database of its own, with a clock that the test moves. Operations run as in the
/// product: each in a scope of its own.
/// </summary>
public sealed class TestWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;

    private TestWorld(TestDatabase database, Settings settings, FakeTimeProvider clock, ServiceProvider services)
    {
        _database = database;
        Settings = settings;
        Clock = clock;
        _services = services;
    }

    public Settings Settings { get; }

    public FakeTimeProvider Clock { get; }

    public Organisation Organisation { get; private set; } = null!;

    public Agent Agent { get; private set; } = null!;

    public Caller Caller => Caller.Of(Agent);

    public IServiceProvider Services => _services;

    public static async Task<TestWorld> CreateAsync(DatabaseProvider provider, Action<Settings>? configure = null, CollectionLimits? limits = null)
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-world-").FullName;
        var database = await TestDatabase.CreateAsync(provider, folder);
        var settings = new Settings
        {
            PublicUrl = "https://courriers.test",
            DataDirectory = folder,
            Database = { Provider = provider, ConnectionString = database.ConnectionString },
            Mail = { FromAddress = "ne-pas-repondre@courriers.test", BounceDomain = "courriers.test" },
            Recipients = { DnsServer = "off" },
        };
        configure?.Invoke(settings);
        var clock = new FakeTimeProvider(Start);
        var services = new ServiceCollection().AddLogging().AddVaguemestreCore(settings).AddSingleton<TimeProvider>(clock).AddSingleton(limits ?? new CollectionLimits()).BuildServiceProvider();
        var world = new TestWorld(database, settings, clock, services);
        (world.Organisation, world.Agent) = await world.AddOrganisationAsync("Ville de Montrevel-sur-Loire", "Camille Durand", "camille.durand@montrevel.test");
        return world;
    }

    /// <summary>Runs a piece of work in a scope of its own, as a request or a worker's turn would.</summary>
    public async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = _services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    /// <summary>Runs one operation in a scope of its own: <c>world.Run((SendLetter o) => o.RunAsync(…))</c>.</summary>
    public Task<T> RunAsync<TOperation, T>(Func<TOperation, Task<T>> run)
        where TOperation : notnull => InScopeAsync(scope => run(scope.GetRequiredService<TOperation>()));

    /// <summary>The same for what answers at once.</summary>
    public T RunSync<TOperation, T>(Func<TOperation, T> run)
        where TOperation : notnull
    {
        using var scope = _services.CreateScope();
        return run(scope.ServiceProvider.GetRequiredService<TOperation>());
    }

    public Task<T> QueryAsync<T>(Func<VaguemestreDb, Task<T>> query) => RunAsync(query);

    public async Task<(Organisation Organisation, Agent Agent)> AddOrganisationAsync(string name, string agentName, string email)
    {
        var organisation = new Organisation { Id = Guid.CreateVersion7(Clock.GetUtcNow()), Name = name };
        var agent = new Agent { Id = Guid.CreateVersion7(Clock.GetUtcNow()), OrganisationId = organisation.Id, Name = agentName, Email = email };
        await QueryAsync(async db =>
        {
            db.AddRange(organisation, agent);
            return await db.SaveChangesAsync();
        });
        return (organisation, agent);
    }

    /// <summary>A colleague in the world's organisation, or in another.</summary>
    public async Task<Agent> AddAgentAsync(string name, string email, Organisation? organisation = null)
    {
        var agent = new Agent { Id = Guid.CreateVersion7(Clock.GetUtcNow()), OrganisationId = (organisation ?? Organisation).Id, Name = name, Email = email };
        await QueryAsync(async db =>
        {
            db.Add(agent);
            return await db.SaveChangesAsync();
        });
        return agent;
    }

    public async Task<Consultation> AddConsultationAsync(string reference = "2026-T-014", Action<ConsultationInputBuilder>? configure = null)
    {
        var builder = new ConsultationInputBuilder();
        configure?.Invoke(builder);
        return (await RunAsync((PutConsultation o) => o.RunAsync(Caller, reference, builder.Build(), default))).Value.Consultation;
    }

    /// <summary>A draft ready to go, to the addresses given.</summary>
    public async Task<Letter> AddDraftAsync(string reference, DraftInput? input = null, params string[] emails)
    {
        var given = (input ?? new DraftInput()) with { Recipients = [.. emails.Select(e => new RecipientInput(e))] };
        return (await RunAsync((CreateDraft o) => o.RunAsync(Caller, reference, given, default))).Value;
    }

    /// <summary>Sends a draft and answers its conversations in the order of the recipients.</summary>
    public async Task<IReadOnlyList<Conversation>> SendAsync(Guid letterId)
    {
        var sent = (await RunAsync((SendLetter o) => o.RunAsync(Caller, letterId, default))).Value;
        return await QueryAsync(db => Task.FromResult<IReadOnlyList<Conversation>>(
            [.. db.Conversations.Where(c => c.LetterId == sent.Id).AsEnumerable().OrderBy(c => sent.Recipients.FindIndex(r => r.Email == c.Email))]));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(Settings.DataDirectory, recursive: true);
    }
}

/// <summary>A consultation's input with values that a test need not care about.</summary>
public sealed class ConsultationInputBuilder
{
    public string Title { get; set; } = "Réfection de la toiture du groupe scolaire Jules-Ferry";

    public DateTimeOffset InitialisedAt { get; set; } = new(2026, 1, 12, 8, 30, 0, TimeSpan.Zero);

    public Procedure Procedure { get; set; } = Procedure.Open;

    public Phase Phase { get; set; } = Phase.Offre;

    public IReadOnlyList<string> Upstream { get; set; } = [];

    public IReadOnlyList<Lot> Lots { get; set; } = [];

    public ConsultationInput Build() => new(Title, InitialisedAt, Procedure, Phase, Upstream, Lots);
}
