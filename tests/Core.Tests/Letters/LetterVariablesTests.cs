using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class LetterVariablesTests
{
    private static readonly LetterVariables Bocage = LetterVariables.Of(new RecipientInput("a@bocage.test", "Inès <Roy>", "Bocage & fils"), "Vos notes :\n12 et 14.\n\nCordialement.");

    private static readonly LetterVariables Nobody = LetterVariables.Of(new RecipientInput("a@bocage.test"), null);

    [Theory]
    [InlineData("<p>À {{ recipient.company }}</p>", "<p>À Bocage &amp; fils</p>")]
    [InlineData("<p>{{recipient.name}} {{&nbsp;recipient.email&nbsp;}}</p>", "<p>Inès &lt;Roy&gt; a@bocage.test</p>")]
    [InlineData("<p>{{ recipient.<strong>name</strong> }} {{ 7*7 }} {% if %} {{ reply.due }}</p>", "<p>{{ recipient.<strong>name</strong> }} {{ 7*7 }} {% if %} {{ reply.due }}</p>")]
    public void Known_names_are_filled_in_as_text_and_everything_else_stays(string body, string filled) =>
        Bocage.FillBody("<p>{{ recipient.paragraph }}</p>" + body).ShouldEndWith(filled);

    [Fact]
    public void A_paragraph_stands_where_the_letter_says_in_paragraphs_of_its_own() =>
        Bocage.FillBody("<p>Motifs</p><p>{{ recipient.paragraph }}</p><p>Fin</p>").ShouldBe("<p>Motifs</p><p>Vos notes :<br>12 et 14.</p><p>Cordialement.</p><p>Fin</p>");

    [Fact]
    public void A_paragraph_that_the_letter_does_not_place_comes_last() =>
        Bocage.FillBody("<p>Texte</p>").ShouldBe("<p>Texte</p><p>Vos notes :<br>12 et 14.</p><p>Cordialement.</p>");

    [Fact]
    public void Without_a_paragraph_its_place_leaves_no_trace() =>
        Nobody.FillBody("<p>Motifs</p><p>{{ recipient.paragraph }}</p><p>Fin {{ recipient.paragraph }}</p>").ShouldBe("<p>Motifs</p><p>Fin </p>");

    [Fact]
    public void Whoever_has_no_name_is_called_by_the_address() =>
        Nobody.FillLine("À {{ recipient.company }}{{ recipient.name }}").ShouldBe("À a@bocage.test");

    [Fact]
    public void A_subject_stays_on_its_line() => Bocage.FillLine("{{ recipient.paragraph }}").ShouldBe("Vos notes : 12 et 14.  Cordialement.");

    [Fact]
    public void An_unknown_name_is_told_with_its_line_and_the_known_ones()
    {
        var error = LetterVariables.Unknown("Objet", "<p>Un</p><p>Deux {{ recipient.nme }}</p>").ShouldHaveSingleItem();
        error.Field.ShouldBe("bodyHtml");
        error.Message.ShouldStartWith("Ligne 3 : « {{ recipient.nme }} » n'est pas une variable connue. Écrivez {{ recipient.company }}, {{ recipient.name }}");
    }

    [Theory]
    [InlineData("{{ autre.chose }}")]
    [InlineData("{{ 7*7 }}")]
    [InlineData("{{ recipient }")]
    public void What_is_no_variable_of_ours_is_text(string text) => LetterVariables.Unknown(text, $"<p>{text}</p>").ShouldBeEmpty();
}
