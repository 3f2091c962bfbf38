using MimeKit;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class LetterMailTests
{
    [Fact]
    public async Task A_tracked_mail_names_the_buyer_and_the_consultation_and_holds_the_link_not_the_text()
    {
        var (message, link) = await SentAsync(new DraftInput { BodyHtml = "<p>Contenu réservé</p>", Subject = "Objet d'été", ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(3) });

        message.Subject.ShouldBe("Objet d'été");
        message.From.Mailboxes.Single().Name!.ShouldContain("Ville de Montrevel-sur-Loire");
        foreach (var body in new[] { message.TextBody!, message.HtmlBody! })
        {
            body.ShouldContain(link);
            body.ShouldContain("Toiture");
            body.ShouldNotContain("Contenu réservé");
        }
    }

    [Fact]
    public async Task A_plain_mail_holds_the_text_and_no_link()
    {
        var (message, link) = await SentAsync(new DraftInput { Mode = DeliveryMode.Plain, BodyHtml = "<p>Contenu & <span class=\"c-red\">rouge</span></p>" });

        message.TextBody!.ShouldContain("Contenu & rouge");
        message.HtmlBody!.ShouldContain("Contenu &amp; <span style=\"color:#b00020;\">rouge</span>");
        (message.TextBody + message.HtmlBody).ShouldNotContain(link);
        message.ReplyTo.Mailboxes.Single().Address.ShouldBe("camille.durand@montrevel.test");
    }

    /// <summary>The mail says what the letter says, even where a letter speaks of HTML.</summary>
    [Fact]
    public async Task Words_that_look_like_markup_are_left_alone()
    {
        var (message, _) = await SentAsync(new DraftInput { Mode = DeliveryMode.Plain, BodyHtml = "<p>écrivez class=\"c-red\" puis &lt;p&gt;</p><p class=\"c-blue c-red\">bleu</p>" });

        message.HtmlBody!.ShouldContain("écrivez class=\"c-red\" puis &lt;p&gt;");
        message.HtmlBody!.ShouldNotContain("class=\"c-blue");
        message.HtmlBody!.ShouldContain("color:#1f4ea3;");
    }

    private static async Task<(MimeMessage Message, string Link)> SentAsync(DraftInput input)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var relay = TestRelay.Start(world);
        await world.AddConsultationAsync(configure: c => c.Title = "Toiture");
        var conversation = await world.WriteToOneAsync(input);
        await world.EmptyOutboxAsync();
        var mail = new MemoryStream(relay.Taken.ShouldHaveSingleItem().Data.ToArray());
        return (await MimeMessage.LoadAsync(mail, TestContext.Current.CancellationToken), $"https://courriers.test/c/{world.TokenOf(conversation)}");
    }
}
