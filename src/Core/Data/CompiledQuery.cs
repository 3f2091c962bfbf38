using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Vaguemestre.Core.Data;

/// <summary>
/// Questions whose statement EF works out once for each database, and not at each asking, which takes as long as a small answer: for what is always asked alike, on every page or for every fact.
/// </summary>
internal static class CompiledQuery
{
    /// <param name="query">Holds nothing but its parameters: what it captured would be the first asker's for ever.</param>
    public static Func<TDb, T, CancellationToken, Task<TResult>> Of<TDb, T, TResult>(Expression<Func<TDb, T, CancellationToken, TResult>> query)
        where TDb : VaguemestreDb
    {
        var compiled = new ByModel<Func<TDb, T, CancellationToken, Task<TResult>>>(() => EF.CompileAsyncQuery(query));
        return (db, value, cancel) => compiled.For(db)(db, value, cancel);
    }

    /// <inheritdoc cref="Of{TDb, T, TResult}"/>
    public static Func<TDb, T1, T2, CancellationToken, Task<TResult>> Of<TDb, T1, T2, TResult>(Expression<Func<TDb, T1, T2, CancellationToken, TResult>> query)
        where TDb : VaguemestreDb
    {
        var compiled = new ByModel<Func<TDb, T1, T2, CancellationToken, Task<TResult>>>(() => EF.CompileAsyncQuery(query));
        return (db, first, second, cancel) => compiled.For(db)(db, first, second, cancel);
    }

    /// <inheritdoc cref="Of{TDb, T, TResult}"/>
    public static Func<TDb, T, IAsyncEnumerable<TRow>> OfRows<TDb, T, TRow>(Expression<Func<TDb, T, IQueryable<TRow>>> query)
        where TDb : VaguemestreDb
    {
        var compiled = new ByModel<Func<TDb, T, IAsyncEnumerable<TRow>>>(() => EF.CompileAsyncQuery(query));
        return (db, value) => compiled.For(db)(db, value);
    }

    /// <inheritdoc cref="Of{TDb, T, TResult}"/>
    public static Func<TDb, T1, T2, IAsyncEnumerable<TRow>> OfRows<TDb, T1, T2, TRow>(Expression<Func<TDb, T1, T2, IQueryable<TRow>>> query)
        where TDb : VaguemestreDb
    {
        var compiled = new ByModel<Func<TDb, T1, T2, IAsyncEnumerable<TRow>>>(() => EF.CompileAsyncQuery(query));
        return (db, first, second) => compiled.For(db)(db, first, second);
    }

    /// <summary>A compiled query belongs to the model of one database.</summary>
    private sealed class ByModel<TQuery>(Func<TQuery> compile)
        where TQuery : class
    {
        private readonly ConditionalWeakTable<IModel, TQuery> _compiled = [];

        public TQuery For(VaguemestreDb db) => _compiled.GetValue(db.Model, _ => compile());
    }
}
