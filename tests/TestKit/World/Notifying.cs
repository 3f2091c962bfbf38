using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.TestKit.World;

/// <summary>What a test asks of a world about the platform's own mails.</summary>
public static class Notifying
{
    /// <summary>One turn of the worker.</summary>
    /// <returns>How many were taken.</returns>
    public static Task<int> SendNoticesAsync(this TestWorld world) => world.RunAsync((SendNotices o) => o.RunAsync(default));

    /// <summary>Turns until nothing is due.</summary>
    public static async Task SendAllNoticesAsync(this TestWorld world)
    {
        while (await world.SendNoticesAsync() > 0)
        {
        }
    }

    /// <summary>Writes notices in a transaction of their own, about a conversation that is locked.</summary>
    public static Task NotifyAsync(this TestWorld world, Conversation about, Func<WriteNotice, Conversation, Task> write) => world.InScopeAsync(scope =>
        scope.GetRequiredService<VaguemestreDb>().WriteAsync<bool>(
            async () =>
            {
                await write(scope.GetRequiredService<WriteNotice>(), (await scope.GetRequiredService<ConversationJournal>().LockAsync(about.Id, default))!);
                return true;
            },
            default));

    /// <summary>One notice of every kind about a conversation, in a language where the kind has several.</summary>
    public static async Task NotifyOfEverythingAsync(this TestWorld world, Conversation conversation, string language, params FileDigest[] files)
    {
        var (at, reply) = (TestWorld.Start, Guid.CreateVersion7(TestWorld.Start));
        await world.NotifyAsync(conversation, async (notices, about) =>
        {
            var to = new NoticeReader(about.Email, about.Name, null, language);
            await notices.ReceiptCopyAsync(about, to, at, Words.Of(ReceiptProof.Declaration), default);
            await notices.ReplyAcknowledgedAsync(about, to, reply, at, late: true, new string('a', 64), files, default);
        });
        await world.NotifyAsync(conversation, (notices, about) => EverythingElseAsync(notices, about, reply, language));
    }

    private static async Task EverythingElseAsync(WriteNotice notices, Conversation about, Guid reply, string language)
    {
        var at = TestWorld.Start;
        await notices.ReaderInvitedAsync(about, Guid.CreateVersion7(TestWorld.Start), "collegue@alpha.test", "Inès Roy", about.Email, language, default);
        notices.SpaceSignIn(Guid.CreateVersion7(TestWorld.Start), about.Email, at.AddMinutes(10), "autre@alpha.test", language);
        await notices.ReplyReceivedAsync(about, reply, at, late: true, default);
        await notices.WrongRecipientAsync(about, about.Email, at, default);
        await notices.AnswerByMailAsync(about, "passant@ailleurs.test", isRecipient: false, "a1@ailleurs.test", default);
        await notices.AnswerByMailAsync(about, about.Email, isRecipient: true, "a2@alpha.test", default);
        await notices.ReplyOpenedAsync(about, reply, at, at.AddHours(1), default);
    }

    public static async Task<IReadOnlyList<MimeMessage>> MailsAsync(this TestRelay relay) =>
        [.. await Task.WhenAll(relay.Taken.Select(mail => MimeMessage.LoadAsync(new MemoryStream(mail.Data.ToArray()))))];
}
