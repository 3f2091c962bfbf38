using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Data.Postgres;

/// <summary>PostgreSQL: many writers, kept apart by row locks.</summary>
public sealed class PostgresDb(DbContextOptions<PostgresDb> options) : VaguemestreDb(options)
{
    /// <summary>Statements that come again are prepared, unless the connection string says otherwise.</summary>
    public static void Configure(DbContextOptionsBuilder builder, string connectionString) =>
        builder.UseNpgsql(Prepared(connectionString), o => o.MigrationsAssembly(typeof(PostgresDb).Assembly.GetName().Name))
            .UseSnakeCaseNamingConvention();

    private static string Prepared(string connectionString)
    {
        // Npgsql's own builder says of every keyword that it contains it.
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        if (!given.ContainsKey("Max Auto Prepare") && !given.ContainsKey("MaxAutoPrepare"))
            connection.MaxAutoPrepare = 64;
        return connection.ConnectionString;
    }

    public override async Task LockAsync<T>(Guid id, CancellationToken cancel)
    {
        var table = Model.FindEntityType(typeof(T))!.GetTableName();
#pragma warning disable EF1002 // The table's name comes from the model.
        await Database.ExecuteSqlRawAsync($"SELECT 1 FROM {table} WHERE id = {{0}} FOR UPDATE", [id], cancel);
#pragma warning restore EF1002
    }

    public override async Task LockAllAsync<T>(IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        var table = Model.FindEntityType(typeof(T))!.GetTableName();
#pragma warning disable EF1002 // The table's name comes from the model.
        await Database.ExecuteSqlRawAsync($"SELECT 1 FROM {table} WHERE id = ANY ({{0}}) ORDER BY id FOR UPDATE", [ids.ToArray()], cancel);
#pragma warning restore EF1002
    }

    /// <summary>In one statement; and what is prepared is planned once, not for each batch anew.</summary>
    public override Task FindByKeysAsync(CancellationToken cancel) =>
        Database.ExecuteSqlRawAsync("SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)", cancel);

