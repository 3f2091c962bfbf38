using Npgsql;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Core.Tests.Servers;

public class PostgresServerTests
{
    [Fact]
    public async Task A_copy_of_a_template_has_its_rows_and_leaves_it_untouched()
    {
        var server = await PostgresServer.SharedAsync();
        await server.EnsureTemplateAsync("companies", connection =>
            ExecuteAsync(connection, "CREATE TABLE company (name text); INSERT INTO company VALUES ('Élagage du Morvan')"));

        var first = await server.CreateDatabaseAsync("companies");
        await ExecuteAsync(first, "INSERT INTO company VALUES ('Papeterie Nivernaise')");
        var second = await server.CreateDatabaseAsync("companies");

        (await ScalarAsync(first, "SELECT count(*) FROM company")).ShouldBe(2L);
        (await ScalarAsync(second, "SELECT name FROM company")).ShouldBe("Élagage du Morvan");
    }

    [Fact]
    public async Task A_template_is_built_once()
    {
        var server = await PostgresServer.SharedAsync();
        var built = 0;
        Task CountAsync(string connection)
        {
            Interlocked.Increment(ref built);
            return Task.CompletedTask;
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.EnsureTemplateAsync("once", CountAsync)));

        built.ShouldBe(1);
    }

    [Fact]
    public async Task A_dropped_database_is_gone()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await ScalarAsync(database, "SELECT 1");

        await server.DropDatabaseAsync(database);

        var error = await Should.ThrowAsync<PostgresException>(() => ScalarAsync(database, "SELECT 1"));
        error.SqlState.ShouldBe(PostgresErrorCodes.InvalidCatalogName);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
