using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

/// <summary>Links that are not the recipient's standing one: an invited colleague's, and one that was ended.</summary>
public sealed class OtherLinksTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_colleagues_own_link_opens_the_letter_and_the_receipt_names_the_colleague(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var token = await InviteAsync(world, conversation);

        var visit = (await world.RunAsync((VisitLetter o) => o.RunAsync(token, new Visitor("GET", "Firefox"), default))).Value;
        (await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Gesture, new Visitor("POST", "Firefox"), default))).Value.Opened.ShouldBeTrue();

        (visit.Email, visit.Name, visit.Conversation.Id).ShouldBe(("juridique@alpha.test", "Lou Petit", conversation.Id));
        (await world.FactsOfAsync(conversation.Id))[^1].Content<Receipt>().ShouldSatisfyAllConditions(r => r.Recipient.ShouldBe("juridique@alpha.test"), r => r.Proof.ShouldBe(ReceiptProof.Gesture));
        (await world.RunAsync((FindVisit o) => o.RunAsync(world.TokenOf(conversation), default))).Value.ShouldSatisfyAllConditions(v => v.Opened.ShouldBeTrue(), v => v.Email.ShouldBe("contact@alpha.test"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_ended_link_opens_nothing_and_says_whom_to_ask(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var colleague = await InviteAsync(world, conversation);
        await world.OpenAsync(conversation);
        (await EndedAsync(world, world.TokenOf(conversation))).ShouldBeNull();
        world.Clock.Advance(TimeSpan.FromDays(1));
        foreach (var _ in Enumerable.Range(0, 2))
            (await EndAsync(world, conversation)).Value.LinkEndedAt.ShouldBe(TestWorld.Start.AddDays(1));

        foreach (var token in new[] { world.TokenOf(conversation), colleague })
        {
            (await world.RunAsync((FindVisit o) => o.RunAsync(token, default))).Problem.ShouldBeSameAs(FindVisit.UnknownLink);
            (await EndedAsync(world, token)).ShouldBe(new EndedLink("Ville de Montrevel-sur-Loire", "Camille Durand", Correspondence.Reference, TestWorld.Start.AddDays(1), "Camille Durand"));
        }

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Opened, FactKind.LinkEnded]);
        (await world.FactsOfAsync(conversation.Id))[^1].Content<LinkEndedBy>().Agent.ShouldBe("Camille Durand");
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        (await EndedAsync(world, LinkToken.Write(new byte[32]))).ShouldBeNull();
        (await EndedAsync(world, "x")).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_the_buyers_own_agents_end_a_link_and_a_plain_letter_has_none(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (tracked, plain) = (await world.WriteToOneAsync(), await world.WriteToOneAsync(new DraftInput { Mode = DeliveryMode.Plain }));
        var stranger = world.Caller with { OrganisationId = Guid.CreateVersion7() };

        (await world.RunAsync((EndLink o) => o.RunAsync(stranger, tracked.Id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await EndAsync(world, plain)).Problem!.Code.ShouldBe("no-link");

        (await world.RunAsync((FindVisit o) => o.RunAsync(world.TokenOf(tracked), default))).Succeeded.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_whose_link_is_ended_is_not_sent_again_as_it_was_but_goes_to_a_corrected_address_with_a_link_of_its_own(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var sending = (await world.SendingsOfAsync(conversation.Id)).ShouldHaveSingleItem();
        await world.InScopeAsync(scope => scope.GetRequiredService<VaguemestreDb>().WriteAsync<Fact>(
            async () =>
            {
                var journal = scope.GetRequiredService<ConversationJournal>();
                return await journal.AppendAsync((await journal.LockAsync(conversation.Id, default))!, FactKind.Undelivered, new ServerSaid("mx.alpha.test", "550 5.1.1 unknown", "5.1.1"), Actor.MailServer, sending.Id);
            },
            default));
        await EndAsync(world, conversation);

        (await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, conversation.Id, default))).Problem!.Code.ShouldBe(ResendConversation.LinkEnded);
        var next = (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, conversation.Id, "juste@alpha.test", default))).Value;

        (await world.RunAsync((FindVisit o) => o.RunAsync(world.TokenOf(next), default))).Succeeded.ShouldBeTrue();
        (await world.RunAsync((FindVisit o) => o.RunAsync(world.TokenOf(conversation), default))).Problem.ShouldBeSameAs(FindVisit.UnknownLink);
    }

    private static Task<Result<Conversation>> EndAsync(TestWorld world, Conversation conversation) => world.RunAsync((EndLink o) => o.RunAsync(world.Caller, conversation.Id, default));

    private static Task<EndedLink?> EndedAsync(TestWorld world, string token) => world.RunAsync((FindEndedLink o) => o.RunAsync(token, default));

    private static async Task<string> InviteAsync(TestWorld world, Conversation conversation)
    {
        var token = LinkToken.Write(RandomNumberGenerator.GetBytes(32));
        await world.QueryAsync(async db =>
        {
            db.InvitedReaders.Add(new InvitedReader
            {
                Id = Guid.CreateVersion7(TestWorld.Start),
                OrganisationId = conversation.OrganisationId,
                ConversationId = conversation.Id,
                Email = "juridique@alpha.test",
                Name = "Lou Petit",
                LinkHash = LinkToken.HashOf(token)!,
                InvitedAt = TestWorld.Start,
            });
            return await db.SaveChangesAsync();
        });
        return token;
    }
}
