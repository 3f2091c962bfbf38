using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;

namespace Vaguemestre.Core.Tests.Letters;

/// <summary>What keeps a text from being a template is said where it stands, with the remedy.</summary>
public sealed class TemplateCheckTests
{
    [Theory]
    [InlineData("Consultation {{ consultation.reference }}")]
    [InlineData("{{consultation.title|upcase}} {{- agent.name | default: 'le service' -}}")]
    [InlineData("{% if consultation.procedure == \"Procédure adaptée\" %}MAPA{% elsif agent.email != blank %}a{% else %}b{% endif %}")]
    [InlineData("{% case consultation.procedure %}{% when 'Dialogue compétitif' %}a{% else %}b{% endcase %}")]
    [InlineData("{% unless agent.email == blank %}{{ agent.email }}{% endunless %}")]
    [InlineData("{% comment %}{{ autre.chose }} {% for %}{% endcomment %}{% raw %}{{ tel quel }}{% endraw %}")]
    [InlineData("{{ recipient.company }}, {{recipient.name}} : {{ recipient.paragraph }} avant le {{ reply.due }}, le {{- today -}}")]
    [InlineData("Un prix de 30 % { entre accolades } et un « }} » seul")]
    [InlineData("{% if consultation.title contains 'un nom.inconnu | filtre' %}x{% endif %}")]
    public void What_is_right_has_no_fault(string source) => TemplateCheck.FaultsOf(source).ShouldBeEmpty();

    [Theory]
    [InlineData("{{ consultation.refrence }}", 1, 4, "« consultation.refrence » n'est pas une variable connue : écrivez « consultation.reference ».")]
    [InlineData("a\nb {{ Recipient.Company }}", 2, 6, "« Recipient.Company » n'est pas une variable connue : écrivez « recipient.company ».")]
    [InlineData("{{ consultation }}", 1, 4, "« consultation » n'est pas une variable connue : sont connus : consultation.reference")]
    [InlineData("{{ consultation.title.size }}", 1, 4, "« consultation.title.size » n'est pas une variable connue")]
    [InlineData("{{ agent[\"name\"] }}", 1, 4, "« agent[…] » n'est pas une variable connue")]
    [InlineData("{% if consultation.tittle == 'x' %}{% endif %}", 1, 7, "écrivez « consultation.title »")]
    [InlineData("{{ consultation.title | upcas }}", 1, 25, "« upcas » n'est pas un filtre connu : écrivez « upcase ».")]
    [InlineData("{{ consultation.title | append: 'x' }}", 1, 25, "« append » n'est pas un filtre connu : sont connus : capitalize")]
    [InlineData("{{ recipient.company | upcase }}", 1, 4, "« recipient.company » n'est connu qu'à l'envoi, pour chaque destinataire : il s'écrit seul, « {{ recipient.company }} »")]
    [InlineData("{{ reply.due }} {% if reply.due != blank %}x{% endif %}", 1, 23, "« reply.due » n'est connu qu'à l'envoi")]
    [InlineData("{{ agent.name | default: recipient.name }}", 1, 26, "« recipient.name » n'est connu qu'à l'envoi")]
    [InlineData("{{ (1..100000000) }}", 1, 4, "Un intervalle")]
    [InlineData("{% for i in (1..100000000) %}x{% endfor %}", 1, 1, "« {% for %} » n'est pas admis dans un modèle : aucune variable n'est une liste")]
    [InlineData("{% include 'autre' %}", 1, 1, "il n'y a pas d'autre modèle à insérer")]
    [InlineData("{% assign x = 1 %}", 1, 1, "seules les variables de la liste existent")]
    [InlineData("{% iff agent.name %}x{% endif %}", 1, 1, "« {% iff %} » n'est pas une balise connue : écrivez « {% if %} ».")]
    [InlineData("un\n{% if agent.name %}deux", 2, 1, "« {% if %} » n'est pas fermé. Ajoutez « {% endif %} ».")]
    [InlineData("{% if agent.name %}{% unless agent.email %}{% endif %}{% endunless %}", 1, 44, "« {% endunless %} » est attendu avant « {% endif %} ».")]
    [InlineData("x{% endif %}", 1, 2, "« {% endif %} » ne ferme ni ne prolonge rien")]
    [InlineData("{% else %}", 1, 1, "« {% else %} » ne ferme ni ne prolonge rien")]
    [InlineData("Bonjour {{ agent.name", 1, 9, "« {{ » n'est pas fermé. Ajoutez « }} »")]
    [InlineData("Bonjour {% if agent.name", 1, 9, "« {% » n'est pas fermé. Ajoutez « %} »")]
    [InlineData("{{ }}", 1, 1, "Le nom d'une variable est attendu")]
    [InlineData("{{ agent.name | }}", 1, 1, "Le nom d'un filtre est attendu après « | »")]
    [InlineData("{{ agent name }}", 1, 1, "« }} » est attendu ici")]
    [InlineData("a\n{% if agent.name ==== 3 %}x{% endif %}", 2, 1, "ne se lit pas. Une condition s'écrit")]
    [InlineData("{% %}", 1, 1, "Cette balise est vide.")]
    public void A_fault_is_told_with_its_place_and_the_remedy(string source, int line, int column, string message)
    {
        var fault = TemplateCheck.FaultsOf(source).ShouldHaveSingleItem();
        fault.Message.ShouldContain(message);
        fault.Line.ShouldBe(line);
        (message.Contains("attendu", StringComparison.Ordinal) && !message.Contains("avant", StringComparison.Ordinal) || message.Contains("ne se lit pas", StringComparison.Ordinal) ? column : fault.Column).ShouldBe(column);
    }

