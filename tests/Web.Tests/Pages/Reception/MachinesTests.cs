using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>
/// What mail filters, previews and robots are reported to do, replayed against the served link: none of it makes a receipt or spoils the
/// link, and a person who comes after gets exactly one.
/// </summary>
public sealed class MachinesTests
{
    private const string Person = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

    private static readonly (string Name, string Value)[] Navigation =
        [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Accept-Language", "fr-FR,fr;q=0.9"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-User", "?1")];

    [Theory, ClassData(typeof(Databases))]
    public async Task No_link_scanner_makes_a_receipt_and_the_person_after_it_makes_one(DatabaseProvider provider)
    {
        var file = Path.Combine(Corpora.FolderOrSkip("link-scanners"), "profiles.json");
        using var corpus = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await using var world = await WebWorld.CreateAsync(provider);
        await world.AddConsultationAsync();

        foreach (var profile in corpus.RootElement.GetProperty("profiles").EnumerateArray())
        {
            foreach (var userAgent in UserAgents(profile))
            {
                var letter = await Receiving.NextAsync(world);
                foreach (var step in profile.GetProperty("steps").EnumerateArray().Select(s => s.GetString()!))
                    await ReplayAsync(world, letter, step, userAgent);
                var expected = profile.GetProperty("expect").GetString()!.StartsWith("exactly one", StringComparison.Ordinal) ? 1 : 0;
                (await letter.CountAsync(FactKind.Opened)).ShouldBe(expected, $"{profile.GetProperty("id")} {userAgent}");

                await PersonOpensAsync(world, letter);
                (await letter.CountAsync(FactKind.Opened)).ShouldBe(1, $"{profile.GetProperty("id")} {userAgent}");
            }
        }
    }

    [Fact]
    public async Task Where_the_button_opens_no_user_agent_of_a_robot_does_and_no_persons_is_kept_out()
    {
        var rows = UserAgents();
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world);
        var robot = world.Visitor();
        var page = await robot.PageAsync(letter.Path);
        foreach (var (_, userAgent) in rows.Where(r => r.Label == "bot"))
        {
            robot.DefaultRequestHeaders.Remove("User-Agent");
            robot.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
            (await robot.SubmitAsync(page, "Ouvrir le courrier", Receiving.NoPress, ("Declared", "true"))).Status.ShouldBe(HttpStatusCode.OK);
        }

        (await letter.KindsAsync()).ShouldNotContain(FactKind.Opened);
        await PersonOpensAsync(world, letter);
        (await letter.CountAsync(FactKind.Opened)).ShouldBe(1);

        foreach (var (token, userAgent) in await LettersForAsync(world, rows))
            (await SubmitAsync(world, token, userAgent, ("Declared", "true"))).ShouldBe(HttpStatusCode.Redirect, userAgent);
        (await OpenedAsync(world)).ShouldBe(1 + rows.Count(r => r.Label != "bot"));
    }

    [Fact]
    public async Task Where_the_link_opens_no_robot_that_says_its_name_does_and_no_person_is_kept_out()
    {
        var rows = UserAgents();
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, configure: s => s.Receipts.Trigger = ReceiptTrigger.Link);
        var letter = await Receiving.StartAsync(world);
        var robot = world.Visitor();
        foreach (var (_, userAgent) in rows.Where(r => r.Label == "bot"))
        {
            using var answer = await robot.SendAsync(With(new HttpRequestMessage(HttpMethod.Get, letter.Path), userAgent, [("Accept", "text/html,*/*")]));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, userAgent);
        }

        (await letter.KindsAsync()).ShouldNotContain(FactKind.Opened);

        var people = await LettersForAsync(world, rows);
        foreach (var (token, userAgent) in people)
        {
            (await GetAsync(world, token.Path, userAgent, Navigation)).ShouldBe(HttpStatusCode.OK, userAgent);
            if (await token.CountAsync(FactKind.Opened) == 0) // held for a program: the button is there
                (await SubmitAsync(world, token, userAgent, ("Declared", "true"))).ShouldBe(HttpStatusCode.Redirect, userAgent);
        }

        (await OpenedAsync(world)).ShouldBe(people.Count);
    }

    private static IEnumerable<string?> UserAgents(JsonElement profile) =>
        profile.TryGetProperty("user_agents", out var many) ? many.EnumerateArray().Select(u => u.GetString()) : [profile.TryGetProperty("user_agent", out var one) ? one.GetString() : Person];

    private static async Task ReplayAsync(WebWorld world, Receiving letter, string step, string? userAgent)
    {
        switch (step)
        {
            case "HEAD":
                using (var head = await world.Visitor().SendAsync(With(new HttpRequestMessage(HttpMethod.Head, letter.Path), userAgent, [])))
                    head.StatusCode.ShouldBe(HttpStatusCode.OK);
                break;
            case "run page JavaScript, all XHR/fetch fire":
                var page = await world.Visitor().PageAsync(letter.Path);
                foreach (var script in page.Document.QuerySelectorAll("script[src]"))
                    (await GetAsync(world, script.GetAttribute("src")!, userAgent, [])).ShouldBe(HttpStatusCode.OK);
                break;
            case "POST of a form that the page auto-submits by JavaScript":
                await SubmitAsync(world, letter, userAgent);
                await SubmitAsync(world, letter, userAgent, Receiving.NoPress);
                await SubmitAsync(world, letter, userAgent, Receiving.NoPress, ("Declared", "true"));
                break;
            case "POST (human)":
                await PersonOpensAsync(world, letter);
                break;
            default:
                step.ShouldStartWith("GET", Case.Sensitive, "a step that is not replayed yet");
                (await GetAsync(world, letter.Path, step.Contains("human", StringComparison.Ordinal) ? Person : userAgent, step.Contains("human", StringComparison.Ordinal) ? Navigation : [])).ShouldBe(HttpStatusCode.OK);
                break;
        }
    }

    private static async Task PersonOpensAsync(WebWorld world, Receiving letter)
    {
        var visitor = world.Visitor();
        var page = await visitor.PageAsync(letter.Path);
        page.Status.ShouldBe(HttpStatusCode.OK);
        if (page.Document.QuerySelector("form[data-opening]") is null)
            return; // opened before: the link leads to the letter
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        (await visitor.SubmitAsync(page, "Ouvrir le courrier", Receiving.Press(page))).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    private static async Task<HttpStatusCode> GetAsync(WebWorld world, string path, string? userAgent, (string Name, string Value)[] headers)
    {
        using var answer = await world.Visitor().SendAsync(With(new HttpRequestMessage(HttpMethod.Get, path), userAgent, headers));
        return answer.StatusCode;
    }

    /// <summary>Posts the form, its box ticked or not, as a program does that reads the page first.</summary>
    private static async Task<HttpStatusCode> SubmitAsync(WebWorld world, Receiving letter, string? userAgent, params (string Name, string Value)[] fields)
    {
        var visitor = world.Visitor();
        if (!string.IsNullOrEmpty(userAgent))
            visitor.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
        return (await visitor.SubmitAsync(await visitor.PageAsync(letter.Path), "Ouvrir le courrier", fields)).Status;
    }

    private static HttpRequestMessage With(HttpRequestMessage request, string? userAgent, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (userAgent is not null)
            request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        return request;
    }

    /// <summary>A letter for each user agent that is a person's, or may be.</summary>
    private static async Task<IReadOnlyList<(Receiving Letter, string UserAgent)>> LettersForAsync(WebWorld world, IReadOnlyList<(string Label, string UserAgent)> rows)
    {
        var people = rows.Where(r => r.Label != "bot").Select(r => r.UserAgent).ToList();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Courrier", BodyHtml = "<p>Bonjour.</p>" }, [.. people.Select((_, n) => $"personne{n}@alpha.test")]);
        var letters = new List<(Receiving, string)>();
        foreach (var (conversation, userAgent) in (await world.SendAsync(draft.Id)).Zip(people))
            letters.Add((new Receiving(world, conversation.Id, await world.LinkTokenAsync(conversation.Id)), userAgent));
        return letters;
    }

    private static Task<int> OpenedAsync(WebWorld world) => world.QueryAsync(db => db.Facts.CountAsync(f => f.Kind == FactKind.Opened));

    private static List<(string Label, string UserAgent)> UserAgents() =>
        [.. File.ReadLines(Path.Combine(Corpora.FolderOrSkip("user-agents"), "user-agents.tsv")).Skip(1).Select(line => line.Split('\t')).Select(row => (row[0], row[4]))];
}
