using Microsoft.EntityFrameworkCore;
using Npgsql;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Data.Postgres;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Data;

public sealed class PreparedStatementsTests
{
    [Theory]
    [InlineData("Host=localhost;Database=courriers", 64)]
    [InlineData("Host=localhost;Database=courriers;Max Auto Prepare=0", 0)]
    [InlineData("Host=localhost;Database=courriers;maxautoprepare=7", 7)]
    public void Statements_that_come_again_are_prepared_unless_the_connection_string_says_otherwise(string given, int prepared)
    {
        var options = new DbContextOptionsBuilder<PostgresDb>();
        PostgresDb.Configure(options, given);
        using var db = new PostgresDb(options.Options);
        new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()).MaxAutoPrepare.ShouldBe(prepared);
    }

    [Fact]
    public async Task The_server_has_planned_what_came_again()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Postgresql);
        var prepared = await world.QueryAsync(async db =>
        {
            await using var held = await db.HoldConnectionAsync(default);
            for (var i = 0; i < 10; i++)
                await db.Organisations.CountAsync();
            return await db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_prepared_statements WHERE statement LIKE '%FROM organisations%'").SingleAsync();
        });
        prepared.ShouldBe(1);
    }
}
