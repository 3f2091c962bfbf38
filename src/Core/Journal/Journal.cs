using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Journal;

/// <summary>
/// Appends facts. They are written with the change they tell, in the caller's transaction: the caller has locked the
/// subject (<see cref="VaguemestreDb.LockAsync{T}"/>) or just made it, so that two never take one place in the chain;
/// where one forgot, the unique index on (subject, sequence) refuses the second.
/// </summary>
public sealed class Journal(VaguemestreDb db, TimeProvider clock)
{
    public async Task<Fact> AppendAsync(Subject subject, FactKind kind, FactContent content, Actor actor, Guid? concerns = null, CancellationToken cancel = default)
    {
        var previous = db.Facts.Local.Where(f => f.SubjectId == subject.Id).MaxBy(f => f.Sequence)
            ?? await db.Facts.Where(f => f.SubjectId == subject.Id).OrderByDescending(f => f.Sequence).FirstOrDefaultAsync(cancel);
        var fact = Fact.After(ChainEnd.Of(previous), subject, kind, content, actor, concerns, clock.Now());
        db.Facts.Add(fact);
        return fact;
    }

    /// <summary>The first fact of a subject that the caller has just made: nothing is looked up.</summary>
    public Fact Begin(Subject subject, FactKind kind, FactContent content, Actor actor, Guid? concerns = null)
    {
        var fact = Fact.After(null, subject, kind, content, actor, concerns, clock.Now());
        db.Facts.Add(fact);
        return fact;
    }

    /// <summary>Every fact of a subject in order, with its payload.</summary>
    public Task<List<Fact>> OfAsync(Guid subjectId, CancellationToken cancel) =>
        db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == subjectId).OrderBy(f => f.Sequence).ToListAsync(cancel);
}
