using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>A leased sending with what its mail needs beyond its letter.</summary>
/// <param name="Sending">As it was leased.</param>
/// <param name="LetterId">What it is a sending of.</param>
/// <param name="Mode">A plain letter carries body and files, a tracked one its link.</param>
/// <param name="Email">To whom.</param>
/// <param name="Name">The recipient's name.</param>
/// <param name="Company">The recipient's company.</param>
/// <param name="HasOwnContent">Subject, body or files of its mail are not those of the whole letter.</param>
/// <param name="FilesSize">Bytes of the whole letter's files that the mail carries.</param>
/// <param name="Author">Who answers to a plain letter go to, where the platform cannot take them itself; null for a tracked one.</param>
public sealed record DueSending(Sending Sending, Guid LetterId, DeliveryMode Mode, string Email, string? Name, string? Company, bool HasOwnContent, long FilesSize, Mailbox? Author);

/// <summary>Takes due sendings that nobody holds, under one lease.</summary>
public sealed class LeaseDue(VaguemestreDb db, TimeProvider clock)
{
    /// <summary>All or nothing: what is not handed to the caller stays free.</summary>
    public async Task<IReadOnlyList<DueSending>> RunAsync(Guid lease, DateTimeOffset until, int count, CancellationToken cancel) =>
        (await db.WriteAsync<IReadOnlyList<DueSending>>(async () => await LeaseAsync(lease, until, count, cancel), cancel)).Value;

    /// <summary>Holds those of the sendings that their leases still hold until a later instant.</summary>
    public async Task<int> RenewAsync(IReadOnlyList<(Guid Sending, Guid Lease)> held, DateTimeOffset until, CancellationToken cancel)
    {
        var (sendings, leases) = (held.Select(h => h.Sending).ToList(), held.Select(h => (Guid?)h.Lease).Distinct().ToList());
        var due = db.Sendings.Where(s => sendings.Contains(s.Id) && leases.Contains(s.LeaseId));
        return (await db.WriteAsync<int>(async () => await due.ExecuteUpdateAsync(s => s.SetProperty(x => x.LeaseUntil, until), cancel), cancel)).Value;
    }

    private async Task<DueSending[]> LeaseAsync(Guid lease, DateTimeOffset until, int count, CancellationToken cancel)
    {
        await db.FindByKeysAsync(cancel);
        var leased = await db.LeaseSendingsAsync(lease, clock.Now(), until, count, cancel);
        if (leased.Count == 0)
            return [];
        var ids = leased.ConvertAll(s => s.ConversationId);
        var conversations = await db.Conversations.Where(c => ids.Contains(c.Id))
            .Select(c => new { c.Id, c.LetterId, c.Email, c.Name, c.Company, OwnSubject = c.OwnSubject != null, OwnRest = c.OwnBody != null || c.Recipient!.Attachments.Any() })
            .ToDictionaryAsync(c => c.Id, cancel);
        var letterIds = conversations.Values.Select(c => c.LetterId).Distinct().ToList();
        var letters = await db.Letters.Where(l => letterIds.Contains(l.Id))
            .Select(l => new { l.Id, l.Mode, l.AuthorEmail, l.AuthorName, FilesSize = l.Mode == DeliveryMode.Plain ? l.Attachments.Sum(a => a.Size) : 0 })
            .ToDictionaryAsync(l => l.Id, cancel);
        return [.. leased.Select(s =>
        {
            var c = conversations[s.ConversationId];
            var letter = letters[c.LetterId];
            var plain = letter.Mode == DeliveryMode.Plain;
            var author = plain && letter.AuthorEmail is { } email ? new Mailbox(email, letter.AuthorName) : null;
            return new DueSending(s, c.LetterId, letter.Mode, c.Email, c.Name, c.Company, c.OwnSubject || (plain && c.OwnRest), letter.FilesSize, author);
        })];
    }
}
