using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Journal.Sealing;

internal static class Sealings
{
    /// <summary>One turn of the worker that seals.</summary>
    public static Task<SealingTurn> SealAsync(this TestWorld world, DateTimeOffset? since = null) => world.RunAsync((SealFacts o) => o.RunAsync(since, default));

    public static Task<List<Seal>> SealsAsync(this TestWorld world) => world.QueryAsync(db => db.Seals.AsNoTracking().OrderBy(s => s.Number).ToListAsync());

    /// <summary>A fact of any subject, that tells nothing.</summary>
    public static Task AppendOneAsync(this TestWorld world, Subject subject) => world.InScopeAsync(services => services.GetRequiredService<VaguemestreDb>().WriteAsync<Fact>(
        async () => await services.GetRequiredService<Core.Journal.Journal>().AppendAsync(subject, FactKind.Delayed, new NothingMore(), Actor.Platform),
        default));
}
