using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tests.Evidence;

public sealed class WordsTests
{
    [Fact]
    public void Every_kind_status_and_mode_has_french_words_of_its_own()
    {
        string[] words = [.. Enum.GetValues<FactKind>().Select(FactWords.French), .. Enum.GetValues<Status>().Select(StatusWords.French), .. Enum.GetValues<DeliveryMode>().Select(LetterWords.French)];

        words.ShouldBeUnique();
        words.ShouldAllBe(word => word.Length > 1 && char.IsUpper(word[0]) && !word.EndsWith('.') && !word.Contains("recommandé"));
    }
}
