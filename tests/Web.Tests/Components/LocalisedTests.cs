using System.Globalization;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

/// <summary>The language is set past an await, whose context ends with the test: set before, it would stay with the thread for the tests after it.</summary>
public sealed class LocalisedTests
{
    private static readonly DateTimeOffset Winter = new(2025, 3, 3, 13, 5, 9, TimeSpan.Zero);

    // Spaces that do not break read as spaces here.
    private static string Plain(string text) => text.Replace('\u00a0', ' ');

    [Fact]
    public async Task In_English_dates_sizes_and_counts_are_English_and_the_hour_is_still_that_of_Paris()
    {
        await Task.Yield();
        CultureInfo.CurrentUICulture = Localised.English;

        Localised.Language.ShouldBe("en");
        Plain(Localised.Instant(Winter)).ShouldBe("Monday 3 March 2025 at 14:05");
        Plain(Localised.Instant(Winter, seconds: true)).ShouldBe("Monday 3 March 2025 at 14:05:09");
        Localised.Short(Winter).ShouldBe("03/03/2025, 14:05");
        Plain(Localised.Size(1)).ShouldBe("1 byte");
        Plain(Localised.Size(812)).ShouldBe("812 bytes");
        Plain(Localised.Size(1_468_006)).ShouldBe("1.4 MB");
        Plain(Localised.Size(62_914_560)).ShouldBe("60 MB");
        Plain(Localised.Count(0, "file|files")).ShouldBe("0 files");
        Plain(Localised.Count(1, "file|files")).ShouldBe("1 file");
        Plain(Localised.Count(12_000, "file|files")).ShouldBe("12,000 files");
    }

    [Fact]
    public async Task In_French_it_is_what_French_writes()
    {
        await Task.Yield();
        CultureInfo.CurrentUICulture = French.Culture;

        Localised.Language.ShouldBe("fr");
        Localised.Instant(Winter, seconds: true).ShouldBe(French.Instant(Winter, seconds: true));
        Localised.Short(Winter).ShouldBe(French.Short(Winter));
        Localised.Size(1_468_006).ShouldBe(French.Size(1_468_006));
        Localised.Count(0, "fichier|fichiers").ShouldBe(French.Count(0, "fichier"));
        Localised.Count(2, "journal|journaux").ShouldBe(French.Count(2, "journal", "journaux"));
    }

    [Fact]
    public void What_a_sentence_names_is_encoded_unless_it_is_HTML()
    {
        using var writer = new StringWriter();
        "{0} et {1}".WithHtml("<b>", Localised.Strong("a & b")).WriteTo(writer, System.Text.Encodings.Web.HtmlEncoder.Default);
        writer.ToString().ShouldBe("&lt;b&gt; et <strong>a &amp; b</strong>");
    }
}
