using System.Linq.Expressions;

namespace Vaguemestre.Core.Tracking.Sorting;

/// <summary>Sorting by a key, rows that are alike in it by their identifier, the latest made first; from behind a place on, never by counting rows off.</summary>
internal static class Keyset
{
    /// <param name="rows">What is sorted.</param>
    /// <param name="key">Never null.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="descending">The direction of the key.</param>
    /// <param name="after">The last row of the page before; null for the first page.</param>
    public static IOrderedQueryable<T> Sort<T, TKey>(IQueryable<T> rows, Expression<Func<T, TKey>> key, Expression<Func<T, Guid>> id, bool descending, (TKey Key, Guid Id)? after)
    {
        if (after is { } place)
            rows = rows.Where(IsBehind(key, id, descending, place.Key, place.Id));
        return (descending ? rows.OrderByDescending(key) : rows.OrderBy(key)).ThenByDescending(id);
    }

    /// <summary>Said so that an index over key and identifier is entered at the place: at the key or beyond it, and then beyond it or before the identifier.</summary>
    private static Expression<Func<T, bool>> IsBehind<T, TKey>(Expression<Func<T, TKey>> key, Expression<Func<T, Guid>> id, bool descending, TKey lastKey, Guid lastId)
    {
        // Captured variables: the database gets parameters, and plans the statement once.
        Expression<Func<TKey>> atKey = () => lastKey;
        Expression<Func<Guid>> atId = () => lastId;
        var row = key.Parameters[0];
        var (left, right) = typeof(TKey) == typeof(string)
            ? (Expression.Call(typeof(string), nameof(string.Compare), null, key.Body, atKey.Body), Expression.Constant(0))
            : (key.Body, atKey.Body);
        var reached = descending ? Expression.LessThanOrEqual(left, right) : Expression.GreaterThanOrEqual(left, right);
        var beyond = descending ? Expression.LessThan(left, right) : Expression.GreaterThan(left, right);
        var earlier = Expression.LessThan(new Renamed(id.Parameters[0], row).Visit(id.Body), atId.Body);
        return Expression.Lambda<Func<T, bool>>(Expression.AndAlso(reached, Expression.OrElse(beyond, earlier)), row);
    }

    /// <summary>The place of a value among those of its enumeration.</summary>
    /// <param name="value">Where it stands.</param>
    /// <param name="hides">Rows that do not tell it: -1.</param>
    public static Expression<Func<T, int>> RankOf<T, TEnum>(Expression<Func<T, TEnum>> value, Expression<Func<T, bool>>? hides = null)
        where TEnum : struct, Enum
    {
        var row = value.Parameters[0];
        Expression rank = Expression.Constant(-1);
        foreach (var (word, place) in Enum.GetValues<TEnum>().Select((word, place) => (word, place)).Reverse())
            rank = Expression.Condition(Expression.Equal(value.Body, Expression.Constant(word)), Expression.Constant(place), rank);
        if (hides is not null)
            rank = Expression.Condition(new Renamed(hides.Parameters[0], row).Visit(hides.Body), Expression.Constant(-1), rank);
        return Expression.Lambda<Func<T, int>>(rank, row);
    }

    private sealed class Renamed(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
