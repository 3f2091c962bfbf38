using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Data.Sqlite;

/// <summary>SQLite: one writer at a time, so that a transaction that has begun holds every row.</summary>
public sealed class SqliteDb(DbContextOptions<SqliteDb> options) : VaguemestreDb(options)
{
    /// <summary>
    /// Evidence is committed to the disk before it is acknowledged: WAL with <c>synchronous=FULL</c>. The WAL grows to 16 MB before it is put into the file, since
    /// indexes change the same pages again and again. A connection keeps up to 8 MB of the file in memory: the index of a consultation's list is bigger than SQLite's own 2 MB, and
    /// would be read from the system again by every list that goes through it.
    /// </summary>
    internal const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-8000;";

    public static void Configure(DbContextOptionsBuilder builder, string connectionString) =>
        builder.UseSqlite(connectionString, o => o.MigrationsAssembly(typeof(SqliteDb).Assembly.GetName().Name))
            .UseSnakeCaseNamingConvention()
            .ConfigureWarnings(warnings => warnings.Log((RelationalEventId.NonTransactionalMigrationOperationWarning, LogLevel.Debug))) // every rebuild of a table on SQLite says it
            .AddInterceptors(new EvidenceGradeConnection());

    public override Task LockAsync<T>(Guid id, CancellationToken cancel) => Task.CompletedTask;

    public override Task LockAllAsync<T>(IReadOnlyList<Guid> ids, CancellationToken cancel) => Task.CompletedTask;

    public override Task FindByKeysAsync(CancellationToken cancel) => Task.CompletedTask;

    public override Task<List<Sending>> LeaseSendingsAsync(Guid lease, DateTimeOffset now, DateTimeOffset until, int count, CancellationToken cancel)
    {
        var (nowUs, untilUs) = (ToMicroseconds(now), ToMicroseconds(until));
        return Sendings.FromSql(
            $"""
            UPDATE sendings SET lease_id = {lease}, lease_until = {untilUs}
            WHERE id IN (SELECT id FROM sendings WHERE next_attempt_at <= {nowUs} AND lease_id IS NULL
                         ORDER BY next_attempt_at LIMIT {count})
            RETURNING *
            """).AsNoTracking().ToListAsync(cancel);

        static long ToMicroseconds(DateTimeOffset instant) => (long)new MicrosecondsConverter().ConvertToProvider(instant)!;
    }

    /// <summary>Deferred: it begins as a reading and stays one.</summary>
    public override async Task<IAsyncDisposable> BeginSnapshotAsync(CancellationToken cancel)
    {
        await Database.OpenConnectionAsync(cancel);
        try
        {
            var transaction = ((SqliteConnection)Database.GetDbConnection()).BeginTransaction(deferred: true);
            return new Snapshot(this, transaction, (await Database.UseTransactionAsync(transaction, cancel))!);
        }
        catch
        {
            await Database.CloseConnectionAsync();
            throw;
        }
    }

    public override async Task<IReadOnlyList<string>> MissingTriggersAsync(CancellationToken cancel)
    {
        var standing = await Database.SqlQuery<string>($"SELECT name AS Value FROM sqlite_master WHERE type = 'trigger'").ToListAsync(cancel);
        return [.. JournalGuards.Sqlite.Keys.Except(standing)];
    }

    /// <summary>Looks at all tables (0x10000), counts those that changed much or have an index that was never counted (0x2), some thousand rows of each (0x10).</summary>
    public override Task RefreshStatisticsAsync(CancellationToken cancel) => WriteAsync<bool>(
        async () =>
        {
            await Database.ExecuteSqlRawAsync("PRAGMA optimize(0x10012)", cancel);
            return true;
        },
        cancel);

    /// <summary>The transaction has the file to itself.</summary>
    internal override Task<bool> MayIndexAsync(CancellationToken cancel) => Task.FromResult(true);

    internal override Task PutTermsAsync(IReadOnlyList<(Guid Subject, SearchTerms Terms)> rows, CancellationToken cancel) => SqliteSearch.PutAsync(this, rows, cancel);

    internal override Task DropTermsAsync(IReadOnlyList<Guid> subjects, CancellationToken cancel) => SqliteSearch.DropAsync(this, subjects, cancel);

    /// <summary>What the index has under these terms, by the number of its <see cref="SearchRow"/>: <c>search_terms MATCH …</c>, written as a function (SQLite, FTS5 §5).</summary>
    public IQueryable<TermMatch> TermsMatching(string terms) => FromExpression(() => TermsMatching(terms));

    /// <summary>From the index to the rows, in this order (<c>CROSS JOIN</c>): SQLite, which cannot tell how many there are, would rather read all conversations.</summary>
    internal override IQueryable<Conversation> ConversationsThatSay(SearchQuery query) =>
        Found(query, SearchKind.Conversation).SelectMany(_ => Conversations, (found, c) => new { found, c }).Where(x => x.c.Id == x.found.SubjectId).Select(x => x.c);

    /// <summary>The index tells numbers; whose they are is asked where they are few.</summary>
    internal override async Task<Sayers> AskWhoSaysAsync(Guid organisationId, string reference, SearchQuery query, CancellationToken cancel)
    {
        const int Some = 100;
        var numbers = await NumbersMatching(this, query.ForFts5(kind: null)).ToArrayAsync(cancel);
        return numbers.Length switch
        {
            0 => Sayers.Few([]),
            < Some => Sayers.Few(await SubjectsOf(this, numbers).ToListAsync(cancel)),
            < Many => Sayers.Uncounted(HowMany.Some),
            _ => Sayers.Uncounted(HowMany.Many),
        };
    }

