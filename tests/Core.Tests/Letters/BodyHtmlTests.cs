using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Vaguemestre.Core.Letters;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class BodyHtmlTests
{
    private static readonly string[] Elements = ["P", "BR", "STRONG", "B", "EM", "I", "U", "S", "UL", "OL", "LI", "SPAN"];

    [Theory]
    [InlineData("<p>Un <strong>mot</strong>, <em>deux</em>, <u>trois</u>, <s>quatre</s>.</p>", "<p>Un <strong>mot</strong>, <em>deux</em>, <u>trois</u>, <s>quatre</s>.</p>")]
    [InlineData("<ul><li>un</li></ul><ol><li>deux</li></ol>", "<ul><li>un</li></ul><ol><li>deux</li></ol>")]
    [InlineData("<span class=\"c-red\">rouge</span>", "<span class=\"c-red\">rouge</span>")]
    [InlineData("<span class=\"c-red btn\" id=\"x\" style=\"color:red\">rouge</span>", "<span class=\"c-red\">rouge</span>")]
    [InlineData("<p class=\"btn\">texte</p>", "<p>texte</p>")]
    [InlineData("<a href=\"https://alpha.test\">lien</a><img src=x>", "lien")]
    [InlineData("<script>alert(1)</script>a<style>p{}</style>b<iframe>c</iframe>", "ab")]
    [InlineData("<svg><script>alert(1)</script></svg><math><mi>x</mi></math>fin", "fin")]
    [InlineData("<template><p>caché</p></template>vu", "vu")]
    [InlineData("<!-- <p>commentaire</p> -->vu", "vu")]
    [InlineData("1 < 2 & 3 > 2 « é »", "1 &lt; 2 &amp; 3 &gt; 2 « é »")]
    [InlineData("", "")]
    public void Only_what_a_letter_needs_survives(string html, string clean) => BodyHtml.Sanitise(html).ShouldBe(clean);

    [Theory]
    [InlineData("<b>", "</b>")]
    [InlineData("<span>", "</span>")]
    [InlineData("<ul><li>", "</li></ul>")]
    [InlineData("<div>", "</div>")]
    [InlineData("<table><tr><td>", "")]
    [InlineData("<font>", "")]
    public void However_deep_it_is_nested_a_body_brings_nothing_down(string open, string close)
    {
        const int deep = 2_000;
        var html = string.Concat(Enumerable.Repeat(open, deep)) + "fond" + string.Concat(Enumerable.Repeat(close, deep));

        BodyHtml.ToText(BodyHtml.Sanitise(html)).ShouldContain("fond");
    }

    [Theory]
    [InlineData("<p>Bonjour,</p><p>Deux<br>lignes.</p>", "Bonjour,\n\nDeux\nlignes.")]
    [InlineData("<p>Liste :</p><ul><li>un</li><li><p>deux</p></li></ul><p>fin</p>", "Liste :\n\n- un\n- deux\n\nfin")]
    [InlineData("<p>a\n b</p>", "a  b")]
    public void A_body_has_its_text(string html, string text) => BodyHtml.ToText(html).ShouldBe(text);

    [Theory]
    [InlineData("Bonjour,\r\n\r\nDeux\r\nlignes & <b>", "<p>Bonjour,</p><p>Deux<br>lignes &amp; &lt;b&gt;</p>")]
    [InlineData("  \n\n ", "")]
    [InlineData("a\n\n\n\nb", "<p>a</p><p>b</p>")]
    public void Typed_text_becomes_paragraphs(string text, string html) => BodyHtml.Sanitise(BodyHtml.FromText(text)).ShouldBe(html);

    [Theory]
    [InlineData("", true)]
    [InlineData("<p></p>", true)]
    [InlineData("<p>&nbsp;<br> </p><ul></ul>", true)]
    [InlineData("<p>.</p>", false)]
    public void A_body_without_a_word_is_empty(string html, bool empty) => BodyHtml.IsEmpty(html).ShouldBe(empty);

    [Fact]
    public void Of_hostile_html_nothing_survives_that_acts_and_cleaning_twice_changes_nothing()
    {
        var file = Path.Combine(Corpora.FolderOrSkip("html"), "payloads.jsonl");
        var faults = new List<string>();
        foreach (var input in File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("input").GetString()!))
        {
            var clean = BodyHtml.Sanitise(input);
            if (BodyHtml.Sanitise(clean) != clean)
                faults.Add($"not idempotent: {input} → {clean} → {BodyHtml.Sanitise(clean)}");
            foreach (var element in new HtmlParser().ParseDocument($"<body>{clean}</body>").Body!.QuerySelectorAll("*"))
            {
                if (!Elements.Contains(element.NodeName) || element.Attributes.Any(a => !IsColour(a)))
                    faults.Add($"survives: {input} → {clean}");
            }
        }

        faults.Take(20).ShouldBeEmpty($"{faults.Count} faults");
    }

    private static bool IsColour(IAttr attribute) =>
        attribute.Name == "class" && attribute.Value.Split(' ').All(c => c is "c-red" or "c-blue" or "c-green" or "c-orange" or "c-purple" or "c-grey");
}
