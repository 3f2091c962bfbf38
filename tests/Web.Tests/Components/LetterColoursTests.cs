using System.Globalization;
using System.Text.RegularExpressions;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;

namespace Vaguemestre.Web.Tests.Components;

public sealed partial class LetterColoursTests
{
    /// <summary>White: pages, and the letter in the mail. Grey: the mail around it.</summary>
    public static TheoryData<string, string> Pairs() => new(LetterColours.Names.SelectMany(name => new[] { (name, "#ffffff"), (name, "#f3f4f6") }));

    [Theory, MemberData(nameof(Pairs))]
    public void A_colour_is_readable_where_it_is_shown(string name, string background)
    {
        var (one, other) = (Luminance(LetterColours.ValueOf(name)!), Luminance(background));
        ((Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05)).ShouldBeGreaterThanOrEqualTo(4.5);
    }

    [Fact]
    public void Pages_and_mail_have_the_same_colours_under_names_that_the_editor_says_in_French()
    {
        var styles = File.ReadAllText(Path.Combine(TestKit.Repository.Root, "src", "Web", "Client", "styles", "_letter.scss"));
        Declared().Matches(styles).Select(m => (m.Groups["name"].Value, m.Groups["value"].Value)).ShouldBe(LetterColours.Names.Select(n => (n, LetterColours.ValueOf(n)!)), ignoreOrder: true);
        LetterColours.Names.Select(n => Web.Resources.Words.ResourceManager.GetString($"Colour.{n}", CultureInfo.InvariantCulture)).ShouldAllBe(word => !string.IsNullOrEmpty(word));
    }

    /// <summary>Relative luminance (WCAG 2.2).</summary>
    private static double Luminance(string colour)
    {
        var channels = Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    [GeneratedRegex("'(?<name>c-[a-z]+)': (?<value>#[0-9a-f]{6})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declared();
}