    [Fact]
    public void Every_place_of_a_fault_is_told_in_the_order_of_the_text()
    {
        var faults = TemplateCheck.FaultsOf("{{ un.deux }}\n<p>{{ consultation.title | gras }}</p>\n{{ un.deux }}");
        faults.Select(f => (f.Line, f.Column)).ShouldBe([(1, 4), (2, 28), (3, 4)]);
        faults[0].ToString().ShouldStartWith("Ligne 1, colonne 4 : « un.deux »");
    }

    [Fact]
    public void Line_ends_of_any_kind_count_as_one_line() =>
        TemplateCheck.FaultsOf("un\r\ndeux\r\n{{ x }}").ShouldHaveSingleItem().Line.ShouldBe(3);

    [Fact]
    public void A_hundred_thousand_braces_are_refused_before_they_are_parsed()
    {
        TemplateCheck.FaultsOf(string.Concat(Enumerable.Repeat("{% if a %}", 50_000))).ShouldHaveSingleItem().Message.ShouldContain("au plus 200 balises");
        TemplateCheck.FaultsOf("{{ a" + string.Concat(Enumerable.Repeat("[a", 40_000)) + " }}").ShouldHaveSingleItem().Message.ShouldContain("plus de 500 caractères");
        TemplateCheck.FaultsOf(string.Concat(Enumerable.Repeat("{{", 100_000))).ShouldHaveSingleItem().Message.ShouldContain("n'est pas fermé");
    }

    [Fact]
    public void The_deepest_conditions_that_are_admitted_are_parsed()
    {
        var deepest = string.Concat(Enumerable.Repeat("{% if agent.name %}", 100)) + "x" + string.Concat(Enumerable.Repeat("{% endif %}", 100));
        TemplateCheck.FaultsOf(deepest).ShouldBeEmpty();
        TemplateCheck.FaultsOf("{{ agent" + string.Concat(Enumerable.Repeat("[agent", 70)) + string.Concat(Enumerable.Repeat("]", 70)) + " }}").ShouldNotBeEmpty();
    }

    [Fact]
    public void A_body_keeps_its_tags_and_loses_what_a_letter_has_not()
    {
        const string Body = "<p class=\"{{ agent.name }}\" onclick=\"x\">Si {% if consultation.title == \"<b>\" %}<strong>a</strong>{% endif %} &amp; {{ agent.name | default: \"l&#39;agent\" }}</p><script>{{ agent.email }}</script>";
        var content = TemplateContent.Check(new TemplateContent(DeliveryMode.Plain, true, " {{ consultation.reference }} ", Body)).Value;
        content.Body.ShouldBe("<p>Si {% if consultation.title == \"<b>\" %}<strong>a</strong>{% endif %} &amp; {{ agent.name | default: \"l'agent\" }}</p>");
        content.Subject.ShouldBe("{{ consultation.reference }}");
        content.ReplyExpected.ShouldBeFalse();
    }

    [Fact]
    public void A_body_is_kept_with_a_paragraph_to_the_line_and_conditions_around_paragraphs()
    {
        const string Typed = "<p>un</p><p>{% if agent.email != blank %}</p><p>deux {{ agent.email }}</p><p>{% endif %}</p><ul>{% unless agent.email %}<li>trois</li>{% endunless %}<li><p>quatre</p></li></ul>";
        const string Kept = "<p>un</p>\n{% if agent.email != blank %}\n<p>deux {{ agent.email }}</p>\n{% endif %}\n<ul>\n{% unless agent.email %}\n<li>trois</li>\n{% endunless %}\n<li>quatre</li>\n</ul>";
        Body(Typed).ShouldBe(Kept);
        Body(Kept).ShouldBe(Kept);

        static string Body(string body) => TemplateContent.Check(new TemplateContent(DeliveryMode.Tracked, false, "x", body)).Value.Body;
    }

    [Fact]
    public void What_a_cleaner_of_html_writes_in_a_tag_is_read_as_it_was_meant() =>
        TemplateCheck.FaultsOf("<p>{% if agent.name &lt; &quot;b&quot;&nbsp;%}a{% endif %}</p>").ShouldBeEmpty();

    [Theory]
    [InlineData("", "<p>x</p>", "subject")]
    [InlineData("deux\nlignes", "<p>x</p>", "subject")]
    [InlineData("{{ x }}", "<p>x</p>", "subject")]
    [InlineData("x", "<p> </p>", "bodyHtml")]
    [InlineData("x", "<p>\0</p>", "bodyHtml")]
    [InlineData("x", "<p>{{ x }}</p>", "bodyHtml")]
    public void What_cannot_be_a_template_names_its_field(string subject, string body, string field) =>
        TemplateContent.Check(new TemplateContent(DeliveryMode.Tracked, false, subject, body)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe(field);

    [Fact]
    public void A_template_too_long_is_refused() =>
        TemplateContent.Check(new TemplateContent(DeliveryMode.Tracked, false, new string('x', 1001), new string('x', 100_001))).Problem!.Errors.Select(e => e.Field).ShouldBe(["subject", "bodyHtml"]);
}
