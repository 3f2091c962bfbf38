using System.Linq.Expressions;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tracking.Sorting;

/// <summary>
/// One order of a list in which drafts stand among what was sent: both are read from the same place on, a page of each, and brought together.
/// </summary>
/// <typeparam name="TSent">What was sent, in the database.</typeparam>
/// <typeparam name="TRow">A row of the list.</typeparam>
internal abstract class Sorted<TSent, TRow>(RowOrder order)
{
    protected RowOrder Order => order;

    public abstract Result<RowPlace?> Parse(string? cursor);

    public abstract IQueryable<TSent> Sent(IQueryable<TSent> found, RowPlace? after);

    public abstract IQueryable<Letter> Drafts(IQueryable<Letter> found, RowPlace? after);

    /// <param name="rows">One more than the limit of what was sent, and of drafts, where there are so many.</param>
    /// <param name="limit">Rows of a page.</param>
    public abstract Page<TRow> PageOf(IEnumerable<TRow> rows, int limit);
}

/// <summary>An order by one key.</summary>
/// <param name="order">Its name and its direction.</param>
/// <param name="text">How the key is written.</param>
/// <param name="sent">The key and the identifier of what was sent.</param>
/// <param name="draft">The key of a draft.</param>
/// <param name="row">The key and the identifier of a row.</param>
internal sealed class SortedBy<TSent, TRow, TKey>(
    RowOrder order,
    KeyText<TKey> text,
    (Expression<Func<TSent, TKey>> Key, Expression<Func<TSent, Guid>> Id) sent,
    Expression<Func<Letter, TKey>> draft,
    (Func<TRow, TKey> Key, Func<TRow, Guid> Id) row) : Sorted<TSent, TRow>(order)
{
    public override Result<RowPlace?> Parse(string? cursor) => RowPlace.Parse(cursor, Order, key => text.Read(key).Is);

    public override IQueryable<TSent> Sent(IQueryable<TSent> found, RowPlace? after) => Keyset.Sort(found, sent.Key, sent.Id, Order.Descending, Read(after));

    public override IQueryable<Letter> Drafts(IQueryable<Letter> found, RowPlace? after) => Keyset.Sort(found, draft, l => l.Id, Order.Descending, Read(after));

    public override Page<TRow> PageOf(IEnumerable<TRow> rows, int limit)
    {
        var sorted = Order.Descending ? rows.OrderByDescending(row.Key, text.Order) : rows.OrderBy(row.Key, text.Order);
        var first = sorted.ThenByDescending(r => row.Id(r).ToString("N"), StringComparer.Ordinal).Take(limit + 1).ToList();
        if (first.Count <= limit)
            return new Page<TRow>(first, null);
        var last = first[limit - 1];
        return new Page<TRow>(first[..limit], new RowPlace(text.Write(row.Key(last)), row.Id(last)).Cursor(Order));
    }

    private (TKey Key, Guid Id)? Read(RowPlace? place) => place is null ? null : (text.Read(place.Key).Key, place.Id);
}
