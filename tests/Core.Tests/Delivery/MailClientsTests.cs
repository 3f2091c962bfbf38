using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

/// <summary>
/// Every element, attribute and property of our mails against what is known of the mail clients that companies have (caniemail):
/// Outlook, Gmail, Orange, La Poste, Free. One that nobody has looked up fails until it stands in the tables below.
/// </summary>
public sealed class MailClientsTests
{
    private static readonly string[] Clients = ["outlook/", "gmail/", "orange/", "laposte/", "free-fr/"];

    /// <summary>Refused by some, and used where its loss takes nothing from the reader.</summary>
    private static readonly Dictionary<string, string> LossesTaken = new(StringComparer.Ordinal)
    {
        ["html-doctype"] = "the layout is a table, the same in quirks mode",
        ["html-body"] = "the frame's table carries the colours; only the page's margin is lost",
        ["html-role"] = "Orange: a screen reader may call the frame a table",
        ["html-lang"] = "Orange: a screen reader keeps its own voice",
        ["css-word-break"] = "Orange's apps: a long link is scrolled to; it is whole in the text part",
    };

    /// <summary>What our mails are made of, each with its feature in the corpus, where it has one.</summary>
    private static readonly Dictionary<string, string?> Elements = Table(
        "html=html-doctype head meta title body=html-body table=html-table tbody=html-table tr=html-table td=html-table p=html-p br a span=html-span strong=html-strong em u s ul=html-lists ol=html-lists li=html-lists");

    private static readonly Dictionary<string, string?> Attributes = Table(
        "style href charset name content border start lang=html-lang role=html-role width=html-width align=html-align cellpadding=html-cellpadding cellspacing=html-cellspacing");

    private static readonly Dictionary<string, string?> Properties = Table(
        "color font-family=css-font font-size=css-font-size font-weight=css-font-weight line-height=css-line-height background-color=css-background-color margin=css-margin padding=css-padding border-bottom=css-border border-top=css-border width=css-width max-width=css-max-width word-break=css-word-break");

    [Fact]
    public async Task No_mail_uses_what_the_clients_of_companies_refuse()
    {
        var refused = Refused(Corpora.FolderOrSkip("caniemail"));
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var html in await MailsAsync())
        {
            var document = new HtmlParser().ParseDocument(html);
            foreach (var element in document.All)
            {
                Use(Elements, element.LocalName);
                foreach (var attribute in element.Attributes)
                    Use(Attributes, attribute.Name);
                foreach (var property in PropertiesOf(element))
                    Use(Properties, property);
            }
        }

        used.Where(f => refused.ContainsKey(f) && !LossesTaken.ContainsKey(f)).Select(f => $"{f}: {string.Join(", ", refused[f])}").ShouldBeEmpty();
        LossesTaken.Keys.Where(f => !used.Contains(f) || !refused.ContainsKey(f)).ShouldBeEmpty("a loss that is none any more");

        void Use(Dictionary<string, string?> table, string name)
        {
            table.ContainsKey(name).ShouldBeTrue($"« {name} » is in our mails and nobody has looked up who renders it");
            if (table[name] is { } feature)
                used.Add(feature);
        }
    }

    /// <summary>Dark or light, a client repaints what it knows: where a colour is said, so is what it stands on, by the cell or a cell around it.</summary>
    [Fact]
    public async Task Every_word_has_a_colour_and_a_ground_and_no_picture_is_needed()
    {
        foreach (var html in await MailsAsync())
        {
            var document = new HtmlParser().ParseDocument(html);
            foreach (var text in document.Body!.Descendants<IText>().Where(t => !string.IsNullOrWhiteSpace(t.Data)))
            {
                var around = text.Ancestors<IElement>().Select(e => e.GetAttribute("style") ?? "").ToList();
                around.ShouldContain(style => style.Split(';').Any(d => d.StartsWith("color:", StringComparison.Ordinal)), text.Data);
                around.ShouldContain(style => style.Contains("background-color:", StringComparison.Ordinal), text.Data);
            }

            foreach (var link in document.QuerySelectorAll("a"))
                link.TextContent.ShouldBe(link.GetAttribute("href"), "the link is visible in full");
        }
    }

    private static Dictionary<string, string?> Table(string entries) =>
        entries.Split(' ').Select(e => e.Split('=')).ToDictionary(e => e[0], e => e.Length > 1 ? e[1] : null, StringComparer.Ordinal);

    private static IEnumerable<string> PropertiesOf(IElement element) =>
        (element.GetAttribute("style") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(d => d[..d.IndexOf(':', StringComparison.Ordinal)].Trim());

    /// <summary>Feature to the clients that do not render it.</summary>
    private static Dictionary<string, List<string>> Refused(string corpus)
    {
        var lines = File.ReadAllLines(Path.Combine(corpus, "latest.tsv")).Select(l => l.Split('\t')).ToList();
        var ours = lines[0].Index().Where(c => Clients.Any(p => c.Item.StartsWith(p, StringComparison.Ordinal))).ToList();
        ours.Count.ShouldBeGreaterThan(10);
        return lines.Skip(1).Select(l => (Feature: l[0], By: ours.Where(c => c.Index < l.Length && l[c.Index].Split(' ')[0] == "n").Select(c => c.Item).ToList()))
            .Where(f => f.By.Count > 0).ToDictionary(f => f.Feature, f => f.By, StringComparer.Ordinal);
    }

    /// <summary>The letters, tracked and plain with all that a body can hold, and the platform's own mails in both languages.</summary>
    private static async Task<IReadOnlyList<string>> MailsAsync()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Inbound.Smtp.Port = 0);
        await using var relay = TestRelay.Start(world);
        var colours = string.Concat(LetterColours.Names.Select(c => $"<span class=\"{c}\">{c}</span>"));
        var body = $"<p>Un  <strong>gras</strong> <em>italique</em> <u>souligné</u> <s>barré</s> {colours}<br> suite</p><p></p><ul><li><p>un</p><ol start=\"3\"><li><p>deux</p></li></ol></li></ul>";
        await world.WriteToOneAsync(new DraftInput { Mode = DeliveryMode.Plain, BodyHtml = body });
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(3) });
        await world.EmptyOutboxAsync();
        await world.NotifyOfEverythingAsync(conversation, "fr", new FileDigest("plan.pdf", 3, new string('a', 64)));
        var other = await world.WriteToOneAsync(email: "b@beta.test");
        await world.NotifyOfEverythingAsync(other, "en", new FileDigest("plan.pdf", 3, new string('a', 64)));
        await world.SendAllNoticesAsync();
        return [.. (await relay.MailsAsync()).Select(m => m.HtmlBody!)];
    }
}
