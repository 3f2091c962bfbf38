namespace Vaguemestre.Core.Data;

/// <summary>
/// The triggers by which the database itself refuses to change or erase a fact. A migration creates them; EF's table
/// rebuilds on SQLite drop them, so start-up checks that they stand.
/// </summary>
public static class JournalGuards
{
    private const string Message = "the journal is append-only";

    private static readonly string[] Tables = ["facts", "fact_payloads"];

    private static readonly string[] Verbs = ["update", "delete"];

    public const string PostgresFunction =
        $"""
        CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{Message}: % on %', TG_OP, TG_TABLE_NAME; END $$
        """;

    /// <summary>Name → statement that creates it.</summary>
    public static IReadOnlyDictionary<string, string> Sqlite { get; } =
        (from table in Tables
         from verb in Verbs
         select (Name: $"{table}_no_{verb}", Sql: $"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.ToUpperInvariant()} ON {table} BEGIN SELECT RAISE(ABORT, '{Message}'); END"))
        .ToDictionary(t => t.Name, t => t.Sql);

    /// <summary>Name → statement that creates it; needs <see cref="PostgresFunction"/>. Statement triggers, so that TRUNCATE meets one too.</summary>
    public static IReadOnlyDictionary<string, string> Postgres { get; } =
        (from table in Tables
         from verb in Verbs.Append("truncate")
         select (Name: $"{table}_no_{verb}", Sql: $"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.ToUpperInvariant()} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"))
        .ToDictionary(t => t.Name, t => t.Sql);
}
