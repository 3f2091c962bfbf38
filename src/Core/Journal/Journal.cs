using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Journal;

/// <summary>
/// Appends facts, in the transaction of the change they tell (<see cref="VaguemestreDb.WriteAsync{T}"/>): the caller has locked the
/// subject (<see cref="VaguemestreDb.LockAsync{T}"/>) or just made it, so that two never take one place in the chain;
/// where one forgot, the unique index on (subject, sequence) refuses the second.
/// </summary>
public sealed class Journal(VaguemestreDb db, TimeProvider clock)
{
    /// <summary>Writes the next fact of a subject, at once and past the change tracker.</summary>
    public async Task<Fact> AppendAsync(Subject subject, FactKind kind, FactContent content, Actor actor, Guid? concerns = null, CancellationToken cancel = default) =>
        await AppendAsync(await db.EndOfChainAsync(subject.Id, cancel), subject, kind, content, actor, concerns, cancel);

    /// <summary>The same for a caller who has read the chain.</summary>
    internal async Task<Fact> AppendAsync(ChainEnd? end, Subject subject, FactKind kind, FactContent content, Actor actor, Guid? concerns, CancellationToken cancel)
    {
        var fact = Fact.After(end, subject, kind, content, actor, concerns, clock.Now());
        await db.InsertFactsAsync([fact], cancel);
        return fact;
    }

    /// <summary>The first fact of a subject that the caller has just made, who writes it with those of others like it (<see cref="VaguemestreDb.InsertFactsAsync"/>).</summary>
    internal Fact First(Subject subject, FactKind kind, FactContent content, Actor actor, Guid? concerns = null) => Fact.After(null, subject, kind, content, actor, concerns, clock.Now());

    /// <summary>Every fact of a subject in order, with its payload.</summary>
    public Task<List<Fact>> OfAsync(Guid subjectId, CancellationToken cancel) =>
        db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => f.SubjectId == subjectId).OrderBy(f => f.Sequence).ToListAsync(cancel);
}
