using System.Buffers.Binary;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.Core.Retention;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.Core.Tracking.Notifying;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Data;

/// <summary>
/// Every table of the product. What differs between the two databases stands in <c>Sqlite/</c> and <c>Postgres/</c>;
/// the mapping of a table stands beside its entity, in its room.
/// </summary>
public abstract class VaguemestreDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<Organisation> Organisations => Set<Organisation>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Consultation> Consultations => Set<Consultation>();

    public DbSet<Contact> Contacts => Set<Contact>();

    public DbSet<ConsultationRetention> Retentions => Set<ConsultationRetention>();

    public DbSet<StoredFile> Files => Set<StoredFile>();

    public DbSet<Upload> Uploads => Set<Upload>();

    public DbSet<Fact> Facts => Set<Fact>();

    public DbSet<Seal> Seals => Set<Seal>();

    public DbSet<SealedFact> SealedFacts => Set<SealedFact>();

    public DbSet<Renewal> Renewals => Set<Renewal>();

    public DbSet<RenewedSeal> RenewedSeals => Set<RenewedSeal>();

    public DbSet<TemplateVersion> TemplateVersions => Set<TemplateVersion>();

    public DbSet<Letter> Letters => Set<Letter>();

    public DbSet<ImportedMessage> ImportedMessages => Set<ImportedMessage>();

    public DbSet<Conversation> Conversations => Set<Conversation>();

    public DbSet<Sending> Sendings => Set<Sending>();

    public DbSet<InboundMessage> InboundMessages => Set<InboundMessage>();

    public DbSet<Reply> Replies => Set<Reply>();

    public DbSet<ReplyDraft> ReplyDrafts => Set<ReplyDraft>();

    public DbSet<InvitedReader> InvitedReaders => Set<InvitedReader>();

    public DbSet<CompanySpace> CompanySpaces => Set<CompanySpace>();

    public DbSet<CompanyAddress> CompanyAddresses => Set<CompanyAddress>();

    public DbSet<CompanySignIn> CompanySignIns => Set<CompanySignIn>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<Favourite> Favourites => Set<Favourite>();

    public DbSet<SavedSearch> SavedSearches => Set<SavedSearch>();

    public DbSet<SearchRow> SearchRows => Set<SearchRow>();

    public DbSet<SearchNews> SearchNews => Set<SearchNews>();

    public DbSet<Handling> Handlings => Set<Handling>();

    public DbSet<News> News => Set<News>();

    public DbSet<AgentNews> AgentNews => Set<AgentNews>();

    public DbSet<AgentNotices> AgentNotices => Set<AgentNotices>();

    public DbSet<ConsultationChoice> ConsultationChoices => Set<ConsultationChoice>();

    /// <summary>Waits until no other transaction holds the row, and holds it until this one ends.</summary>
    public abstract Task LockAsync<T>(Guid id, CancellationToken cancel)
        where T : class;

    /// <summary>The same for many rows, in the order of their ids, so that two callers never wait for each other.</summary>
    public abstract Task LockAllAsync<T>(IReadOnlyList<Guid> ids, CancellationToken cancel)
        where T : class;

    /// <summary>
    /// From here to the end of the transaction rows are found by their keys, hundreds at a time: a planner that knows nothing
    /// of a young or fast-changing table would rather read it whole.
    /// </summary>
    public abstract Task FindByKeysAsync(CancellationToken cancel);

    /// <summary>
    /// Takes up to <paramref name="count"/> due sendings that nobody holds for <paramref name="lease"/> until
    /// <paramref name="until"/>. Two callers never get the same one.
    /// </summary>
    public abstract Task<List<Sending>> LeaseSendingsAsync(Guid lease, DateTimeOffset now, DateTimeOffset until, int count, CancellationToken cancel);

    /// <summary>A transaction that only reads, and reads one state of the database however long it takes. Keeps nobody from writing.</summary>
    public abstract Task<IAsyncDisposable> BeginSnapshotAsync(CancellationToken cancel);

    /// <summary>Several questions go through one connection until it is disposed of: to take one from the pool, and to give it back, costs half as much as a small question.</summary>
    public async Task<IAsyncDisposable> HoldConnectionAsync(CancellationToken cancel)
    {
        await Database.OpenConnectionAsync(cancel);
        return new HeldConnection(this);
    }

    /// <summary>Tells the planner anew how many rows there are and how they differ, where much has changed. Nothing to do where the database does so by itself.</summary>
    public virtual Task RefreshStatisticsAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Waits until no other node seals, and keeps others from it until it is disposed of. Holds no transaction. Null where it took too long.</summary>
    public abstract Task<IAsyncDisposable?> TakeSealingTurnAsync(CancellationToken cancel);

    /// <summary>Whether the letters of a consultation were erased at the end of their retention: nothing is written there any more.</summary>
    internal Task<bool> WereErasedAsync(Guid consultation, CancellationToken cancel) => Retentions.AnyAsync(r => r.ConsultationId == consultation && r.PurgedAt != null, cancel);

    /// <summary>Whether nobody else writes the index of words until this transaction ends. Waits for nobody.</summary>
    internal abstract Task<bool> MayIndexAsync(CancellationToken cancel);

    /// <summary>Writes the terms of these subjects in place of those that the index has, in the caller's transaction.</summary>
    internal abstract Task PutTermsAsync(IReadOnlyList<(Guid Subject, SearchTerms Terms)> rows, CancellationToken cancel);

    /// <summary>Takes these subjects out of the index, in the caller's transaction. Those that it has not are none.</summary>
    internal abstract Task DropTermsAsync(IReadOnlyList<Guid> subjects, CancellationToken cancel);

    /// <summary>The conversations whose terms answer. The caller narrows them to an organisation: the index is everybody's.</summary>
    internal abstract IQueryable<Conversation> ConversationsThatSay(SearchQuery query);

    /// <summary>Asks the index, once for a list and its counters, who in a consultation says it.</summary>
    internal abstract Task<Sayers> AskWhoSaysAsync(Guid organisationId, string reference, SearchQuery query, CancellationToken cancel);

    /// <summary>The same as <see cref="ConversationsThatSay"/>: the index is asked once, its answer kept aside, and each conversation looked up there.</summary>
    internal abstract IQueryable<Conversation> ManyThatSay(SearchQuery query);

    /// <summary>The same, each conversation being asked for its terms until enough are found.</summary>
    internal virtual IQueryable<Conversation> EachThatSays(SearchQuery query) => ManyThatSay(query);

    /// <summary>What is read until it ends is found by indexes, where a database thinks too little of what it takes to read whole texts or tables; null where there is nothing to end.</summary>
    internal virtual Task<IAsyncDisposable?> BeginReadingByIndexAsync(CancellationToken cancel) => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>After many texts were put into the index: what waits to be put in its place is, so that no search has to read through it.</summary>
    internal virtual Task SettleTermsAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The same for drafts.</summary>
    internal abstract IQueryable<Letter> DraftsThatSay(SearchQuery query);

    /// <summary>Recipients of letters whose <see cref="RecipientLines"/> both patterns find.</summary>
    internal abstract IQueryable<LetterRecipient> RecipientsLike(string any, string company);

    /// <summary>Facts that no seal holds, the oldest first.</summary>
    /// <param name="since">Only those whose identifier was made at this instant or later; null for all.</param>
    /// <param name="count">At most so many.</param>
    public IQueryable<Fact> UnsealedFacts(DateTimeOffset? since, int count) => Facts.FromSql(
        $"""
        SELECT f.* FROM facts f
        WHERE f.id >= {FirstIdAt(since)} AND NOT EXISTS (SELECT 1 FROM sealed_facts s WHERE s.fact_id = f.id)
        ORDER BY f.id LIMIT {count}
        """);

    /// <summary>The lowest UUIDv7 of an instant: its milliseconds, then zeros (RFC 9562 §5.7).</summary>
    private static Guid FirstIdAt(DateTimeOffset? instant)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (instant?.ToUnixTimeMilliseconds() ?? 0) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The last fact of a subject; null where there is none.</summary>
    internal Task<ChainEnd?> EndOfChainAsync(Guid subject, CancellationToken cancel) => EndOfChain(this, subject, cancel);

    private static readonly Func<VaguemestreDb, Guid, CancellationToken, Task<ChainEnd?>> EndOfChain = CompiledQuery.Of((VaguemestreDb db, Guid subject, CancellationToken cancel) =>
        db.Facts.Where(f => f.SubjectId == subject).OrderByDescending(f => f.Sequence).Select(f => new ChainEnd(f.Sequence, f.Hash)).FirstOrDefault());

    /// <summary>Adds many rows of one table in one go, past the change tracker and within the caller's transaction.</summary>
    public Task InsertManyAsync<T>(IReadOnlyList<T> rows, CancellationToken cancel)
        where T : class =>
        rows.Count == 0 ? Task.CompletedTask : InsertRowsAsync([new(TableOf<T>(), rows)], cancel);

    /// <summary>The same for facts with their payloads.</summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    internal Task InsertFactsAsync(IReadOnlyList<Fact> facts, CancellationToken cancel) =>
        Database.CurrentTransaction is null ? throw new InvalidOperationException("Facts are written in the transaction of what they tell.")
        : facts.Count == 0 ? Task.CompletedTask : InsertRowsAsync([new(TableOf<Fact>(), facts), new(TableOf<FactPayload>(), facts.Select(f => f.Payload!).ToList())], cancel);

    /// <summary>Changes the named properties of many rows in one go, past the change tracker and within the caller's transaction.</summary>
    /// <param name="ids">The rows.</param>
    /// <param name="changes">Each property with its new values, in the order of <paramref name="ids"/>.</param>
    public Task UpdateManyAsync<T>(IReadOnlyList<Guid> ids, IReadOnlyList<(string Property, IEnumerable<object?> Values)> changes, CancellationToken cancel)
        where T : class
    {
        var table = TableOf<T>();
        return ids.Count == 0 ? Task.CompletedTask : UpdateRowsAsync(table, [BulkValues.Of(table.Key, ids.Cast<object?>()), .. changes.Select(c => BulkValues.Of(table[c.Property], c.Values))], cancel);
    }

    private BulkTable TableOf<T>() => BulkTable.Of(Model.FindEntityType(typeof(T))!);

    /// <summary>Waits for the turn of a transaction that writes, where only one may at a time.</summary>
    private protected virtual Task<IDisposable?> TakeTurnAsync(CancellationToken cancel) => Task.FromResult<IDisposable?>(null);

    private protected abstract Task InsertRowsAsync(IReadOnlyList<BulkRows> tables, CancellationToken cancel);

    /// <param name="table">Where the rows are.</param>
    /// <param name="columns">The key first, then what changes.</param>
    private protected abstract Task UpdateRowsAsync(BulkTable table, IReadOnlyList<BulkValues> columns, CancellationToken cancel);

    /// <summary>The triggers that keep the journal append-only and are missing. Empty when all stand.</summary>
    public abstract Task<IReadOnlyList<string>> MissingTriggersAsync(CancellationToken cancel);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction: committed when it succeeds, undone when it answers a
    /// <see cref="Problem"/> or throws. It begins with nothing tracked: what was read before may have changed since, and
    /// a tracked copy would be believed over the database.
    /// </summary>
    public async Task<Result<T>> WriteAsync<T>(Func<Task<Result<T>>> work, CancellationToken cancel)
    {
        ChangeTracker.Clear();
        using var turn = await TakeTurnAsync(cancel);
        await using var transaction = await Database.BeginTransactionAsync(cancel);
        var result = await work();
        if (result.Succeeded)
        {
            await SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        else
        {
            ChangeTracker.Clear();
        }

        return result;
    }

    /// <summary>With what changed, what search is to read goes into its queue.</summary>
    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        SearchNews.AddRange(Tracking.Search.SearchNews.In(ChangeTracker));
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.ApplyConfigurationsFromAssembly(typeof(VaguemestreDb).Assembly);
        foreach (var property in model.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type.IsEnum)
            {
                property.SetValueConverter(typeof(WordConverter<>).MakeGenericType(type));
                property.SetMaxLength(40);
            }
        }
    }

    private sealed class HeldConnection(VaguemestreDb db) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await db.Database.CloseConnectionAsync();
    }
}
