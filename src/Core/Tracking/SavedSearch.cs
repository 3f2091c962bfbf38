using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Tracking;

/// <summary>A search in the tracking table that an agent gave a name, to be asked again in any consultation. Seen by nobody else.</summary>
public sealed class SavedSearch
{
    public const int LongestName = 80, LongestQuery = 2_000;

    private const int LongestKey = LongestName * 4;

    public required Guid Id { get; init; }

    public required Guid OwnerId { get; init; }

    public required Guid OrganisationId { get; init; }

    public required string Name
    {
        get;
        set
        {
            field = value;
            NameKey = KeyOf(value);
        }
    }

    /// <summary>The name folded: unique among its owner's, and what they are sorted by.</summary>
    public string NameKey { get; private set; } = "";

    /// <summary>What is asked: what stands behind « ? » in the address of the table. Core does not read it.</summary>
    public required string Query { get; init; }

    public static string KeyOf(string name) => SoundText.Beginning(ContactSearch.Fold(name), LongestKey);

    private sealed class Mapping : IEntityTypeConfiguration<SavedSearch>
    {
        public void Configure(EntityTypeBuilder<SavedSearch> search)
        {
            search.Property(s => s.Name).HasMaxLength(LongestName);
            search.Property(s => s.NameKey).HasMaxLength(LongestKey);
            search.Property(s => s.Query).HasMaxLength(LongestQuery);
            search.HasIndex(s => new { s.OwnerId, s.NameKey }).IsUnique();
        }
    }
}

/// <summary>The caller's own saved searches, by name.</summary>
public sealed class ListSavedSearches(VaguemestreDb db)
{
    public async Task<IReadOnlyList<SavedSearch>> RunAsync(Caller caller, CancellationToken cancel)
    {
        var mine = await Of(db, caller.OwnerId, caller.OrganisationId).ToListAsync(cancel);
        return [.. mine.OrderBy(s => s.NameKey, StringComparer.Ordinal)];
    }

    private static readonly Func<VaguemestreDb, Guid, Guid, IAsyncEnumerable<SavedSearch>> Of = CompiledQuery.OfRows((VaguemestreDb db, Guid owner, Guid organisation) =>
        db.SavedSearches.AsNoTracking().Where(s => s.OwnerId == owner && s.OrganisationId == organisation).OrderBy(s => s.Id).Take(SaveSearch.MostSearches));
}

/// <summary>Saves a search under a name.</summary>
public sealed class SaveSearch(VaguemestreDb db, TimeProvider clock)
{
    public const int MostSearches = 50;

    /// <param name="caller">Whose it will be.</param>
    /// <param name="name">None of the caller's others has it, capitals and accents aside.</param>
    /// <param name="query">What is asked: see <see cref="SavedSearch.Query"/>.</param>
    /// <param name="cancel">The caller went away.</param>
    /// <returns>The search; or <c>invalid</c> on <c>name</c> or <c>query</c>, <c>too-many-searches</c>.</returns>
    public Task<Result<SavedSearch>> RunAsync(Caller caller, string? name, string query, CancellationToken cancel) => db.WriteAsync<SavedSearch>(
        async () =>
        {
            var me = caller.OwnerId;
            await db.LockAsync<Agent>(me, cancel);
            if (await FaultAsync(db, caller, null, name, cancel) is { } fault)
                return fault;
            if (query.Length == 0)
                return Problem.Invalid("query", "Aucun filtre n’est en place : choisissez d’abord ce que vous cherchez.");
            if (query.Length > SavedSearch.LongestQuery || !SoundText.CanBeKept(query))
                return Problem.Invalid("query", "Cette recherche est trop longue pour être enregistrée. Raccourcissez les mots cherchés.");
            if (await db.SavedSearches.CountAsync(s => s.OwnerId == me, cancel) >= MostSearches)
                return Problem.Conflict("too-many-searches", $"Vous avez déjà {MostSearches} recherches enregistrées. Supprimez-en une d’abord.");
            var search = new SavedSearch { Id = Guid.CreateVersion7(clock.Now()), OwnerId = me, OrganisationId = caller.OrganisationId, Name = name!.Trim(), Query = query };
            db.SavedSearches.Add(search);
            return search;
        },
        cancel);

    /// <summary>Why the caller cannot give this name to its search <paramref name="id"/>, or to a new one.</summary>
    internal static async Task<Problem?> FaultAsync(VaguemestreDb db, Caller caller, Guid? id, string? name, CancellationToken cancel)
    {
        var wanted = name?.Trim() ?? "";
        if (wanted.Length == 0)
            return Problem.Invalid("name", "Donnez un nom à cette recherche.");
        if (wanted.Length > SavedSearch.LongestName || !SoundText.IsOneLine(wanted))
            return Problem.Invalid("name", $"Un nom de recherche tient sur une ligne et compte au plus {SavedSearch.LongestName} caractères. Raccourcissez-le.");
        var (me, key) = (caller.OwnerId, SavedSearch.KeyOf(wanted));
        return await db.SavedSearches.AnyAsync(s => s.OwnerId == me && s.NameKey == key && s.Id != id, cancel)
            ? Problem.Invalid("name", $"Vous avez déjà une recherche « {wanted} ». Choisissez un autre nom.")
            : null;
    }
}

/// <summary>Gives a saved search of the caller's another name.</summary>
public sealed class RenameSearch(VaguemestreDb db)
{
    /// <returns>The search; or <c>search-not-found</c>, others' included; <c>invalid</c> on <c>name</c>.</returns>
    public Task<Result<SavedSearch>> RunAsync(Caller caller, Guid id, string? name, CancellationToken cancel) => db.WriteAsync<SavedSearch>(
        async () =>
        {
            await db.LockAsync<Agent>(caller.OwnerId, cancel);
            if (await FindAsync(db, caller, id, cancel) is not { } search)
                return NotFound;
            if (await SaveSearch.FaultAsync(db, caller, id, name, cancel) is { } fault)
                return fault;
            search.Name = name!.Trim();
            return search;
        },
        cancel);

    internal static Problem NotFound { get; } = Problem.NotFound("search-not-found", "Cette recherche n’existe pas.");

    internal static Task<SavedSearch?> FindAsync(VaguemestreDb db, Caller caller, Guid id, CancellationToken cancel)
    {
        var me = caller.OwnerId;
        return db.SavedSearches.SingleOrDefaultAsync(s => s.Id == id && s.OwnerId == me && s.OrganisationId == caller.OrganisationId, cancel);
    }
}

/// <summary>Forgets a saved search of the caller's.</summary>
public sealed class DeleteSearch(VaguemestreDb db)
{
    /// <returns>Its name; or <c>search-not-found</c>, others' included.</returns>
    public Task<Result<string>> RunAsync(Caller caller, Guid id, CancellationToken cancel) => db.WriteAsync<string>(
        async () =>
        {
            if (await RenameSearch.FindAsync(db, caller, id, cancel) is not { } search)
                return RenameSearch.NotFound;
            db.SavedSearches.Remove(search);
            return search.Name;
        },
        cancel);
}
