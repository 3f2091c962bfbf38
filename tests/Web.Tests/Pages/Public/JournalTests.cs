using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Public;

public sealed partial class JournalTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Anybody_reads_the_seals_page_by_page_and_nothing_personal_is_in_them(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        await SealAsync(world, 28);
        var browser = await new Browser(world.Visitor()).GoAsync("/journal");

        browser.Title.ShouldBe("Journal publié");
        browser.Page.QuerySelectorAll("tbody tr").Select(r => r.Id).ShouldBe(Enumerable.Range(4, 25).Reverse().Select(n => $"sceau-{n}"));
        await browser.GoAsync(browser.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        browser.Page.QuerySelectorAll("tbody tr").Select(r => r.Id).ShouldBe(["sceau-3", "sceau-2", "sceau-1"]);
        browser.Text.ShouldContain("aucun, c’est le premier");
        browser.Text.ShouldContain("Autorité interne à la plateforme, non qualifiée");

        var file = await world.Visitor().GetStringAsync("/journal.json?after=26", TestContext.Current.CancellationToken);
        var journal = JsonNode.Parse(file)!["journal"]!;
        ((int)journal["last"]!).ShouldBe(28);
        journal["seals"]!.AsArray().Select(s => (int)JsonNode.Parse((string)s!["statement"]!)!["number"]!).ShouldBe([27, 28]);
        file.ShouldNotContain("2026-T-");
        file.ShouldNotContain("camille", Case.Insensitive);
        (await new Browser(world.Visitor()).GoAsync("/verifier")).Page.QuerySelector("a[href='/journal']").ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_no_number_is_refused_and_what_is_not_published_is_not_there()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        (await StatusAsync("/journal.json?after=-1")).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync("/journal.json?after=x")).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync("/journal?avant=x")).ShouldBe(HttpStatusCode.OK);
        world.Settings.Journal.Publish = false;
        (await StatusAsync("/journal")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync("/journal.json")).ShouldBe(HttpStatusCode.NotFound);

        async Task<HttpStatusCode> StatusAsync(string address)
        {
            using var answer = await world.Visitor().GetAsync(address);
            return answer.StatusCode;
        }
    }

    /// <summary>An auditor follows <c>docs/journal.md</c> to the letter, twice; then somebody with the database's keys rewrites the past, and whatever follows from it.</summary>
    [Fact]
    public async Task Whoever_kept_a_copy_sees_that_the_past_was_rewritten()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await SealAsync(world, 102);
        var folder = Directory.CreateTempSubdirectory("vaguemestre-audit-").FullName;
        try
        {
            (await FollowAsync(world, folder)).ShouldContain("102 seals, from 1 to 102, each as it was");
            await SealAsync(world, 1, "2026-T-900");
            (await FollowAsync(world, folder)).ShouldContain("103 seals, from 1 to 103, each as it was");
            var kept = Directory.GetFiles(Path.Combine(folder, "journal")).Length;
            kept.ShouldBe(3);

            await RewriteAsync(world);
            (await Should.ThrowAsync<InvalidOperationException>(() => FollowAsync(world, folder))).Message.ShouldContain("shorter than it was: THE PAST WAS REWRITTEN");
            await SealAsync(world, 103, "2026-U-");
            (await Should.ThrowAsync<InvalidOperationException>(() => FollowAsync(world, folder))).Message.ShouldContain("is not what it was: THE PAST WAS REWRITTEN");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task SealAsync(WebWorld world, int count, string reference = "2026-T-")
    {
        for (var i = 0; i < count; i++)
        {
            await world.AddConsultationAsync($"{reference}{i}");
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            (await world.RunAsync((SealFacts o) => o.RunAsync(null, default))).Facts.ShouldBePositive();
        }
    }

    /// <summary>Every seal is taken away and made anew, over facts of which one has another instant.</summary>
    private static async Task RewriteAsync(WebWorld world)
    {
        await world.QueryAsync(async db =>
        {
            foreach (var statement in JournalGuards.Sqlite.Keys.Select(name => $"DROP TRIGGER {name}"))
                await db.Database.ExecuteSqlRawAsync(statement);
            return await db.Database.ExecuteSqlRawAsync("DELETE FROM sealed_facts; DELETE FROM seals");
        });
        (await world.RunAsync((SealFacts o) => o.RunAsync(null, default))).Facts.ShouldBePositive();
    }

    private static async Task<string> FollowAsync(WebWorld world, string folder)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "journal.md"));
        var script = string.Join('\n', Block().Matches(page).Select(m => m.Groups["block"].Value));
        return await Command.RunAsync("bash", "-c", $"set -euo pipefail; cd '{folder}'; JOURNAL='{world.Settings.PublicUrl}/journal.json'\n{script}");
    }

    [GeneratedRegex(@"```sh\n(?<block>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
