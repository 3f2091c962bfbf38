using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Reception;

/// <summary>Links that are damaged, unknown or ended, as they reach the server.</summary>
public sealed class DamagedLinkPagesTests
{
    [Fact]
    public async Task A_damaged_link_leads_to_the_clean_address_without_a_trace()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world);
        var (token, half) = (letter.Token, letter.Token.Insert(26, "%3D%0D%0A"));

        foreach (var damaged in new[]
        {
            $"/c/{token.ToUpperInvariant()}", $"/C/{token.ToUpperInvariant()}", $"/c/{token}.", $"/c/{token},", $"/c/{token})", $"/c/{token}>", $"/c/{token}%3E", $"/c/{token}%22", $"/c/{token}\"",
            $"/c/{token}%E2%80%99", $"/c/{token}%E2%80%8B", $"/c/{token}%3D", $"/c/{token}%253D", $"/c/{token}%20", $"/c/{token}%A0", $"/c/{half}", $"/c//{token}", $"/c/c/{token}", $"/c/{token}/%3E",
            $"/c/{token}&utm_source=x", $"/c/?url=https%3A%2F%2Fcourriers.test%2Fc%2F{token}", $"/c?url={token}", $"/c/{token}./reponse", $"/c/%3C{token}%3E",
        })
        {
            foreach (var method in new[] { "GET", "HEAD" })
            {
                var answer = await RawAsync(world, method, damaged);
                answer.ShouldStartWith("HTTP/1.1 302", Case.Sensitive, $"{method} {damaged}");
                answer.ShouldContain($"\r\nLocation: {letter.Path}\r\n", Case.Sensitive, damaged);
                answer.ShouldContain("\r\nX-Robots-Tag: noindex, nofollow\r\n", Case.Sensitive, damaged);
            }
        }

        (await RawAsync(world, "GET", $"/c/{token}/")).ShouldStartWith("HTTP/1.1 200");
        (await RawAsync(world, "GET", $"/c/{token}?utm_source=mail")).ShouldStartWith("HTTP/1.1 200");
        (await letter.CountAsync(FactKind.Opened)).ShouldBe(0);
    }

    [Theory]
    [InlineData("/c/")]
    [InlineData("/c")]
    [InlineData("/c/mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq")]
    [InlineData("/c/%00")]
    [InlineData("/c/a/b/c/d")]
    public async Task A_cut_link_says_what_to_do(string path)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var answer = await RawAsync(world, "GET", path);
        if (!answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal)) // what is no path at all never reaches us
            WebUtility.HtmlDecode(answer).ShouldSatisfyAllConditions(a => a.ShouldStartWith("HTTP/1.1 404"), a => a.ShouldContain("Ce lien est incomplet"), a => a.ShouldContain("opiez le lien entier"));
    }

    [Fact]
    public async Task After_too_many_unknown_links_a_source_waits_and_a_known_link_from_there_still_opens()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world);
        var visitor = world.Visitor();

        for (var turn = 0; turn < UnknownLinks.Most; turn++)
            (await visitor.GetAsync($"/c/{Unknown(turn)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var refused = await visitor.GetAsync($"/c/{Unknown(99)}");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), UnknownLinks.OneMoreAfter);
        WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()).ShouldContain("Trop de liens inconnus");
        (await visitor.GetAsync($"/c/{Unknown(99)}/fichiers/{Guid.Empty}")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        (await visitor.PageAsync(letter.Path)).Status.ShouldBe(HttpStatusCode.OK);
        await letter.OpenAsync();
        (await visitor.GetAsync($"{letter.Path}/fichiers/{Guid.Empty}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "the link is known");
        world.Clock.Advance(UnknownLinks.OneMoreAfter);
        (await visitor.GetAsync($"/c/{Unknown(99)}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("127.0.0.0/8, ::1", true)]
    [InlineData("", false)]
    [InlineData("192.0.2.7", false)]
    public async Task Visitors_behind_a_proxy_are_told_apart_where_it_is_trusted(string trusted, bool apart)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, configure: s => s.TrustedProxies = trusted);
        var visitor = world.Visitor();
        async Task<HttpStatusCode> AskAsync(int turn, string from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/c/{Unknown(turn)}") { Headers = { { "X-Forwarded-For", from } } };
            return (await visitor.SendAsync(request)).StatusCode;
        }

        for (var turn = 0; turn < UnknownLinks.Most; turn++)
            await AskAsync(turn, "198.51.100.1");

        (await AskAsync(99, "198.51.100.1")).ShouldBe(HttpStatusCode.TooManyRequests);
        (await AskAsync(99, "203.0.113.9")).ShouldBe(apart ? HttpStatusCode.NotFound : HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public void Sources_are_told_apart_an_IPv6_network_is_one_and_their_number_is_bounded()
    {
        var clock = new FakeTimeProvider(TestWorld.Start);
        var links = new UnknownLinks(clock);
        for (var turn = 0; turn < UnknownLinks.Most; turn++)
            links.WaitAfter(IPAddress.Parse($"2001:db8::{turn + 1}")).ShouldBeNull();
        links.WaitAfter(IPAddress.Parse("2001:db8::ffff")).ShouldNotBeNull();
        links.WaitAfter(IPAddress.Parse("2001:db8:0:1::1")).ShouldBeNull();
        links.WaitAfter(IPAddress.Parse("192.0.2.1")).ShouldBeNull();
        links.WaitAfter(IPAddress.Parse("::ffff:192.0.2.1")).ShouldBeNull();
        links.WaitAfter(null).ShouldBeNull();

        for (var source = 0; source < 3 * UnknownLinks.MostSources; source++)
            links.WaitAfter(new IPAddress(0x0A00_0000L + source));
        links.Sources.ShouldBeLessThanOrEqualTo(UnknownLinks.MostSources);
        clock.Advance(TimeSpan.FromDays(1));
        links.WaitAfter(IPAddress.Parse("2001:db8::ffff")).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_ended_link_says_who_ended_it_and_shows_nothing_of_the_letter(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var letter = await Receiving.StartAsync(world, ("a.txt", "a"u8.ToArray()));
        var visitor = await letter.OpenAsync();
        var agent = await new Browser(await world.AgentAsync()).GoAsync($"/conversations/{letter.Conversation}");

        await agent.PressAsync("form[action*='EndLink'] button");

        agent.Flash.ShouldBe("Le lien envoyé à contact@alpha.test est désactivé.");
        agent.Text.ShouldContain("Le lien est désactivé");
        agent.Page.QuerySelector("form[action*='EndLink']").ShouldBeNull();
        foreach (var path in new[] { letter.Path, $"{letter.Path}/fichiers", $"/c/{letter.Token.ToUpperInvariant()}" })
        {
            var page = await new Browser(visitor).GoAsync(path);
            page.Status.ShouldBe(HttpStatusCode.Gone);
            page.Title.ShouldBe("Ce lien est désactivé");
            page.Text.ShouldContain("Camille Durand");
            page.Text.ShouldContain("2026-T-014");
            page.Text.ShouldNotContain("Pièces à compléter");
            page.Text.ShouldNotContain("contact@alpha.test");
        }

        (await letter.KindsAsync())[^1].ShouldBe(FactKind.LinkEnded);
    }

    [Fact]
    public async Task Another_organisations_agent_ends_no_link()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var letter = await Receiving.StartAsync(world);
        var stranger = await world.AddBuyerAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");

        (await world.RunAsync((EndLink o) => o.RunAsync(stranger.Caller, letter.Conversation, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.Visitor().PageAsync(letter.Path)).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static string Unknown(int number)
    {
        var secret = new byte[32];
        BitConverter.TryWriteBytes(secret, number);
        return LinkToken.Write(secret);
    }

    /// <summary>A request to the letter, which no client of ours mends on its way, and its answer.</summary>
    private static async Task<string> RawAsync(WebWorld world, string method, string target)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Url.Host, world.Url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {world.Url.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
