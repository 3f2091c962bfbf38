using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class BodyHtmlTests
{
    private static readonly string[] Elements = ["P", "BR", "STRONG", "EM", "U", "S", "UL", "OL", "LI", "SPAN"];

    [Theory]
    [InlineData("<p>Un <strong>mot</strong>, <em>deux</em>, <u>trois</u>, <s>quatre</s>.</p>", "<p>Un <strong>mot</strong>, <em>deux</em>, <u>trois</u>, <s>quatre</s>.</p>")]
    [InlineData("<p><span class=\"c-red btn\" id=\"x\" style=\"color:red\">rouge</span></p>", "<p><span class=\"c-red\">rouge</span></p>")]
    [InlineData("<p class=\"btn\">texte</p>", "<p>texte</p>")]
    [InlineData("<p class=\"c-blue\">bleu</p>noir", "<p><span class=\"c-blue\">bleu</span></p><p>noir</p>")]
    [InlineData("<a href=\"https://alpha.test\">lien</a><img src=x>", "<p>lien</p>")]
    [InlineData("<script>alert(1)</script>a<style>p{}</style>b<iframe>c</iframe>", "<p>ab</p>")]
    [InlineData("<svg><script>alert(1)</script></svg><math><mi>x</mi></math>fin", "<p>fin</p>")]
    [InlineData("<template><p>caché</p></template>vu", "<p>vu</p>")]
    [InlineData("<!-- <p>commentaire</p> -->vu", "<p>vu</p>")]
    [InlineData("<svg>vu<p>aussi", "<p>vu</p><p>aussi</p>")]
    [InlineData("avant<script>alert(1)", "<p>avant</p>")]
    [InlineData("1 < 2 & 3 > 2 « é »", "<p>1 &lt; 2 &amp; 3 &gt; 2 « é »</p>")]
    [InlineData("", "")]
    public void Only_what_a_letter_needs_survives(string html, string clean) => BodyHtml.Sanitise(html).ShouldBe(clean);

    [Theory]
    [InlineData("<b>a</b><i>b</i><del>c</del><strike>d</strike><ins>e</ins>", "<p><strong>a</strong><em>b</em><s>cd</s><u>e</u></p>")]
    [InlineData("<u><b>a</b></u><b>b</b>", "<p><strong><u>a</u>b</strong></p>")]
    [InlineData("<b><span class=\"c-red\"><span class=\"c-blue\">bleu</span> rouge</span></b>", "<p><span class=\"c-blue\"><strong>bleu</strong></span><span class=\"c-red\"><strong> rouge</strong></span></p>")]
    [InlineData("<p><b>a</p><p>b</b>c</p>", "<p><strong>a</strong></p><p><strong>b</strong>c</p>")]
    [InlineData("<p><span class=\"c-red\">a</p><p>b</p>", "<p><span class=\"c-red\">a</span></p><p>b</p>")]
    [InlineData("<p>a<br></p><p><br></p><p></p>", "<p>a</p><p></p><p></p>")]
    [InlineData("<p>\n  Un\n  <b>deux</b>  trois<br>\n quatre\n</p>\n\n<p> </p>", "<p>Un <strong>deux</strong>  trois<br>quatre</p><p> </p>")]
    [InlineData("<div> un </div>\n<h1>deux</h1> trois", "<p>un</p><p>deux</p><p>trois</p>")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "<p>a\tb</p><p>c</p>")]
    [InlineData("a&#13;b&#0;c&#xD800;", "<p>a b\uFFFDc\uFFFD</p>")]
    public void One_text_has_one_html(string html, string clean) => BodyHtml.Sanitise(html).ShouldBe(clean);

    [Theory]
    [InlineData("<ul><li>un</li></ul><ol><li>deux</li></ol>", "<ul><li><p>un</p></li></ul><ol><li><p>deux</p></li></ol>")]
    [InlineData("<ul><li>a<ul><li>b</li></ul>c</li></ul>", "<ul><li><p>a</p><ul><li><p>b</p></li></ul><p>c</p></li></ul>")]
    [InlineData("<ul><li>a</li><ol><li>b</li></ol></ul>", "<ul><li><p>a</p><ol><li><p>b</p></li></ol></li></ul>")]
    [InlineData("<ul><ul><li>b</li></ul></ul>", "<ul><li><p></p><ul><li><p>b</p></li></ul></li></ul>")]
    [InlineData("<ul><li><ul><li>b", "<ul><li><p></p><ul><li><p>b</p></li></ul></li></ul>")]
    [InlineData("<ul><li></li><li> </li></ul>", "<ul><li><p></p></li><li><p></p></li></ul>")]
    [InlineData("<ul></ul><li>seul</li>", "<p>seul</p>")]
    [InlineData("<ol start=\"3\"><li>a</ol><ol start=1><li>b</ol><ol start=-2><li>c</ol>", "<ol start=\"3\"><li><p>a</p></li></ol><ol><li><p>b</p></li></ol><ol><li><p>c</p></li></ol>")]
    public void Lists_are_nested_as_the_editor_nests_them(string html, string clean) => BodyHtml.Sanitise(html).ShouldBe(clean);

    /// <summary>Deep nesting, and tags whose tree would grow with the square of their number: a browser's parser, fed these, takes minutes or the stack.</summary>
    [Theory]
    [InlineData("<b>", "</b>")]
    [InlineData("<span class=c-red>", "</span>")]
    [InlineData("<ul><li>", "</li></ul>")]
    [InlineData("<ol>", "</ul>")]
    [InlineData("<div>", "</div>")]
    [InlineData("<table><tr><td>", "")]
    [InlineData("<font>", "<p>")]
    [InlineData("<b><i><u><a>", "<p>")]
    [InlineData("<svg>", "</math>")]
    [InlineData("<template>", "<p>")]
    [InlineData("<b a=", "<")]
    public void However_deep_it_is_nested_a_body_brings_nothing_down(string open, string close)
    {
        var half = DraftContent.LongestBody / 2;
        var html = Repeat(open, half) + "<p>fond</p>" + Repeat(close, half);

        var clean = BodyHtml.Sanitise(html);

        BodyHtml.Sanitise(clean).ShouldBe(clean);
        if (!open.EndsWith('='))
            BodyHtml.ToText(clean).ShouldContain("fond");
    }

    [Theory]
    [InlineData("<p>Bonjour,</p><p>Deux<br>lignes.</p>", "Bonjour,\n\nDeux\nlignes.")]
    [InlineData("<p>Liste :</p><ul><li>un</li><li><p>deux</p></li></ul><p>fin</p>", "Liste :\n\n- un\n- deux\n\nfin")]
    [InlineData("<ol start=\"9\"><li>un<ul><li>a<br>b</li></ul></li><li><p>deux</p><p>suite</p><ol><li>c</li></ol></li></ol>", "9. un\n   - a\n     b\n10. deux\n    suite\n    1. c")]
    [InlineData("<ul><li>un</li></ul><ul><li>deux</li></ul>", "- un\n\n- deux")]
    [InlineData("<p>a\n b</p>", "a b")]
    public void A_body_has_its_text(string html, string text) => BodyHtml.ToText(html).ShouldBe(text);

    [Theory]
    [InlineData("Bonjour,\r\n\r\nDeux\r\nlignes & <b>", "<p>Bonjour,</p><p>Deux<br>lignes &amp; &lt;b&gt;</p>")]
    [InlineData("  \n\n ", "")]
    [InlineData("a\n\n\n\nb\n", "<p>a</p><p></p><p>b</p>")]
    [InlineData("a\n\n\n b  c\td", "<p>a</p><p><br> b  c\td</p>")]
    public void Typed_text_becomes_paragraphs_and_comes_back(string text, string html)
    {
        BodyHtml.FromText(text).ShouldBe(html);
        BodyHtml.Sanitise(html).ShouldBe(html);
        BodyHtml.ToText(html).ShouldBe(html.Length == 0 ? "" : text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n'));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("<p></p>", true)]
    [InlineData("<p>&nbsp;<br> </p><ul></ul>", true)]
    [InlineData("<p>.</p>", false)]
    public void A_body_without_a_word_is_empty(string html, bool empty) => BodyHtml.IsEmpty(html).ShouldBe(empty);

    [Fact]
    public void Of_hostile_html_nothing_survives_that_acts_and_what_is_clean_stays_as_it_is()
    {
        var faults = new List<string>();
        foreach (var input in HtmlCorpus.InputsOrSkip())
        {
            var clean = BodyHtml.Sanitise(input);
            if (BodyHtml.Sanitise(clean) != clean)
                faults.Add($"not idempotent: {input} → {clean} → {BodyHtml.Sanitise(clean)}");
            var body = new HtmlParser().ParseDocument($"<body>{clean}</body>").Body!;
            if (body.InnerHtml != clean)
                faults.Add($"not as a parser has it: {input} → {clean} → {body.InnerHtml}");
            foreach (var element in body.QuerySelectorAll("*"))
            {
                if (!Elements.Contains(element.NodeName) || element.Attributes.Any(a => !IsKnown(element, a)))
                    faults.Add($"survives: {input} → {clean}");
            }
        }

        faults.Take(20).ShouldBeEmpty($"{faults.Count} faults");
    }

    /// <summary>The words a person would see of HTML that holds no element whose content is not words.</summary>
    [Fact]
    public void Of_harmless_html_every_word_survives()
    {
        var faults = new List<string>();
        foreach (var input in HtmlCorpus.InputsOrSkip())
        {
            var body = new HtmlParser().ParseDocument("<body>" + input).Body!;
            if (body.QuerySelectorAll("*").All(e => HtmlCorpus.Harmless.Contains(e.LocalName)) && !input.Contains("<!", StringComparison.Ordinal))
            {
                var (seen, kept) = (Words(body.TextContent), Words(BodyHtml.ToText(BodyHtml.Sanitise(input))));
                if (seen != kept)
                    faults.Add($"{input}: {seen} → {kept}");
            }
        }

        faults.Take(20).ShouldBeEmpty($"{faults.Count} faults");
    }

    /// <summary>Sorted: of a table with words between its cells, a browser shows these first.</summary>
    private static string Words(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && !char.IsDigit(c) && c is not ('-' or '.' or '\0')).Order());

    private static string Repeat(string text, int length) => text.Length == 0 ? "" : string.Concat(Enumerable.Repeat(text, length / text.Length));

    private static bool IsKnown(IElement element, IAttr attribute) =>
        (element.NodeName == "SPAN" && attribute.Name == "class" && LetterColours.Names.Contains(attribute.Value))
        || (element.NodeName == "OL" && attribute.Name == "start" && int.TryParse(attribute.Value, out _));
}
