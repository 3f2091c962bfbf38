using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking.Notifying;

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

    /// <summary>Spreads what news there is, and once its time to gather is over writes the agents' mails.</summary>
    /// <returns>How many mails were written.</returns>
    public static async Task<int> TellAgentsAsync(this TestWorld world)
    {
        while (await world.RunAsync((SpreadNews o) => o.RunAsync(default)) > 0)
        {
        }

        world.Clock.Advance(world.Settings.Notifications.GatherFor);
        return await world.RunAsync((TellAgents o) => o.RunAsync(default));
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
        var agent = new NoticeReader("samir.benali@montrevel.test", "Samir Benali", null, "fr");
        foreach (var kind in Enum.GetValues<NewsKind>())
            await notices.OneNewsAsync(kind, about, reply, agent, at, "Cette adresse n'existe pas chez le destinataire.", "Camille Durand", default);
        notices.ManyNews(about.OrganisationId, agent, new NewsList
        {
            Organisation = "Ville de Montrevel-sur-Loire",
            Daily = language == "fr",
            Count = 512,
            LeftOut = 7,
            InPlaceOf = "Camille Durand, Hélène Le Goff",
            Lines =
            [
                new NewsLine(NewsKind.Replied, 1, "SARL « Alpha » <Toiture>", 1, "Précisions & pièces", "2026/T 014", at, about.Id),
                new NewsLine(NewsKind.WrongRecipient, 1, "b@beta.test", 1, "Rejet", "2026/T 014", at, about.Id),
                new NewsLine(NewsKind.Undelivered, 3, null, 3, "Rejet", "2026/T 014", at, null),
                new NewsLine(NewsKind.Read, 500, null, 500, "Rejet", "2026/T 014", at, null),
            ],
        });
        await notices.AnswerByMailAsync(about, "passant@ailleurs.test", isRecipient: false, "a1@ailleurs.test", default);
        await notices.AnswerByMailAsync(about, about.Email, isRecipient: true, "a2@alpha.test", default);
        await notices.ReplyOpenedAsync(about, reply, at, at.AddHours(1), default);
    }

    public static async Task<IReadOnlyList<MimeMessage>> MailsAsync(this TestRelay relay) =>
        [.. await Task.WhenAll(relay.Taken.Select(mail => MimeMessage.LoadAsync(new MemoryStream(mail.Data.ToArray()))))];
}
