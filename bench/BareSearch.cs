using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Bench;

/// <summary>
/// What the list asks the database for to search, without page and counters, beside what no search can do without: rows that the index finds, by the
/// database's own statements, prepared or not.
/// </summary>
internal sealed class BareSearch : IAsyncDisposable
{
    private const int Page = 25;

    private readonly BenchWorld _world;
    private readonly ServiceProvider _services;
    private readonly ServiceProvider[] _asking;
    private readonly string _typed;
    private FormattableString? _drafts;

    private BareSearch(BenchWorld world, string typed)
    {
        (_world, _typed, _services) = (world, typed, world.Services());
        _asking = world.Settings.Database.Provider == DatabaseProvider.Postgresql ? [_services, world.ServicesWithoutPreparing()] : [_services];
    }

    /// <summary>Ways to ask for the rows that the index has newest, whatever their order and consultation.</summary>
    public IReadOnlyList<Func<Task>> Newest { get; private set; } = [];

    /// <summary>Ways to ask for what the list answers: the latest of the consultation, in its order, and of its drafts where some say it.</summary>
    public IReadOnlyList<Func<Task>> SameAnswer { get; private set; } = [];

    public static async Task<BareSearch> OfAsync(BenchWorld world, string typed)
    {
        var search = new BareSearch(world, typed);
        await using var scope = search._services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var query = SearchQuery.Of(typed, world.Agent.OrganisationId, BenchWorld.Reference);
        var terms = db.Database.IsNpgsql() ? query.ForTsQuery(SearchKind.Conversation) : query.ForFts5(SearchKind.Conversation);
        var consultation = await db.Consultations.Where(c => c.Reference == BenchWorld.Reference).Select(c => c.Id).SingleAsync();
        const int Rows = Page + 1;
        if (await db.DraftsThatSay(query).AnyAsync())
        {
            var draft = db.Database.IsNpgsql() ? query.ForTsQuery(SearchKind.Draft) : query.ForFts5(SearchKind.Draft);
            search._drafts = db.Database.IsNpgsql()
                ? (FormattableString)$"SELECT l.id AS \"Value\" FROM search_rows s JOIN letters l ON l.id = s.subject_id WHERE s.terms @@ {draft}::tsquery AND l.consultation_id = {consultation} AND l.state = 'draft' AND l.deleted_at IS NULL ORDER BY l.changed_at DESC, l.id DESC LIMIT {Rows}"
                : $"SELECT l.id AS Value FROM search_terms CROSS JOIN search_rows s ON s.number = search_terms.rowid CROSS JOIN letters l ON l.id = s.subject_id WHERE search_terms MATCH {draft} AND l.consultation_id = {consultation} AND l.state = 'draft' AND l.deleted_at IS NULL ORDER BY l.changed_at DESC, l.id DESC LIMIT {Rows}";
        }

        search.Newest = search.Ways(db.Database.IsNpgsql()
            ? [$"SELECT subject_id AS \"Value\" FROM search_rows WHERE terms @@ {terms}::tsquery ORDER BY number DESC LIMIT {Rows}"]
            : [$"SELECT s.subject_id AS Value FROM search_terms CROSS JOIN search_rows s ON s.number = search_terms.rowid WHERE search_terms MATCH {terms} ORDER BY search_terms.rowid DESC LIMIT {Rows}"]);
        search.SameAnswer = search.Ways(db.Database.IsNpgsql()
            ? [$"SELECT c.id AS \"Value\" FROM search_rows s JOIN conversations c ON c.id = s.subject_id WHERE s.terms @@ {terms}::tsquery AND c.consultation_id = {consultation} ORDER BY c.last_event_at DESC, c.id DESC LIMIT {Rows}"]
            :
            [
                $"SELECT c.id AS Value FROM search_terms CROSS JOIN search_rows s ON s.number = search_terms.rowid CROSS JOIN conversations c ON c.id = s.subject_id WHERE search_terms MATCH {terms} AND c.consultation_id = {consultation} ORDER BY c.last_event_at DESC, c.id DESC LIMIT {Rows}",
                $"SELECT c.id AS Value FROM conversations c WHERE c.consultation_id = {consultation} AND (SELECT s.number FROM search_rows s WHERE s.subject_id = c.id) IN (SELECT rowid FROM search_terms WHERE search_terms MATCH {terms}) ORDER BY c.last_event_at DESC, c.id DESC LIMIT {Rows}",
            ],
            search._drafts);
        return search;
    }

    public async Task ListAsync()
    {
        await using var scope = _services.CreateAsyncScope();
        var filter = new ConversationFilter { Reference = BenchWorld.Reference, Text = _typed };
        _ = (await scope.ServiceProvider.GetRequiredService<ListConversations>().RunAsync(_world.Caller, filter, null, Page, default)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var services in _asking)
            await services.DisposeAsync();
    }

    private IReadOnlyList<Func<Task>> Ways(FormattableString[] statements, FormattableString? drafts = null) =>
        [.. statements.SelectMany(statement => _asking.Select(services => (Func<Task>)(() => RowsAsync(services, statement, drafts))))];

    /// <summary>The rows are read by their keys, as the table shows them.</summary>
    private async Task RowsAsync(ServiceProvider services, FormattableString statement, FormattableString? drafts)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        await using var held = await db.HoldConnectionAsync(default);
        var found = await db.Database.SqlQuery<Guid>(statement).ToListAsync();
        _ = await scope.ServiceProvider.GetRequiredService<ListConversations>().Rows(_world.Caller, db.Conversations.AsNoTracking().Where(c => found.Contains(c.Id))).ToListAsync();
        if (drafts is null)
            return;
        var begun = await db.Database.SqlQuery<Guid>(drafts).ToListAsync();
        _ = await db.Letters.AsNoTracking().Where(l => begun.Contains(l.Id)).Select(ConversationRow.OfDraft).ToListAsync();
    }
}
