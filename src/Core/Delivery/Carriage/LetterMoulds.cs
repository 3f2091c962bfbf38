using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>
/// The moulds of the letters being sent: what is the same for all recipients, files included, encoded once and kept while
/// it serves. A recipient with words or files of its own gets a mould of its own, which is not kept.
/// </summary>
public sealed class LetterMoulds(IServiceScopeFactory scopes, LetterMail mails) : IDisposable
{
    private const long MostBytes = 64 * 1024 * 1024;

    /// <summary>What an encoded letter takes beside its files: headers, two texts and their encoding.</summary>
    private const long Overhead = 32 * 1024;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostBytes });

    /// <summary>The parcel of one due sending.</summary>
    /// <exception cref="ArgumentException">The mail cannot be written; the message names the field.</exception>
    /// <exception cref="MailFileException">A file could not be read.</exception>
    public async Task<Parcel> ParcelAsync(DueSending due, CancellationToken cancel) =>
        mails.Parcel(due, due.HasOwnContent ? await CastAsync(due, cancel) : await KeptAsync(due, cancel));

    public void Dispose() => _kept.Dispose();

    private Task<MailMould> KeptAsync(DueSending due, CancellationToken cancel)
    {
        if (_kept.TryGetValue(due.LetterId, out Lazy<Task<MailMould>>? failed) && failed is { IsValueCreated: true, Value.IsFaulted: true })
            _kept.Remove(due.LetterId);
        return _kept.GetOrCreate(due.LetterId, entry =>
        {
            entry.SetSlidingExpiration(Idle).SetSize(Overhead + (due.FilesSize * 3 / 2));
            return new Lazy<Task<MailMould>>(() => CastAsync(due, CancellationToken.None));
        })!.Value.WaitAsync(cancel);
    }

    private async Task<MailMould> CastAsync(DueSending due, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var conversation = await db.Conversations.AsNoTrackingWithIdentityResolution()
            .Include(c => c.Letter!.Attachments).Include(c => c.Letter!.Consultation).Include(c => c.Recipient!.Attachments)
            .AsSplitQuery().SingleAsync(c => c.Id == due.Sending.ConversationId, cancel);
        return await mails.CastAsync(conversation, due.HasOwnContent, cancel);
    }
}
