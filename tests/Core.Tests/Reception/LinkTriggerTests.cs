using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

/// <summary><c>Receipts:Trigger=link</c>: following the link as a person's browser does makes the receipt.</summary>
public sealed class LinkTriggerTests
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private const string Iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    private static readonly Visitor Person = new("GET", Chrome)
    {
        Accept = "text/html,application/xhtml+xml,*/*;q=0.8",
        AcceptLanguage = "fr-FR",
        FetchSite = "none",
        FetchMode = "navigate",
        FetchDest = "document",
        FetchUser = "?1",
    };

    public static TheoryData<bool, Visitor> Visitors => new()
    {
        { true, Person },
        { true, Person with { UserAgent = Iphone, FetchUser = null } },
        { false, Person with { Method = "HEAD" } },
        { false, Person with { Method = "POST" } },
        { true, Person with { FetchSite = "cross-site" } },
        { false, Person with { FetchSite = "same-origin" } },
        { false, Person with { FetchUser = null } },
        { false, Person with { FetchMode = null, FetchDest = null, FetchUser = null } },
        { false, Person with { FetchMode = "cors" } },
        { false, Person with { FetchDest = "iframe" } },
        { false, Person with { Purpose = "prefetch;prerender" } },
        { false, Person with { Accept = "*/*" } },
        { false, Person with { AcceptLanguage = null } },
        { false, Person with { UserAgent = null } },
        { false, Person with { UserAgent = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)" } },
    };

    [Theory, MemberData(nameof(Visitors))]
    public async Task Only_a_persons_navigation_opens(bool opens, Visitor visitor)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Receipts.Trigger = ReceiptTrigger.Link);
        var conversation = await world.WriteToOneAsync();

        (await VisitAsync(world, conversation, visitor)).Value.Opened.ShouldBe(opens);

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, opens ? FactKind.Opened : FactKind.AutomatedAccess]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_receipt_says_that_the_link_alone_was_followed_and_is_made_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Receipts.Trigger = ReceiptTrigger.Link);
        var conversation = await world.WriteToOneAsync();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => VisitAsync(world, conversation, Person))));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Opened]);
        (await world.FactsOfAsync(conversation.Id))[^1].Content<Receipt>().ShouldSatisfyAllConditions(r => r.Proof.ShouldBe(ReceiptProof.Link), r => r.Capacity.ShouldBeNull());
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_organisations_choice_goes_before_the_platforms(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        (await VisitAsync(world, conversation, Person)).Value.Opened.ShouldBeFalse("the platform's choice is the button");

        await world.QueryAsync(db => db.Organisations.ExecuteUpdateAsync(o => o.SetProperty(x => x.ReceiptsTrigger, ReceiptTrigger.Link)));

        (await VisitAsync(world, conversation, Person)).Value.Opened.ShouldBeTrue();
    }

    private static Task<Result<LetterVisit>> VisitAsync(TestWorld world, Conversation conversation, Visitor visitor) =>
        world.RunAsync((VisitLetter o) => o.RunAsync(world.TokenOf(conversation), visitor, default));
}
