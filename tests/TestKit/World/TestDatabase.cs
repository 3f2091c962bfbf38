using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.TestKit.World;

/// <summary>A migrated database of a test's own, on one of the two providers.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> SqliteTemplate = new(MakeSqliteTemplateAsync);

    private readonly Func<Task> drop;

    private TestDatabase(DatabaseProvider provider, string connectionString, Func<Task> drop)
    {
        Provider = provider;
        ConnectionString = connectionString;
        this.drop = drop;
    }

    public DatabaseProvider Provider { get; }

    public string ConnectionString { get; }

    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, string folder)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            var file = Path.Combine(folder, "vaguemestre.db");
            File.Copy(await SqliteTemplate.Value, file);
            return new TestDatabase(provider, SqliteConnection(file), () => Task.CompletedTask);
        }

        var server = await PostgresServer.SharedAsync();
        await server.EnsureTemplateAsync("vaguemestre", connection => MigrateAsync(provider, connection));
        var connectionString = await server.CreateDatabaseAsync("vaguemestre");
        return new TestDatabase(provider, connectionString, () => server.DropDatabaseAsync(connectionString));
    }

    public async ValueTask DisposeAsync() => await drop();

    private static async Task<string> MakeSqliteTemplateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-template-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var file = Path.Combine(folder, "template.db");
        await MigrateAsync(DatabaseProvider.Sqlite, SqliteConnection(file));
        return file;
    }

    private static string SqliteConnection(string file) => $"Data Source={file};Default Timeout=30;Pooling=False";

    private static async Task MigrateAsync(DatabaseProvider provider, string connectionString)
    {
        var settings = new Settings { Database = { Provider = provider, ConnectionString = connectionString } };
        await using var services = new ServiceCollection().AddLogging().AddVaguemestreCore(settings).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<VaguemestreDb>().Database.MigrateAsync();
    }
}
