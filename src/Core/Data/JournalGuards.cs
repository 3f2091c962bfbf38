namespace Vaguemestre.Core.Data;

/// <summary>
/// The triggers by which the database itself refuses to change or erase a fact or a seal. The payload of a fact goes only where a later fact of
/// its chain says that the content was purged. Migrations create them; EF's table rebuilds on SQLite drop them, so start-up checks that they
/// stand.
/// </summary>
public static class JournalGuards
{
    private const string Message = "the journal is append-only";

    /// <summary>The facts; the seals over them came with a later migration.</summary>
    private static readonly string[] FactTables = ["facts", "fact_payloads"], SealTables = ["seals", "sealed_facts"];

    /// <summary>And later the renewals of their timestamps.</summary>
    private static readonly string[] RenewalTables = ["seal_renewals", "renewed_seals"];

    private static readonly string[] Verbs = ["update", "delete"];

    private const string PayloadDelete = "fact_payloads_no_delete";

    /// <summary>Whether a later fact of its chain says that the payload in OLD is erased.</summary>
    private const string IsPurged = "EXISTS (SELECT 1 FROM facts f JOIN facts p ON p.subject_id = f.subject_id AND p.sequence > f.sequence AND p.kind = 'content-purged' WHERE f.id = OLD.fact_id)";

    private const string SqlitePayloadDelete =
        $"CREATE TRIGGER {PayloadDelete} BEFORE DELETE ON fact_payloads WHEN NOT {IsPurged} BEGIN SELECT RAISE(ABORT, '{Message}'); END";

    private const string PostgresPayloadDelete = $"CREATE TRIGGER {PayloadDelete} BEFORE DELETE ON fact_payloads FOR EACH ROW EXECUTE FUNCTION refuse_payload_loss()";

    public const string PostgresFunction =
        $"""
        CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{Message}: % on %', TG_OP, TG_TABLE_NAME; END $$
        """;

    /// <summary>What <see cref="Postgres"/> needs beside <see cref="PostgresFunction"/>.</summary>
    public const string PostgresPayloadFunction =
        $"""
        CREATE OR REPLACE FUNCTION refuse_payload_loss() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NOT {IsPurged} THEN RAISE EXCEPTION '{Message}: % on %', TG_OP, TG_TABLE_NAME; END IF; RETURN OLD; END $$
        """;

    /// <summary>Every guard that must stand: name → statement that creates it.</summary>
    public static IReadOnlyDictionary<string, string> Sqlite { get; } =
        new Dictionary<string, string>(OnSqlite([.. FactTables, .. SealTables, .. RenewalTables])) { [PayloadDelete] = SqlitePayloadDelete };

    /// <inheritdoc cref="Sqlite"/>
    public static IReadOnlyDictionary<string, string> Postgres { get; } =
        new Dictionary<string, string>(OnPostgres([.. FactTables, .. SealTables, .. RenewalTables])) { [PayloadDelete] = PostgresPayloadDelete };

    /// <summary>The guard that lets a payload go where the chain says so, in place of the one that let none go.</summary>
    public static IEnumerable<string> SqliteOfPurges => [$"DROP TRIGGER {PayloadDelete}", SqlitePayloadDelete];

    /// <inheritdoc cref="SqliteOfPurges"/>
    public static IEnumerable<string> PostgresOfPurges => [PostgresPayloadFunction, $"DROP TRIGGER {PayloadDelete} ON fact_payloads", PostgresPayloadDelete];

    public static IEnumerable<string> SqliteOfFacts => OnSqlite(FactTables).Values;

    public static IEnumerable<string> SqliteOfSeals => OnSqlite(SealTables).Values;

    public static IEnumerable<string> SqliteOfRenewals => OnSqlite(RenewalTables).Values;

    public static IEnumerable<string> PostgresOfRenewals => OnPostgres(RenewalTables).Values;

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
