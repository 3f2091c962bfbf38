using System.Collections.Concurrent;
using Npgsql;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A PostgreSQL of the tests' own, in a temporary folder, reached by a socket in that folder (no port, no password).
/// Not durable: a test that needs its writes to reach the disk starts another with <see cref="StartAsync"/>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string SystemUser = "postgres";

    /// <summary>Arguments: initdb, postgres, data folder, then postgres's settings.</summary>
    private const string InitialiseAndServe = """
        postgres=$1 data=$2; shift 2
        "$0" --pgdata="$data" --username=vaguemestre --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions \
            && exec "$postgres" -D "$data" "$@"
        """;

    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(() => StartAsync());

    private readonly string _folder;
    private readonly TestProcess _process;
    private readonly ConcurrentDictionary<string, Lazy<Task>> _templates = new(StringComparer.Ordinal);
    private int _databases;

    private PostgresServer(string folder, TestProcess process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>The one server of this test process, started when first asked for and stopped when the process ends.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        var initdb = DebianProgram.FindPostgres("initdb");
        var postgres = DebianProgram.FindPostgres("postgres");
        var folder = Directory.CreateTempSubdirectory("vaguemestre-postgres-").FullName;
        var data = Path.Combine(folder, "data");

        List<string> settings = [$"unix_socket_directories={folder}", "listen_addresses=", "max_connections=300", "timezone=UTC"];
        if (!durable)
        {
            settings.AddRange(["fsync=off", "full_page_writes=off", "synchronous_commit=off"]);
        }

        // PostgreSQL refuses to run as root.
        string[] asUser = [];
        if (Environment.IsPrivilegedProcess)
        {
            await Command.RunAsync("chown", $"{SystemUser}:", folder);
            asUser = ["setpriv", $"--reuid={SystemUser}", $"--regid={SystemUser}", "--init-groups"];
        }

        var process = TestProcess.Start(
            "env",
            [.. asUser, "/bin/sh", "-c", InitialiseAndServe, initdb, postgres, data, .. settings.SelectMany(setting => new[] { "-c", setting })],
            folder,
            stopSignal: "QUIT");
        var server = new PostgresServer(folder, process);
        await process.WaitUntilAsync(server.AnswersAsync, "a connection is accepted");
        return server;
    }

    /// <summary>Connection string of a new database: empty, or a copy of a template made by <see cref="EnsureTemplateAsync"/>.</summary>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(template is null ? $"CREATE DATABASE {name}" : $"CREATE DATABASE {name} TEMPLATE \"{template}\"");
        return Connection(name).ConnectionString;
    }

    /// <summary>Makes a database once in the server's life; <paramref name="build"/> gets its connection string and leaves
    /// no connection open. Copies of it are quicker than migrations.</summary>
    public Task EnsureTemplateAsync(string name, Func<string, Task> build) =>
        _templates.GetOrAdd(name, _ => new Lazy<Task>(async () =>
        {
            await ExecuteAsync($"CREATE DATABASE \"{name}\"");
            var connection = Connection(name);
            connection.Pooling = false;
            await build(connection.ConnectionString);
        })).Value;

    /// <summary>Drops a database that <see cref="CreateDatabaseAsync"/> made, whoever is still connected to it.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = _folder,
        Username = "vaguemestre",
        Database = database,
        MaxPoolSize = 20,
        ConnectionIdleLifetime = 5,
        ConnectionPruningInterval = 1,
        IncludeErrorDetail = true,
    };

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres").ConnectionString);
        await connection.OpenAsync(stop);
        return true;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Connection("postgres").ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
