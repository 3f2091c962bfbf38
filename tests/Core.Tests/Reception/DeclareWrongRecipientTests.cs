using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class DeclareWrongRecipientTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Said_ten_times_at_once_it_is_one_fact_and_one_notice_and_changes_no_status(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        var said = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => DeclareAsync(world, world.TokenOf(conversation), ReceiptProof.Gesture))));

        said.ShouldAllBe(s => s.Value.WrongRecipientAt == TestWorld.Start && !s.Value.Opened);
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.WrongRecipient]);
        (await world.FactsOfAsync(conversation.Id))[^1].Content<NotTheRecipient>().ShouldBe(new NotTheRecipient("contact@alpha.test", WrongRecipientReason.OtherPerson, ReceiptProof.Gesture, "Firefox"));
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        (await world.TellAgentsAsync()).ShouldBe(1);
        (await world.QueryAsync(db => db.Notices.Where(n => n.Kind == NoticeKind.WrongRecipient).Select(n => n.Email).ToListAsync())).ShouldBe(["camille.durand@montrevel.test"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Without_a_deliberate_act_nothing_is_said(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        (await DeclareAsync(world, world.TokenOf(conversation), proof: null)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("declared");
        (await DeclareAsync(world, "x", ReceiptProof.Gesture)).Problem.ShouldBeSameAs(FindVisit.UnknownLink);

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task It_can_be_said_once_the_letter_is_opened_and_the_link_stays_good(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await world.OpenAsync(conversation);

        (await DeclareAsync(world, world.TokenOf(conversation), ReceiptProof.Declaration)).Value.Opened.ShouldBeTrue();

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        (await world.RunAsync((FindVisit o) => o.RunAsync(world.TokenOf(conversation), default))).Value.WrongRecipientAt.ShouldBe(TestWorld.Start);
    }

    private static Task<Result<LetterVisit>> DeclareAsync(TestWorld world, string token, ReceiptProof? proof) =>
        world.RunAsync((DeclareWrongRecipient o) => o.RunAsync(token, WrongRecipientReason.OtherPerson, proof, new Visitor("POST", "Firefox"), default));
}
