using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class InviteReaderTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_colleague_gets_a_link_of_its_own_and_the_buyer_sees_who_invited_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await world.OpenAsync(conversation);

        var reader = (await InviteAsync(world, world.TokenOf(conversation), "Juridique@Alpha.test")).Value;

        var token = world.RunSync((PersonalLink l) => l.TokenOfReader(reader.Id));
        var visit = (await world.RunAsync((FindVisit o) => o.RunAsync(token, default))).Value;
        (visit.Email, visit.Opened, visit.Readers.Select(r => r.Email).Single()).ShouldBe(("Juridique@Alpha.test", true, "Juridique@Alpha.test"));
        var fact = (await world.FactsOfAsync(conversation.Id))[^1];
        (fact.Kind, fact.ConcernsId, fact.ActorKind).ShouldBe((FactKind.ReaderInvited, reader.Id, ActorKind.Recipient));
        fact.Content<Invitation>().ShouldBe(new Invitation("Juridique@Alpha.test", null, "contact@alpha.test"));
        var notice = await world.QueryAsync(db => db.Notices.SingleAsync(n => n.Kind == NoticeKind.ReaderInvited));
        (notice.Kind, notice.Email, notice.ConcernsId, notice.ConversationId, notice.Language).ShouldBe((NoticeKind.ReaderInvited, "Juridique@Alpha.test", reader.Id, conversation.Id, "en"));
        notice.Values.ShouldNotContain(token);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Nobody_is_invited_to_a_letter_that_is_not_opened_or_by_what_is_no_address(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var token = world.TokenOf(conversation);

        (await InviteAsync(world, token, "juridique@alpha.test")).Problem!.Code.ShouldBe(ReplyProblems.NotOpenedCode);
        await world.OpenAsync(conversation);
        (await CodeAsync(world, token, "juridique")).ShouldBe(InviteReader.EmailCode);
        (await CodeAsync(world, token, "a@alpha.test, b@alpha.test")).ShouldBe(InviteReader.EmailCode);
        (await CodeAsync(world, token, "CONTACT@alpha.test")).ShouldBe(InviteReader.RecipientCode);
        (await InviteAsync(world, token, "juridique@alpha.test")).Succeeded.ShouldBeTrue();
        (await CodeAsync(world, token, "Juridique@alpha.test")).ShouldBe(InviteReader.InvitedCode);
        (await InviteAsync(world, LinkToken.Write(new byte[32]), "juridique@alpha.test")).Problem.ShouldBeSameAs(FindVisit.UnknownLink);

        (await world.QueryAsync(db => db.Notices.CountAsync(n => n.Kind == NoticeKind.ReaderInvited))).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Ten_colleagues_at_most_however_many_are_invited_at_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await world.OpenAsync(conversation);
        var token = world.TokenOf(conversation);

        var answers = await Task.WhenAll(Enumerable.Range(0, 14).Select(i => Task.Run(() => InviteAsync(world, token, $"service{i}@alpha.test"))));

        answers.Count(a => a.Succeeded).ShouldBe(InviteReader.MostReaders);
        (await CodeAsync(world, token, "encore@alpha.test")).ShouldBe(InviteReader.FullCode);
        (await world.KindsOfAsync(conversation.Id)).Count(k => k == FactKind.ReaderInvited).ShouldBe(InviteReader.MostReaders);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Ending_the_link_ends_the_colleagues_too(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await world.OpenAsync(conversation);
        var reader = (await InviteAsync(world, world.TokenOf(conversation), "juridique@alpha.test")).Value;
        var token = world.RunSync((PersonalLink l) => l.TokenOfReader(reader.Id));
        await world.QueryAsync(async db =>
        {
            (await db.Conversations.SingleAsync(c => c.Id == conversation.Id)).EndLink(TestWorld.Start);
            return await db.SaveChangesAsync();
        });

        (await world.RunAsync((FindVisit o) => o.RunAsync(token, default))).Problem.ShouldBeSameAs(FindVisit.UnknownLink);
        (await InviteAsync(world, token, "autre@alpha.test")).Problem.ShouldBeSameAs(FindVisit.UnknownLink);
        (await InviteAsync(world, world.TokenOf(conversation), "autre@alpha.test")).Problem.ShouldBeSameAs(FindVisit.UnknownLink);
    }

    private static Task<Result<InvitedReader>> InviteAsync(TestWorld world, string token, string email) => world.RunAsync((InviteReader o) => o.RunAsync(token, email, "en", default));

    private static async Task<string?> CodeAsync(TestWorld world, string token, string email) => (await InviteAsync(world, token, email)).Problem!.Errors.ShouldHaveSingleItem().Code;
}
