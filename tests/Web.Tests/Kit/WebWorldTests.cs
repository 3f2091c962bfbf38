using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Web.Tests.Kit;

public sealed class WebWorldTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task The_product_answers(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);

        (await world.Visitor().GetStringAsync("/sante", TestContext.Current.CancellationToken)).ShouldBe("Healthy");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task With_its_mailbox_a_letter_is_delivered_or_not_for_real(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider, withMailbox: true);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "marches@bocage-tp.test", "a.huet@huet.inconnu.test");
        await world.SendAsync(draft.Id);

        await WebWorld.UntilAsync(() => world.QueryAsync(db => Task.FromResult(db.Conversations.All(c => c.Status != Status.Sending))));

        (await world.QueryAsync(db => Task.FromResult(db.Conversations.OrderByDescending(c => c.Email).Select(c => c.Status).ToList()))).ShouldBe([Status.Delivered, Status.Undelivered]);
        world.Mailbox.Mails.Count.ShouldBe(2);
    }
}
