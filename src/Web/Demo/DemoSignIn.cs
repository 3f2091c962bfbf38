using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Web.Demo;

/// <summary>One button for each agent of the demo. Anywhere but in the demo there are none, and nobody enters this way.</summary>
public sealed class DemoSignIn(VaguemestreDb db, IServiceProvider services)
{
    private bool IsDemo => services.GetService<TestMailbox>() is not null;

    public async Task<IReadOnlyList<Agent>> AgentsAsync(CancellationToken cancel) =>
        IsDemo ? await db.Agents.AsNoTracking().OrderBy(a => a.Name).ToListAsync(cancel) : [];

    public async Task<Agent?> FindAsync(Guid id, CancellationToken cancel) =>
        IsDemo ? await db.Agents.AsNoTracking().Include(a => a.Organisation).SingleOrDefaultAsync(a => a.Id == id, cancel) : null;
}
