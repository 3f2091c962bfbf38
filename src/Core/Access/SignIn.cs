using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Access;

/// <summary>Recognises an agent by address and password, and a program by its key. Null when it does not.</summary>
public sealed class SignIn(VaguemestreDb db)
{
    // A name that is not known costs the same time as a wrong password.
    private static readonly Agent Nobody = MakeNobody();

    public async Task<Agent?> ByPasswordAsync(string email, string password, CancellationToken cancel)
    {
        var folded = email.Trim().ToLowerInvariant();
        var agent = !SoundText.CanBeKept(folded) ? null : await db.Agents.Include(a => a.Organisation).SingleOrDefaultAsync(a => a.Email == folded, cancel);
        return (agent ?? Nobody).HasPassword(password) ? agent : null;
    }

    public async Task<Caller?> ByKeyAsync(string key, CancellationToken cancel)
    {
        var hash = ApiKey.HashOf(key);
        return await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, cancel) is { } found ? Caller.Of(found) : null;
    }

    private static Agent MakeNobody()
    {
        var nobody = new Agent { Id = Guid.Empty, OrganisationId = Guid.Empty, Name = "", Email = "" };
        nobody.SetPassword(ApiKey.NewText());
        return nobody;
    }
}
