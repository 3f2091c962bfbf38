using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Vaguemestre.Core.Data.Postgres;
using Vaguemestre.Core.Data.Sqlite;

namespace Vaguemestre.Core.Data;

/// <summary>Lets <c>eng/add-migration</c> make a context without a database.</summary>
public sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteDb>
{
    public SqliteDb CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<SqliteDb>();
        SqliteDb.Configure(builder, "Data Source=:memory:");
        return new SqliteDb(builder.Options);
    }
}

/// <inheritdoc cref="SqliteDesignTimeFactory"/>
public sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<PostgresDb>
{
    public PostgresDb CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<PostgresDb>();
        PostgresDb.Configure(builder, "Host=localhost");
        return new PostgresDb(builder.Options);
    }
}
