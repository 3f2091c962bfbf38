using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class AutomaticSignsTests
{
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static readonly Visitor Person = new("POST", Firefox)
    {
        Accept = "text/html,application/xhtml+xml",
        AcceptLanguage = "fr,en;q=0.5",
        FetchSite = "same-origin",
        FetchMode = "navigate",
        FetchDest = "document",
        FetchUser = "?1",
        Trustworthy = true,
    };

    public static TheoryData<string, Visitor> Looks => new()
    {
        { "", Person },
        { "", Person with { FetchSite = null, FetchMode = null, FetchDest = null, FetchUser = null, Trustworthy = false } },
        { "", new Visitor("POST", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)") { AcceptLanguage = "fr", Trustworthy = true } },
        { "no-user-agent", Person with { UserAgent = " " } },
        { "not-a-browser", Person with { UserAgent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" } },
        { "not-a-browser", Person with { UserAgent = "Barracuda Sentinel (EE)" } },
        { "no-language", Person with { AcceptLanguage = null } },
        { "prefetch", Person with { Purpose = "prefetch;prerender" } },
        { "no-fetch-metadata", Person with { FetchSite = null, FetchMode = null, FetchDest = null, FetchUser = null } },
        { "odd-fetch-metadata", Person with { FetchMode = "cors", FetchDest = "empty" } },
        { "odd-fetch-metadata", Person with { FetchSite = "cross-site" } },
        { "not-a-browser, no-language", new Visitor("POST", "curl/8.5.0") { Trustworthy = true } },
    };

    [Theory, MemberData(nameof(Looks))]
    public void What_looked_automatic_is_told_in_words(string signs, Visitor visitor)
    {
        var told = AutomaticSigns.Of(visitor, [], TestWorld.Start);

        string.Join(", ", told).ShouldBe(signs);
        told.ShouldAllBe(sign => AutomaticSigns.InFrench(sign) != sign);
    }

    [Fact]
    public void A_word_of_a_later_version_is_given_as_it_is() => AutomaticSigns.InFrench("moon-phase").ShouldBe("moon-phase");

    [Theory, ClassData(typeof(Databases))]
    public async Task An_opening_soon_after_the_sending_or_a_HEAD_says_so(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        var now = TestWorld.Start.AddSeconds(20);

        AutomaticSigns.Of(Person, await world.FactsOfAsync(conversation.Id), TestWorld.Start.AddSeconds(2)).ShouldBe(["soon-after-delivery"]);
        AutomaticSigns.Of(Person, await world.FactsOfAsync(conversation.Id), now).ShouldBeEmpty();
        world.Clock.Advance(TimeSpan.FromSeconds(18));
        await world.RunAsync((VisitLetter o) => o.RunAsync(world.TokenOf(conversation), new Visitor("HEAD", Firefox), default));
        var facts = await world.FactsOfAsync(conversation.Id);

        AutomaticSigns.Of(Person, facts, now).ShouldBe(["head-just-before"]);
        AutomaticSigns.Of(Person with { UserAgent = Firefox + ".1" }, facts, now).ShouldBeEmpty();
        AutomaticSigns.Of(Person, facts, now.AddMinutes(1)).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Signs_are_kept_with_the_receipt_and_block_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        var opened = await world.RunAsync((OpenLetter o) => o.RunAsync(world.TokenOf(conversation), ReceiptProof.Declaration, new Visitor("POST", "curl/8.5.0"), default));

        opened.Value.Opened.ShouldBeTrue();
        var receipt = (await world.FactsOfAsync(conversation.Id))[^1].Content<Receipt>();
        receipt.Signals.ShouldBe(["not-a-browser", "no-language", "soon-after-delivery"]);
        receipt.SignsInFrench().ShouldStartWith("le logiciel annoncé n’est pas un navigateur courant ; ");
        receipt.Capacity.ShouldBe("contact@alpha.test");
    }

    [Fact]
    public void Over_the_corpus_most_robots_are_named_and_hardly_a_common_browser()
    {
        var rows = File.ReadLines(Path.Combine(Corpora.FolderOrSkip("user-agents"), "user-agents.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(row => (Label: row[0], Named: new Visitor("GET", row[4]).NamesAProgram, Common: row[4].StartsWith("Mozilla/5.0 (", StringComparison.Ordinal))).ToList();

        var bots = rows.Where(r => r.Label == "bot").ToList();
        ((double)bots.Count(r => r.Named) / bots.Count).ShouldBeGreaterThan(0.9);
        rows.Count(r => r is { Label: "human", Common: true, Named: true }).ShouldBeLessThanOrEqualTo(5);
    }
}
