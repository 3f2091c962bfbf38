using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Tests.Tracking.Search;

public sealed class FrenchWordsTests
{
    [Theory]
    [InlineData("L’École d'été, à Orléans", "l ecole d ete a orleans")]
    [InlineData("ŒUVRES du cœur, œdème, æther, Straße, ﬁn", "oeuvres du coeur oedeme aether strasse fin")]
    [InlineData("DCE_plan-v2.PDF", "dce plan v2 pdf")]
    [InlineData("jean.dupont+marches@alpha-toitures.test", "jean dupont marches alpha toitures test")]
    [InlineData("n° 2026-T-014 (lot n° 2)", "n 2026 t 014 lot n 2")]
    [InlineData("e\u0301te\u0301", "ete")]
    [InlineData("Ελληνικά 𝔘𝔫𝔦 日本", "ελληνικα uni 日本")]
    [InlineData("\u202e ~@#_.'\"*()&|!:<>", "")]
    [InlineData("été\uFFFE\uFFFF", "ete")]
    [InlineData("", "")]
    public void A_text_is_its_words_without_case_accents_and_signs(string text, string words) => string.Join(' ', FrenchWords.Of(text)).ShouldBe(words);

    [Fact]
    public void A_word_without_end_is_its_beginning()
    {
        FrenchWords.Of(new string('a', 10_000)).ShouldBe([new string('a', FrenchWords.Longest)]);
        var pairs = FrenchWords.Of("a" + string.Concat(Enumerable.Repeat("𐐷", 100))).ShouldHaveSingleItem();
        SoundText.IsUnicode(pairs).ShouldBeTrue();
    }

    [Theory]
    [InlineData("réparation", "réparations")]
    [InlineData("marché", "marchés")]
    [InlineData("travail", "travaux")]
    [InlineData("local", "locaux")]
    [InlineData("tableau", "tableaux")]
    [InlineData("public", "publics")]
    [InlineData("administratif", "administrative", "administratives")]
    [InlineData("acheteur", "acheteuse", "acheteurs")]
    [InlineData("technique", "techniques")]
    [InlineData("complet", "complète")]
    [InlineData("assurance", "assurances")]
    [InlineData("demande", "demander", "demandes", "demandée")]
    [InlineData("offre", "offres")]
    [InlineData("bâtiment", "bâtiments")]
    public void Forms_of_one_word_share_their_stem(params string[] forms) =>
        forms.Select(form => FrenchWords.StemOf(FrenchWords.Of(form).Single())).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();

    [Theory]
    [InlineData("toiture", "tuyau")]
    [InlineData("marché", "marge")]
    [InlineData("offre", "office")]
    [InlineData("notification", "nota")]
    [InlineData("lot", "loto")]
    public void Other_words_do_not(string one, string other) => FrenchWords.StemOf(FrenchWords.Of(one).Single()).ShouldNotBe(FrenchWords.StemOf(FrenchWords.Of(other).Single()));

    [Theory]
    [InlineData("2026")]
    [InlineData("v2")]
    [InlineData("le")]
    [InlineData("votre")]
    public void A_number_and_a_word_that_every_text_has_are_themselves(string word) => FrenchWords.StemOf(word).ShouldBeNull();
}
