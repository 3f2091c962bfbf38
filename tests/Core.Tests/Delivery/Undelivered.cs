using MimeKit;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>Conversations whose letter did not arrive, and what a relay took of them.</summary>
internal static class Undelivered
{
    public static async Task<Conversation> OneAsync(TestWorld world) => await FailAsync(world, await world.WriteToOneAsync());

    /// <summary>A letter with a file, to a recipient with a paragraph and a file of its own.</summary>
    public static async Task<Conversation> WithOwnContentAsync(TestWorld world, DeliveryMode mode = DeliveryMode.Tracked)
    {
        await world.AddConsultationAsync(Correspondence.Reference);
        var input = new DraftInput { Mode = mode, Subject = "Pour {{ recipient.company }}", BodyHtml = "<p>Bonjour {{ recipient.name }}, été.</p>", Recipients = [new("contact@alpha.test", "Léa Roux", "Alpha")] };
        var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Correspondence.Reference, input, default))).Value;
        var recipient = draft.Recipients[0].Id;
        (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "règlement.pdf", new MemoryStream("%PDF-1.7 pour tous"u8.ToArray()), default))).Succeeded.ShouldBeTrue();
        (await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, recipient, "acte.pdf", new MemoryStream("%PDF-1.7 pour Alpha"u8.ToArray()), default))).Succeeded.ShouldBeTrue();
        (await world.RunAsync((WriteParagraph o) => o.RunAsync(world.Caller, draft.Id, recipient, "Pour vous seuls.", default))).Succeeded.ShouldBeTrue();
        return await FailAsync(world, (await world.SendAsync(draft.Id))[0]);
    }

    /// <summary>Sent, and reported as failed by its recipient's server; a minute passes.</summary>
    public static async Task<Conversation> FailAsync(TestWorld world, Conversation conversation)
    {
        await world.EmptyOutboxAsync();
        await world.ReportAsync((await world.SendingsOfAsync(conversation.Id))[^1], TestReports.Failed(conversation.Email));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        return conversation;
    }

    public static MimeMessage Read(ReceivedMail mail) => MimeMessage.Load(new MemoryStream(mail.Data.ToArray()));

    /// <summary>Names and contents.</summary>
    public static IReadOnlyList<(string Name, string Content)> FilesOf(MimeMessage mail) => [.. mail.Attachments.Cast<MimePart>().Select(part =>
    {
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        return (part.FileName!, Convert.ToHexStringLower(content.ToArray()));
    })];
}
