namespace Vaguemestre.Core.Data;

/// <summary>
/// The triggers by which the database itself refuses to change or erase a fact or a seal. Migrations create them; EF's table
/// rebuilds on SQLite drop them, so start-up checks that they stand.
/// </summary>
public static class JournalGuards
{
    private const string Message = "the journal is append-only";

    /// <summary>The facts; the seals over them came with a later migration.</summary>
    private static readonly string[] FactTables = ["facts", "fact_payloads"], SealTables = ["seals", "sealed_facts"];

    private static readonly string[] Verbs = ["update", "delete"];

    public const string PostgresFunction =
        $"""
        CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{Message}: % on %', TG_OP, TG_TABLE_NAME; END $$
        """;

    /// <summary>Every guard that must stand: name → statement that creates it.</summary>
    public static IReadOnlyDictionary<string, string> Sqlite { get; } = OnSqlite([.. FactTables, .. SealTables]);

    /// <inheritdoc cref="Sqlite"/>
    public static IReadOnlyDictionary<string, string> Postgres { get; } = OnPostgres([.. FactTables, .. SealTables]);

    public static IEnumerable<string> SqliteOfFacts => OnSqlite(FactTables).Values;

    public static IEnumerable<string> SqliteOfSeals => OnSqlite(SealTables).Values;

    /// <summary>They need <see cref="PostgresFunction"/>.</summary>
    public static IEnumerable<string> PostgresOfFacts => OnPostgres(FactTables).Values;

    public static IEnumerable<string> PostgresOfSeals => OnPostgres(SealTables).Values;

    private static Dictionary<string, string> OnSqlite(string[] tables) =>
        (from table in tables
         from verb in Verbs
         select (Name: $"{table}_no_{verb}", Sql: $"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.ToUpperInvariant()} ON {table} BEGIN SELECT RAISE(ABORT, '{Message}'); END"))
        .ToDictionary(t => t.Name, t => t.Sql);

    /// <summary>Statement triggers, so that TRUNCATE meets one too.</summary>
    private static Dictionary<string, string> OnPostgres(string[] tables) =>
        (from table in tables
         from verb in Verbs.Append("truncate")
         select (Name: $"{table}_no_{verb}", Sql: $"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.ToUpperInvariant()} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"))
        .ToDictionary(t => t.Name, t => t.Sql);
}
