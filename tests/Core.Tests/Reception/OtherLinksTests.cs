using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
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
        await world.QueryAsync(async db =>
        {
            (await db.Conversations.SingleAsync(c => c.Id == conversation.Id)).EndLink(TestWorld.Start.AddDays(1));
            return await db.SaveChangesAsync();
        });

        foreach (var token in new[] { world.TokenOf(conversation), colleague })
        {
            (await world.RunAsync((FindVisit o) => o.RunAsync(token, default))).Problem.ShouldBeSameAs(FindVisit.UnknownLink);
            (await EndedAsync(world, token)).ShouldBe(new EndedLink("Ville de Montrevel-sur-Loire", "Camille Durand", Correspondence.Reference, TestWorld.Start.AddDays(1)));
        }

        (await EndedAsync(world, LinkToken.Write(new byte[32]))).ShouldBeNull();
        (await EndedAsync(world, "x")).ShouldBeNull();
    }

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
