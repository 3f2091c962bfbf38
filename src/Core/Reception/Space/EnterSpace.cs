using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception.Space;

/// <summary>What a link to the space will do.</summary>
/// <param name="Email">The address that the link was sent to.</param>
/// <param name="Joins">The addresses of the space that it is to join; empty for a way into its own.</param>
public sealed record SpaceWay(string Email, IReadOnlyList<string> Joins);

/// <summary>Says what a link to the space will do, without using it up: a program that follows it changes nothing.</summary>
public sealed class FindSpaceWay(VaguemestreDb db, TimeProvider clock)
{
    public async Task<Result<SpaceWay>> RunAsync(string token, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (LinkToken.HashOf(token) is not { } hash || await db.CompanySignIns.AsNoTracking().SingleOrDefaultAsync(s => s.TokenHash == hash, cancel) is not { } signIn || !signIn.IsGoodAt(now))
            return SpaceProblems.NoLink;
        if (signIn.SpaceId is null)
            return new SpaceWay(signIn.EmailKey, []);
        var joins = await db.CompanyAddresses.Where(a => a.SpaceId == signIn.SpaceId).OrderBy(a => a.Id).Select(a => a.EmailKey).ToListAsync(cancel);
        return joins.Count == 0 ? SpaceProblems.NoLink : new SpaceWay(signIn.EmailKey, joins);
    }
}

/// <summary>
/// Uses up a link to the space by a deliberate act: it proves the address, which enters its space, a new one, or the one that asked it
/// to join. An address that was in another space leaves it.
/// </summary>
public sealed class EnterSpace(VaguemestreDb db, TimeProvider clock)
{
    /// <param name="token">Of the link.</param>
    /// <param name="deliberate">Whether the act was shown to be a person's; else nothing changes: a problem on <c>declared</c>.</param>
    /// <param name="cancel">Stops the operation.</param>
    public Task<Result<SpaceSession>> RunAsync(string token, bool deliberate, CancellationToken cancel) =>
        db.WriteAsync(
            async () =>
            {
                if (await TakeAsync(token, cancel) is not { } signIn)
                    return SpaceProblems.NoLink;
                if (!deliberate)
                    return Problem.Invalid("declared", "Cochez la case pour confirmer.", OpenLetter.NotDeclaredCode);
                signIn.Use(clock.Now());
                return await ProveAsync(signIn.EmailKey, signIn.SpaceId, cancel);
            },
            cancel);

    /// <summary>The link, while it is good, and with it all others to its address, so that two of them make one space.</summary>
    private async Task<CompanySignIn?> TakeAsync(string token, CancellationToken cancel)
    {
        if (LinkToken.HashOf(token) is not { } hash || await db.CompanySignIns.Where(s => s.TokenHash == hash).Select(s => s.EmailKey).SingleOrDefaultAsync(cancel) is not { } email)
            return null;
        await db.LockAllAsync<CompanySignIn>(await db.CompanySignIns.Where(s => s.EmailKey == email).OrderBy(s => s.Id).Select(s => s.Id).ToListAsync(cancel), cancel);
        var signIn = await db.CompanySignIns.SingleOrDefaultAsync(s => s.TokenHash == hash, cancel);
        return signIn?.IsGoodAt(clock.GetUtcNow()) == true ? signIn : null;
    }

    private async Task<Result<SpaceSession>> ProveAsync(string email, Guid? joins, CancellationToken cancel)
    {
        var now = clock.Now();
        var address = await db.CompanyAddresses.SingleOrDefaultAsync(a => a.EmailKey == email, cancel);
        var (left, entered) = (address?.SpaceId, joins ?? address?.SpaceId);
        await db.LockAllAsync<CompanySpace>([.. new[] { left, entered }.OfType<Guid>().Distinct()], cancel);
        if (entered is { } space && !await db.CompanySpaces.AnyAsync(s => s.Id == space, cancel))
            return SpaceProblems.NoLink;
        if (entered is null)
        {
            entered = Guid.CreateVersion7(now);
            db.CompanySpaces.Add(new CompanySpace { Id = entered.Value, CreatedAt = now });
        }

        if (address is null)
            db.CompanyAddresses.Add(address = new CompanyAddress { Id = Guid.CreateVersion7(now), SpaceId = entered.Value, EmailKey = email, ProvenAt = now });
        (address.SpaceId, address.ProvenAt) = (entered.Value, now);
        await db.SaveChangesAsync(cancel);
        if (left is { } old && old != entered)
            await db.CompanySpaces.Where(s => s.Id == old && s.Addresses.Count == 0).ExecuteDeleteAsync(cancel);
        return new SpaceSession(entered.Value, address.Id);
    }
}
