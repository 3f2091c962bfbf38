using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class VisitLetterTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_visit_is_an_automated_access_once_a_user_agent_and_no_reading(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        foreach (var userAgent in new[] { "robot", "robot", null, null, "autre robot" })
            (await VisitAsync(world, conversation, userAgent)).Value.Opened.ShouldBeFalse();

        var visits = (await world.FactsOfAsync(conversation.Id)).Where(f => f.Kind == FactKind.AutomatedAccess).Select(f => f.Content<Visit>());
        visits.ShouldBe([new Visit("GET", "robot"), new Visit("GET", null), new Visit("GET", "autre robot")]);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task However_many_robots_come_twenty_visits_are_kept(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => VisitAsync(world, conversation, $"robot {i}"))));

        (await world.KindsOfAsync(conversation.Id)).Count(k => k == FactKind.AutomatedAccess).ShouldBe(20);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_user_agent_is_kept_shortened_without_half_a_character(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        (await VisitAsync(world, conversation, new string('a', 299) + "😀" + new string('b', 10_000))).Succeeded.ShouldBeTrue();

        (await world.FactsOfAsync(conversation.Id))[^1].Content<Visit>().UserAgent.ShouldBe(new string('a', 299));
        ChainCheck.FirstFault(await world.FactsOfAsync(conversation.Id)).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Links_that_lead_nowhere_all_answer_alike(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var plain = await world.WriteToOneAsync(new DraftInput { Mode = DeliveryMode.Plain });
        var token = world.TokenOf(conversation);

        foreach (var wrong in new[] { "", "x", "../..", token[..^1], token + "A", "\0", new string('A', 43), new string('A', 100_000), token.ToUpperInvariant(), world.TokenOf(plain), "é" + token[1..] })
        {
            (await world.RunAsync((VisitLetter o) => o.RunAsync(wrong, new Visitor("GET", null), default))).Problem!.ShouldBeSameAs(FindVisit.UnknownLink);
            (await world.RunAsync((OpenLetter o) => o.RunAsync(wrong, ReceiptProof.Declaration, new Visitor("POST", null), default))).Problem!.ShouldBeSameAs(FindVisit.UnknownLink);
            (await world.RunAsync((SendReply o) => o.RunAsync(wrong, default, [], default))).Problem!.ShouldBeSameAs(FindVisit.UnknownLink);
            (await world.RunAsync((DownloadAttachment o) => o.RunAsync(wrong, Guid.Empty, DownloadPart.Beginning, default))).Problem!.ShouldBeSameAs(FindVisit.UnknownLink);
        }

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_database_does_not_hold_the_token(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        var stored = await world.QueryAsync(db => db.Conversations.Select(c => c.LinkHash).SingleAsync());

        stored.ShouldBe(LinkToken.HashOf(world.TokenOf(conversation)));
        Convert.ToBase64String(stored!).TrimEnd('=').ShouldNotBe(world.TokenOf(conversation));
    }

    private static Task<Result<LetterVisit>> VisitAsync(TestWorld world, Conversation conversation, string? userAgent) =>
        world.RunAsync((VisitLetter o) => o.RunAsync(world.TokenOf(conversation), new Visitor("GET", userAgent), default));
}