    private const int Many = 300;

    private static readonly Func<SqliteDb, string, IAsyncEnumerable<long>> NumbersMatching = CompiledQuery.OfRows((SqliteDb db, string terms) => db.TermsMatching(terms).Select(t => t.Number).Order().Take(Many));

    private static readonly Func<SqliteDb, long[], IAsyncEnumerable<Guid>> SubjectsOf = CompiledQuery.OfRows((SqliteDb db, long[] numbers) => db.SearchRows.Where(s => numbers.Contains(s.Number)).Select(s => s.SubjectId));

    internal override IQueryable<Conversation> ManyThatSay(SearchQuery query)
    {
        var numbers = TermsMatching(query.ForFts5(SearchKind.Conversation)).Select(t => t.Number);
        return Conversations.Where(c => numbers.Contains(SearchRows.Where(s => s.SubjectId == c.Id).Select(s => s.Number).First()));
    }

    internal override IQueryable<Letter> DraftsThatSay(SearchQuery query) =>
        Found(query, SearchKind.Draft).SelectMany(_ => Letters, (found, l) => new { found, l }).Where(x => x.l.Id == x.found.SubjectId).Select(x => x.l);

    private IQueryable<SearchRow> Found(SearchQuery query, SearchKind kind) =>
        TermsMatching(query.ForFts5(kind)).SelectMany(_ => SearchRows, (term, s) => new { term, s }).Where(x => x.s.Number == x.term.Number).Select(x => x.s);

    internal override IQueryable<LetterRecipient> RecipientsLike(string any, string company) =>
        Set<LetterRecipient>().FromSql(FoldedTexts.RecipientsLike(FoldedTexts.SqliteRecipientText, any, company));

    /// <summary>Within this process; of two processes the unique keys of the seals refuse the second.</summary>
    public override async Task<IAsyncDisposable?> TakeSealingTurnAsync(CancellationToken cancel) =>
        await WriterTurns.Of("sealing " + Database.GetDbConnection().ConnectionString).TakeAsync(cancel);

    /// <summary>What it takes to open a connection is done before, beside whoever has the turn.</summary>
    private protected override async Task<IDisposable?> TakeTurnAsync(CancellationToken cancel)
    {
        await Database.OpenConnectionAsync(cancel);
        try
        {
            return new OpenTurn(this, await WriterTurns.Of(Database.GetDbConnection().ConnectionString).TakeAsync(cancel));
        }
        catch
        {
            await Database.CloseConnectionAsync();
            throw;
        }
    }

    private protected override async Task InsertRowsAsync(IReadOnlyList<BulkRows> tables, CancellationToken cancel)
    {
        foreach (var (table, rows) in tables)
            await SqliteBulk.InsertAsync(Database, table, rows, cancel);
    }

    private protected override Task UpdateRowsAsync(BulkTable table, IReadOnlyList<BulkValues> columns, CancellationToken cancel) => SqliteBulk.UpdateAsync(Database, table, columns, cancel);

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);

        model.HasDbFunction(typeof(SqliteDb).GetMethod(nameof(TermsMatching))!).HasName("search_terms");
        model.Entity<TermMatch>().HasNoKey().ToView("search_terms").Property(t => t.Number).HasColumnName("rowid");

        // Status, letter, deadline and recipient behind the order: what is asked of them, or sorted by them, is asked of the index, whose rows are read until a page is full; the rows themselves lie scattered.
        model.Entity<Conversation>().HasIndex(c => new { c.ConsultationId, c.LastEventAt, c.Id, c.Status, c.LetterId, c.AwaitedUntil, c.RecipientText, c.RecipientKey }).HasDatabaseName("ix_conversations_listed");
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();

    private sealed class OpenTurn(SqliteDb db, WriterTurns.Turn turn) : IDisposable
    {
        public void Dispose()
        {
            turn.Dispose();
            db.Database.CloseConnection();
        }
    }

    /// <summary>EF forgets a transaction that it was given, and leaves its end to the giver.</summary>
    private sealed class Snapshot(SqliteDb db, SqliteTransaction transaction, IDbContextTransaction used) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await used.DisposeAsync();
            await transaction.DisposeAsync();
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>
    /// Sets <see cref="Pragmas"/>. <c>lower()</c> folds
    /// every letter, as PostgreSQL's does, and not only ASCII; <c>sort_key()</c> and <c>recipient_lines()</c> are what folded texts are made with.
    /// </summary>
    private sealed class EvidenceGradeConnection : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = Prepare(connection);
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = Prepare(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        private static DbCommand Prepare(DbConnection connection)
        {
            var sqlite = (SqliteConnection)connection;
            sqlite.CreateFunction("lower", (string? text) => text?.ToLowerInvariant(), isDeterministic: true);
            sqlite.CreateFunction("sort_key", (string? text) => SortKey.Of(text), isDeterministic: true);
            sqlite.CreateFunction("recipient_lines", (string email, string? name, string? company) => RecipientLines.Of(email, name, company), isDeterministic: true);
            var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            return command;
        }
    }
}

/// <summary>A row of the index of words that says what is looked for.</summary>
public sealed class TermMatch
{
    /// <summary>Of its <see cref="SearchRow"/>.</summary>
    public long Number { get; private init; }
}
