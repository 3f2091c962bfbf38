using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception.Space;

public sealed class ListSpaceLettersTests
{
    private const string Alpha = "contact@alpha.test";

    private static readonly DateTimeOffset Due = TestWorld.Start.AddDays(5);

    private static readonly DraftInput Question = new() { Type = LetterType.CompletionRequest, ReplyExpected = true, ReplyDue = Due, Subject = "Complément" };

    [Theory, ClassData(typeof(Databases))]
    public async Task Letters_of_every_buyer_to_the_address_are_listed_and_nobody_elses(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var mine = await world.WriteToOneAsync(email: "Contact@Alpha.test");
        await world.WriteToOneAsync(email: "contact@beta.test");
        var theirs = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var other = await WriteAsAsync(world, Caller.Of(theirs.Agent), Alpha);
        await world.AddDraftAsync(Correspondence.Reference, null, Alpha);

        var letters = (await ListAsync(world, await SpaceTests.SessionAsync(world, Alpha))).Items;

        letters.Select(l => l.Id).ShouldBe([mine.Id, other], ignoreOrder: true);
        letters.Select(l => l.Organisation).ShouldBe(["Ville de Montrevel-sur-Loire", "Autre ville"], ignoreOrder: true);
        letters.Single(l => l.Id == mine.Id).ShouldSatisfyAllConditions(
            l => l.Token.ShouldBe(world.TokenOf(mine)),
            l => l.Email.ShouldBe("Contact@Alpha.test"),
            l => l.Reference.ShouldBe(Correspondence.Reference),
            l => l.StatusAt(TestWorld.Start).ShouldBe(SpaceStatus.Unread));
        (await world.KindsOfAsync(mine.Id)).ShouldBe([Core.Journal.FactKind.Submitted], "listing opens nothing");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_domain_is_the_same_in_both_its_spellings(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var unicode = await world.WriteToOneAsync(email: "contact@été.test");
        var ascii = await world.WriteToOneAsync(email: "contact@xn--t-9fab.test");

        foreach (var spelling in new[] { "contact@Été.test", "CONTACT@xn--t-9fab.test" })
            (await ListAsync(world, await SpaceTests.SessionAsync(world, spelling))).Items.Select(l => l.Id).ShouldBe([unicode.Id, ascii.Id], ignoreOrder: true);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_stands_as_its_recipient_may_see_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var letter = await world.WriteToOneAsync(Question);
        var session = await SpaceTests.SessionAsync(world, Alpha);
        async Task<SpaceStatus> StatusAsync(DateTimeOffset? at = null) => (await ListAsync(world, session)).Items.Single(l => l.Id == letter.Id).StatusAt(at ?? TestWorld.Start);

        (await StatusAsync()).ShouldBe(SpaceStatus.Unread);
        await world.OpenAsync(letter);
        (await StatusAsync()).ShouldBe(SpaceStatus.ReplyExpected);
        (await StatusAsync(Due.AddDays(1))).ShouldBe(SpaceStatus.ReplyExpected, "a late reply is taken");
        await world.QueryAsync(db => db.Organisations.ExecuteUpdateAsync(o => o.SetProperty(x => x.LateReplies, LateReplies.Closed)));
        (await StatusAsync(Due.AddDays(1))).ShouldBe(SpaceStatus.Closed);
        await world.ReplyAsync(letter);
        (await StatusAsync(Due.AddDays(1))).ShouldBe(SpaceStatus.Replied);
        await world.QueryAsync(async db =>
        {
            (await db.Conversations.SingleAsync(c => c.Id == letter.Id)).EndLink(TestWorld.Start);
            return await db.SaveChangesAsync();
        });
        (await StatusAsync()).ShouldBe(SpaceStatus.Closed);
        (await ListAsync(world, session)).Items.ShouldHaveSingleItem().Token.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_without_reply_is_opened_and_a_plain_one_has_no_page(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var free = await world.WriteToOneAsync();
        await world.OpenAsync(free);
        var plain = await world.WriteToOneAsync(new DraftInput { Mode = DeliveryMode.Plain });

        var letters = (await ListAsync(world, await SpaceTests.SessionAsync(world, Alpha))).Items;

        letters.Single(l => l.Id == free.Id).ShouldSatisfyAllConditions(l => l.StatusAt(TestWorld.Start).ShouldBe(SpaceStatus.Opened), l => l.OpenedAt.ShouldBe(TestWorld.Start));
        letters.Single(l => l.Id == plain.Id).ShouldSatisfyAllConditions(l => l.StatusAt(TestWorld.Start).ShouldBe(SpaceStatus.InFull), l => l.Token.ShouldBeNull());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pages_hold_every_letter_once_newest_first(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        for (var i = 0; i < ListSpaceLetters.PageSize + 3; i++)
        {
            await world.WriteToOneAsync();
            world.Clock.Advance(TimeSpan.FromSeconds(i % 2)); // two by two at one instant
        }

        var session = await SpaceTests.SessionAsync(world, Alpha);
        var first = await ListAsync(world, session);
        var rest = await ListAsync(world, session, first.Next);

        (first.Items.Count, rest.Items.Count, rest.Next).ShouldBe((ListSpaceLetters.PageSize, 3, null));
        var all = first.Items.Concat(rest.Items).ToList();
        all.Select(l => l.Id).Distinct().Count().ShouldBe(all.Count);
        all.Zip(all.Skip(1)).ShouldAllBe(p => p.First.SentAt >= p.Second.SentAt);
        (await world.RunAsync((ListSpaceLetters o) => o.RunAsync(session, "x", default))).Problem!.Kind.ShouldBe(ProblemKind.Invalid);
    }

    private static async Task<Page<SpaceLetter>> ListAsync(TestWorld world, SpaceSession session, string? after = null) =>
        (await world.RunAsync((ListSpaceLetters o) => o.RunAsync(session, after, default))).Value;

    private static async Task<Guid> WriteAsAsync(TestWorld world, Caller caller, string email)
    {
        await world.RunAsync((Core.Consultations.PutConsultation o) => o.RunAsync(caller, "24/A", new ConsultationInputBuilder().Build(), default));
        var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(caller, "24/A", new DraftInput { Recipients = [new RecipientInput(email)] }, default))).Value;
        await world.RunAsync((SendLetter o) => o.RunAsync(caller, draft.Id, default));
        return await world.QueryAsync(db => db.Conversations.Where(c => c.LetterId == draft.Id).Select(c => c.Id).SingleAsync());
    }
}
