using Npgsql;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A durable PostgreSQL that can be stopped and started again under load, in a folder that the caller gives (a small file system,
/// for instance). Reached by a socket; stopped when disposed of or when this process ends in any way.
/// </summary>
public sealed class RestartablePostgres : IAsyncDisposable
{
    /// <summary>Arguments: initdb, pg_ctl, data folder, log, postgres's settings. A server that pg_ctl started belongs to no process group: only this trap stops it.</summary>
    private const string InitialiseAndGuard = """
        initdb=$0 pg_ctl=$1 data=$2 log=$3 options=$4
        stop() { "$pg_ctl" -D "$data" -m immediate stop; exit 0; }
        trap stop TERM
        "$initdb" --pgdata="$data" --username=vaguemestre --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-instructions &&
            "$pg_ctl" -D "$data" -l "$log" -o "$options" -w start || exit 1
        while :; do sleep 0.2; done
        """;

    private readonly string _data, _socket, _options;
    private readonly TestProcess _guard;

    private RestartablePostgres(string data, string socket, string options, TestProcess guard) => (_data, _socket, _options, _guard) = (data, socket, options, guard);

    /// <param name="folder">Where the data go; null = a temporary folder that goes with the server.</param>
    public static async Task<RestartablePostgres> StartAsync(string? folder = null)
    {
        var own = Directory.CreateTempSubdirectory("vaguemestre-postgres-").FullName;
        var data = Path.Combine(folder ?? own, "postgres");
        Directory.CreateDirectory(data);
        await Command.RunAsync("chmod", "a+x", folder ?? own);
        if (Environment.IsPrivilegedProcess)
            await Command.RunAsync("chown", "postgres:", own, data);
        var options = $"-c unix_socket_directories={own} -c listen_addresses= -c max_connections=100 -c timezone=UTC -c max_wal_size=64MB -c min_wal_size=32MB -c checkpoint_timeout=30s";
        var guard = TestProcess.Start(
            "env",
            [.. AsUser(), "/bin/sh", "-c", InitialiseAndGuard, DebianProgram.FindPostgres("initdb"), DebianProgram.FindPostgres("pg_ctl"), data, Path.Combine(own, "log"), options],
            own);
        var server = new RestartablePostgres(data, own, options, guard);
        await guard.WaitUntilAsync(server.AnswersAsync, "a connection is accepted");
        return server;
    }

    public string ConnectionString => new NpgsqlConnectionStringBuilder { Host = _socket, Username = "vaguemestre", Database = "postgres", MaxPoolSize = 20, Timeout = 5 }.ConnectionString;

    /// <param name="mode"><c>fast</c> ends every connection in order; <c>immediate</c> is a crash, mended from the log at the next start.</param>
    public async Task RestartAsync(string mode)
    {
        await ControlAsync("-m", mode, "stop");
        await StartAgainAsync();
    }

    /// <summary>Starts it where it is not running (a server whose disk was full has stopped itself), and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        if (!await RunsAsync())
            await ControlAsync("-l", Path.Combine(_socket, "log"), "-o", _options, "start");

        // The connections that this process kept died with the server.
        NpgsqlConnection.ClearAllPools();
        await _guard.WaitUntilAsync(AnswersAsync, "a connection is accepted again");
    }

    public ValueTask DisposeAsync() => _guard.DisposeAsync();

    private static string[] AsUser() => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private async Task ControlAsync(params string[] arguments) =>
        await Command.RunAsync("env", [.. AsUser(), DebianProgram.FindPostgres("pg_ctl"), "-D", _data, "-w", "-t", "60", .. arguments]);

    private async Task<bool> RunsAsync()
    {
        try
        {
            await ControlAsync("status");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(stop);
        return true;
    }
}
