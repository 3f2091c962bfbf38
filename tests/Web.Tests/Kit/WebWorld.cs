using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Net.Http.Headers;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Demo;
using Vaguemestre.Web.Verbs;
using Vaguemestre.Web.Workers;

namespace Vaguemestre.Web.Tests.Kit;

/// <summary>An organisation with one agent and one key.</summary>
public sealed record Buyer(Organisation Organisation, Agent Agent, string Key)
{
    public Caller Caller => Caller.Of(Agent);
}

/// <summary>
/// The product served by real Kestrel on a free port of the loopback, on a database of its own, with one organisation.
/// Without its mailbox nothing leaves and time stands until the test moves <see cref="Clock"/>; with it, time is real, the
/// workers run and what is sent is delivered, or not, as in the demo.
/// </summary>
public sealed class WebWorld : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private WebWorld(TestDatabase database, WebApplication app, Settings settings, FakeTimeProvider clock)
    {
        _database = database;
        _app = app;
        Settings = settings;
        Clock = clock;
    }

    public Settings Settings { get; }

    /// <summary>The product's clock, unless the world has its mailbox.</summary>
    public FakeTimeProvider Clock { get; }

    public Buyer Buyer { get; private set; } = null!;

    public Caller Caller => Buyer.Caller;

    /// <summary>The demo's mailbox, where the world was made with it.</summary>
    public TestMailbox Mailbox => _app.Services.GetRequiredService<TestMailbox>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens, no slash at the end.</summary>
    public Uri Url => new(Settings.PublicUrl);

    public static async Task<WebWorld> CreateAsync(DatabaseProvider provider, bool withMailbox = false, Action<Settings>? configure = null, CollectionLimits? limits = null)
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-web-").FullName;
        var database = await TestDatabase.CreateAsync(provider, folder);
        var builder = Configuration.NewBuilder(["--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        var settings = Configuration.Read(builder.Configuration);
        settings.PublicUrl = "http://127.0.0.1";
        settings.DataDirectory = folder;
        (settings.Database.Provider, settings.Database.ConnectionString) = (provider, database.ConnectionString);
        (settings.Mail.FromAddress, settings.Mail.BounceDomain) = ("ne-pas-repondre@courriers.test", "courriers.test");
        settings.Roles = withMailbox ? "web,worker" : "web";
        settings.Inbound.Smtp.Port = withMailbox ? 0 : null;
        (settings.Smtp.Host, settings.Smtp.Connections) = ("127.0.0.1", 1);
        settings.Recipients.DnsServer = "off";
        if (withMailbox)
            (settings.Notifications.GatherFor, settings.Notifications.QuietFor) = (TimeSpan.Zero, TimeSpan.Zero);
        configure?.Invoke(settings);

        var clock = new FakeTimeProvider(TestWorld.Start);
        var app = Host.Build(builder, settings, services =>
        {
            Replace(services, withMailbox, clock);
            if (limits is not null)
                services.AddSingleton(limits);
        });
        if (withMailbox)
        {
            var mailbox = app.Services.GetRequiredService<TestMailbox>();
            mailbox.Start(() => app.Services.GetRequiredService<InboundSmtpWorker>().Port);
            settings.Smtp.Port = mailbox.Port;
        }

        await app.StartAsync();
        settings.PublicUrl = app.Urls.Single();
        var world = new WebWorld(database, app, settings, clock);
        world.Buyer = await world.AddBuyerAsync("Ville de Montrevel-sur-Loire", "Camille Durand", "camille.durand@montrevel.test");
        return world;
    }

    public async Task<Buyer> AddBuyerAsync(string name, string agentName, string email)
    {
        var now = TestWorld.Start;
        var organisation = new Organisation { Id = Guid.CreateVersion7(now), Name = name };
        var agent = new Agent { Id = Guid.CreateVersion7(now), OrganisationId = organisation.Id, Name = agentName, Email = email };
        var key = ApiKey.NewText();
        await QueryAsync(async db =>
        {
            db.AddRange(organisation, agent, new ApiKey { Id = Guid.CreateVersion7(now), OrganisationId = organisation.Id, Name = "Clé d'essai", Hash = ApiKey.HashOf(key), CreatedAt = now });
            return await db.SaveChangesAsync();
        });
        return new Buyer(organisation, agent, key);
    }

    /// <summary>A colleague of the buyer's agent.</summary>
    public async Task<Agent> AddColleagueAsync(string name, string email)
    {
        var agent = new Agent { Id = Guid.CreateVersion7(TestWorld.Start), OrganisationId = Buyer.Organisation.Id, Name = name, Email = email };
        await QueryAsync(async db =>
        {
            db.Add(agent);
            return await db.SaveChangesAsync();
        });
        return agent;
    }

    /// <summary>Somebody without key or cookie, who follows no redirection and keeps the cookies it is given.</summary>
    public HttpClient Visitor()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Url };
        _clients.Add(client);
        return client;
    }

    /// <summary>A program with a key; by default the buyer's. Addresses are relative to <c>/api/v1/</c>.</summary>
    public HttpClient Api(string? key = null)
    {
        var client = Visitor();
        client.BaseAddress = new Uri(Url, "/api/v1/");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Buyer.Key);
        return client;
    }

    /// <summary>An agent's browser, signed in without passing by the page.</summary>
    public async Task<HttpClient> AgentAsync(Agent? agent = null, System.Net.CookieContainer? cookies = null)
    {
        var id = (agent ?? Buyer.Agent).Id;
        return await InScopeAsync(async services =>
        {
            var context = new DefaultHttpContext { RequestServices = services };
            await context.SignInAsync(await services.GetRequiredService<VaguemestreDb>().Agents.Include(a => a.Organisation).SingleAsync(a => a.Id == id));
            var cookie = SetCookieHeaderValue.Parse(context.Response.Headers.SetCookie.Single()!);
            cookies ??= new System.Net.CookieContainer();
            cookies.Add(Url, new System.Net.Cookie(cookie.Name.ToString(), cookie.Value.ToString()));
            var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = Url };
            _clients.Add(client);
            return client;
        });
    }

    /// <summary>Runs a piece of work in a scope of its own, as a request would.</summary>
    public async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    /// <summary>Runs one operation in a scope of its own: <c>world.RunAsync((SendLetter o) => o.RunAsync(…))</c>.</summary>
    public Task<T> RunAsync<TOperation, T>(Func<TOperation, Task<T>> run)
        where TOperation : notnull => InScopeAsync(scope => run(scope.GetRequiredService<TOperation>()));

    public Task<T> QueryAsync<T>(Func<VaguemestreDb, Task<T>> query) => RunAsync(query);

    public async Task<Consultation> AddConsultationAsync(string reference = "2026-T-014", Action<ConsultationInputBuilder>? configure = null, Buyer? buyer = null)
    {
        var input = new ConsultationInputBuilder();
        configure?.Invoke(input);
        return (await RunAsync((PutConsultation o) => o.RunAsync((buyer ?? Buyer).Caller, reference, input.Build(), default))).Value.Consultation;
    }

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

    /// <summary>The token of a conversation's personal link: what <c>/c/{token}</c> takes.</summary>
    public Task<string> LinkTokenAsync(Guid conversationId) => RunAsync((PersonalLink links) => Task.FromResult(links.TokenOf(conversationId)));

    /// <summary>Waits, half a minute at most, until what the workers do has come to pass.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var turn = 0; turn < 600; turn++)
        {
            if (await condition())
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        Assert.Fail("What was waited for did not come within half a minute.");
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.StopAsync(); // disposing waits for no worker
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(Settings.DataDirectory, recursive: true);
    }

    private static void Replace(IServiceCollection services, bool withMailbox, FakeTimeProvider clock)
    {
        if (withMailbox)
            services.AddSingleton<TestMailbox>();
        else
            services.AddSingleton<TimeProvider>(clock);
    }
}