    public override Task<List<Sending>> LeaseSendingsAsync(Guid lease, DateTimeOffset now, DateTimeOffset until, int count, CancellationToken cancel) =>
        Sendings.FromSql(
            $"""
            UPDATE sendings SET lease_id = {lease}, lease_until = {until}
            WHERE id IN (SELECT id FROM sendings WHERE next_attempt_at <= {now} AND lease_id IS NULL
                         ORDER BY next_attempt_at LIMIT {count} FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel);

    public override async Task<IAsyncDisposable> BeginSnapshotAsync(CancellationToken cancel) => await Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);

    public override async Task<IReadOnlyList<string>> MissingTriggersAsync(CancellationToken cancel)
    {
        var standing = await Database.SqlQuery<string>($"SELECT tgname::text AS \"Value\" FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'").ToListAsync(cancel);
        return [.. JournalGuards.Postgres.Keys.Except(standing)];
    }

    /// <summary>An advisory lock of the transaction, which ends with it.</summary>
    internal override Task<bool> MayIndexAsync(CancellationToken cancel) =>
        Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({IndexingLock}) AS \"Value\"").SingleAsync(cancel);

    internal override Task PutTermsAsync(IReadOnlyList<(Guid Subject, SearchTerms Terms)> rows, CancellationToken cancel) => Database.ExecuteSqlAsync(
        $"""
        INSERT INTO search_rows (subject_id, terms) SELECT new.subject_id, new.terms::tsvector FROM unnest({rows.Select(r => r.Subject).ToArray()}, {rows.Select(r => r.Terms.ForTsVector()).ToArray()}) AS new (subject_id, terms)
        ON CONFLICT (subject_id) DO UPDATE SET terms = excluded.terms
        """,
        cancel);

    internal override Task DropTermsAsync(IReadOnlyList<Guid> subjects, CancellationToken cancel) => SearchRows.Where(r => subjects.Contains(r.SubjectId)).ExecuteDeleteAsync(cancel);

    /// <summary>Its planner takes a tsvector that stands in a table of its own (TOAST) for one that is at hand, and would rather read whole a table that was not vacuumed yet.</summary>
    internal override async Task<IAsyncDisposable?> BeginReadingByIndexAsync(CancellationToken cancel)
    {
        const string Begun = "read_by_index";
        IAsyncDisposable turn;
        if (Database.CurrentTransaction is { } around)
        {
            await around.CreateSavepointAsync(Begun, cancel);
            turn = new RolledBack(around, Begun);
        }
        else
        {
            turn = await Database.BeginTransactionAsync(cancel);
        }

        try
        {
            await Database.ExecuteSqlRawAsync("SELECT set_config('enable_seqscan', 'off', true)", cancel);
            return turn;
        }
        catch
        {
            await turn.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was set since the savepoint is no more, and the transaction around it goes on.</summary>
    private sealed class RolledBack(IDbContextTransaction transaction, string savepoint) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await transaction.RollbackToSavepointAsync(savepoint);
    }

    internal override async Task SettleTermsAsync(CancellationToken cancel)
    {
        try
        {
            await Database.ExecuteSqlRawAsync("SELECT gin_clean_pending_list('ix_search_rows_terms')", cancel);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Only who made the index may; autovacuum does it later.
        }
    }

    /// <summary>
    /// The terms stand in a question of their own, here and below: a planner that saw them would think it knew how many rows say them, plan the statement anew each time and, of few rows, rather
    /// read all their texts. Now it goes by the index, and keeps the plan.
    /// </summary>
    internal override IQueryable<Conversation> ConversationsThatSay(SearchQuery query) =>
        Conversations.FromSql($"SELECT c.* FROM search_rows s JOIN conversations c ON c.id = s.subject_id WHERE s.terms @@ (SELECT {query.ForTsQuery(SearchKind.Conversation)}::tsquery)");

    /// <summary><c>OFFSET 0</c> keeps the planner from turning the question round: it is asked of one after the other.</summary>
    internal override IQueryable<Conversation> EachThatSays(SearchQuery query) => Conversations.FromSql(
        $"""
        SELECT c.* FROM conversations c
        CROSS JOIN LATERAL (SELECT 1 FROM search_rows s WHERE s.subject_id = c.id AND s.terms @@ (SELECT {query.ForTsQuery(SearchKind.Conversation)}::tsquery) OFFSET 0) says
        """);

    /// <summary>
    /// To count what an index of words finds is not cheap: it is not done where half of every third of the sixty latest say it, of which four are asked first. A letter that was just sent to some,
    /// and no other that says the same, does not make it look as if all did.
    /// </summary>
    internal override async Task<Sayers> AskWhoSaysAsync(Guid organisationId, string reference, SearchQuery query, CancellationToken cancel)
    {
        const int Many = 1_000;
        var subjects = await Database.SqlQuery<Guid?>(
            $"""
            WITH latest AS (
                SELECT id, row_number() OVER (ORDER BY last_event_at DESC, id DESC) AS place
                FROM conversations WHERE consultation_id = (SELECT k.id FROM consultations k WHERE k.organisation_id = {organisationId} AND k.reference = {reference})
                ORDER BY last_event_at DESC, id DESC LIMIT 60),
            query AS (SELECT {query.ForTsQuery(kind: null)}::tsquery AS asked),
            latest_do AS (SELECT CASE
                WHEN 2 <= (
                    SELECT count(*) FROM (SELECT id FROM latest WHERE place % 15 = 0) c
                    CROSS JOIN LATERAL (SELECT 1 FROM search_rows s WHERE s.subject_id = c.id AND s.terms @@ (SELECT asked FROM query) OFFSET 0) says)
                THEN 10 <= (
                    SELECT count(*) FROM (SELECT id FROM latest WHERE place % 3 = 0) c
                    CROSS JOIN LATERAL (SELECT 1 FROM search_rows s WHERE s.subject_id = c.id AND s.terms @@ (SELECT asked FROM query) OFFSET 0) says)
                ELSE FALSE END AS so)
            SELECT found.subject_id AS "Value" FROM latest_do CROSS JOIN LATERAL (
                SELECT NULL::uuid AS subject_id WHERE so
                UNION ALL (SELECT subject_id FROM search_rows WHERE NOT so AND terms @@ (SELECT asked FROM query) LIMIT {Many})) found
            """).ToListAsync(cancel);
        return subjects switch
        {
            [null] => Sayers.Uncounted(HowMany.MostOfTheLatest),
            { Count: < Many } => Sayers.Few([.. subjects.OfType<Guid>()]),
            _ => Sayers.Uncounted(HowMany.Many),
        };
    }

    /// <summary><c>= true</c> keeps the planner from joining them, for which it takes them for few.</summary>
    internal override IQueryable<Conversation> ManyThatSay(SearchQuery query) => Conversations.FromSql(
        $"SELECT c.* FROM conversations c WHERE (c.id IN (SELECT s.subject_id FROM search_rows s WHERE s.terms @@ (SELECT {query.ForTsQuery(SearchKind.Conversation)}::tsquery))) = true");

    internal override IQueryable<Letter> DraftsThatSay(SearchQuery query) =>
        Letters.FromSql($"SELECT l.* FROM search_rows s JOIN letters l ON l.id = s.subject_id WHERE s.terms @@ (SELECT {query.ForTsQuery(SearchKind.Draft)}::tsquery)");

    internal override IQueryable<LetterRecipient> RecipientsLike(string any, string company) =>
        Set<LetterRecipient>().FromSql(FoldedTexts.RecipientsLike(FoldedTexts.PostgresRecipientText, any, company));

    /// <summary>An advisory lock of the session, which ends with it: a node that dies leaves it. Waited for as long as for any answer of the database.</summary>
    public override async Task<IAsyncDisposable?> TakeSealingTurnAsync(CancellationToken cancel)
    {
        await Database.OpenConnectionAsync(cancel);
        try
        {
            await Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({SealingLock})", cancel);
        }
        catch (NpgsqlException slow) when (slow.InnerException is TimeoutException)
        {
            await Database.CloseConnectionAsync();
            return null;
        }
        catch
        {
            await Database.CloseConnectionAsync();
            throw;
        }

        return new SealingTurn(this);
    }

    private protected override Task InsertRowsAsync(IReadOnlyList<BulkRows> tables, CancellationToken cancel) => PostgresBulk.InsertAsync(Database, tables, cancel);

    private protected override Task UpdateRowsAsync(BulkTable table, IReadOnlyList<BulkValues> columns, CancellationToken cancel) => PostgresBulk.UpdateAsync(Database, table, columns, cancel);

    /// <summary>
    /// Rows that change soon after they are written leave room beside them, so that a lease touches no index. Keys that lists are sorted by
    /// are compared by code point, as on SQLite, whatever the language of the database.
    /// </summary>
    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        model.Entity<Sending>().HasStorageParameter("fillfactor", 60);
        model.Entity<Conversation>().HasStorageParameter("fillfactor", 80);
        model.Entity<Letter>().Property(l => l.SubjectKey).UseCollation("C");
        model.Entity<Conversation>().Property(c => c.OwnSubjectKey).UseCollation("C");
        model.Entity<Conversation>().Property(c => c.RecipientKey).UseCollation("C");
        model.Entity<Conversation>().Property(c => c.RecipientText).UseCollation("C");

        // Status, letter and recipient behind the order: what is asked of them, or sorted by them, is asked of the index, whose rows are read until a page is full; the rows themselves lie scattered.
        model.Entity<Conversation>().HasIndex(c => new { c.ConsultationId, c.LastEventAt, c.Id, c.Status, c.LetterId }).IncludeProperties(c => new { c.RecipientText, c.RecipientKey }).HasDatabaseName("ix_conversations_listed");
        model.Entity<SearchRow>(row =>
        {
            row.Property<NpgsqlTsVector>("Terms").IsRequired();
            row.HasIndex("Terms").HasMethod("gin");
        });
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();

    /// <summary>"sealing" as eight bytes: any number that no other lock of the database has.</summary>
    private const long SealingLock = 0x7365_616C_696E_6700;

    /// <summary>"indexing": see <see cref="SealingLock"/>.</summary>
    private const long IndexingLock = 0x696E_6465_7869_6E67;

    private sealed class SealingTurn(PostgresDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({SealingLock})");
            }
            finally
            {
                await db.Database.CloseConnectionAsync();
            }
        }
    }
}
