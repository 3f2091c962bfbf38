using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;

namespace Vaguemestre.Core.Reception.Space;

/// <summary>
/// Sends an address the link that opens its space. Whoever asks learns nothing: a mail goes only where letters went before, and the
/// answer is the same.
/// </summary>
public sealed class AskForSpaceLink(VaguemestreDb db, PersonalLink links, WriteNotice notices, TimeProvider clock)
{
    /// <param name="email">As typed.</param>
    /// <param name="language">Of the mail: <c>fr</c> or <c>en</c>.</param>
    /// <param name="cancel">Stops the operation.</param>
    /// <returns>The address as it was read, wherever the link went; a problem on <c>email</c> where it is none.</returns>
    public async Task<Result<EmailAddress>> RunAsync(string? email, string language, CancellationToken cancel)
    {
        var address = SpaceProblems.Read(email);
        return address.Succeeded ? await db.WriteAsync(() => SendAsync(address.Value, language, cancel), cancel) : address;
    }

    private async Task<Result<EmailAddress>> SendAsync(EmailAddress address, string language, CancellationToken cancel)
    {
        await new SpaceLinks(db, links, notices, clock).SendAsync(address, null, language, cancel);
        return address;
    }
}

/// <summary>Sends a link to an address that is to join the space. It joins once somebody follows the link deliberately.</summary>
public sealed class AskToJoin(VaguemestreDb db, PersonalLink links, WriteNotice notices, TimeProvider clock)
{
    /// <inheritdoc cref="AskForSpaceLink.RunAsync"/>
    public async Task<Result<EmailAddress>> RunAsync(SpaceSession session, string? email, string language, CancellationToken cancel)
    {
        var address = SpaceProblems.Read(email);
        return address.Succeeded ? await db.WriteAsync(() => SendAsync(session, address.Value, language, cancel), cancel) : address;
    }

    private async Task<Result<EmailAddress>> SendAsync(SpaceSession session, EmailAddress address, string language, CancellationToken cancel)
    {
        await db.LockAsync<CompanySpace>(session.SpaceId, cancel);
        var addresses = await db.AddressesOfAsync(session, cancel);
        if (!addresses.Succeeded)
            return addresses.Problem!;
        if (addresses.Value.Exists(a => a.EmailKey == address.Folded))
            return Problem.Invalid("email", "Cette adresse est déjà dans votre espace.", SpaceProblems.JoinedCode);
        await new SpaceLinks(db, links, notices, clock).SendAsync(address, session, language, cancel);
        return address;
    }
}

internal sealed class SpaceLinks(VaguemestreDb db, PersonalLink links, WriteNotice notices, TimeProvider clock)
{
    /// <summary>To one address, and for one space to all the addresses that it asks to join.</summary>
    private const int MostAnHour = 5;

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <param name="address">Where the link goes.</param>
    /// <param name="joins">The space that the address is to join; null for a way into its own.</param>
    public async Task SendAsync(EmailAddress address, SpaceSession? joins, string language, CancellationToken cancel)
    {
        // Whoever asks for one address at once stands in line behind its first letter.
        var keys = address.Spellings;
        var first = await db.Conversations.Where(c => keys.Contains(c.EmailKey)).OrderBy(c => c.SentAt).ThenBy(c => c.Id).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancel);
        if (first is { } letter)
            await db.LockAsync<Conversation>(letter, cancel);

        var (now, spaceId) = (clock.Now(), joins?.SpaceId);
        await db.CompanySignIns.Where(s => s.ExpiresAt < now - Kept).ExecuteDeleteAsync(cancel);
        var lately = now.AddHours(-1);
        if (await db.CompanySignIns.CountAsync(s => s.EmailKey == address.Folded && s.CreatedAt > lately, cancel) >= MostAnHour
            || (spaceId is not null && await db.CompanySignIns.CountAsync(s => s.SpaceId == spaceId && s.CreatedAt > lately, cancel) >= MostAnHour))
            return;

        var id = Guid.CreateVersion7(now);
        db.CompanySignIns.Add(new CompanySignIn { Id = id, EmailKey = address.Folded, SpaceId = spaceId, TokenHash = links.HashOfSpaceSignIn(id), CreatedAt = now, ExpiresAt = now + GoodFor });
        if (first is not null || joins is not null || await db.CompanyAddresses.AnyAsync(a => a.EmailKey == address.Folded, cancel))
            notices.SpaceSignIn(id, address.Folded, now + GoodFor, await EmailOfAsync(joins, cancel), language);
    }

    private async Task<string?> EmailOfAsync(SpaceSession? session, CancellationToken cancel) =>
        session is null ? null : await db.CompanyAddresses.Where(a => a.Id == session.AddressId).Select(a => a.EmailKey).SingleAsync(cancel);
}
