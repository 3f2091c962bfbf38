using Vaguemestre.Pdf.Fonts;
using Vaguemestre.Pdf.Layout;

namespace Vaguemestre.Pdf.Tests.Layout;

public sealed class LinesTests
{
    [Theory]
    [InlineData("aaaa bbbb cccc", "aaaa |bbbb |cccc")]
    [InlineData("aaaa", "aaaa")]
    [InlineData("", "")]
    [InlineData("a\nb\n", "a\n|b\n")]
    [InlineData("aaaaaaaaaaaaaaaa", "aaaaaa|aaaaaa|aaaa")]
    [InlineData("bb aaaaaaaaaaaaaa", "bb |aaaaaa|aaaaaa|aa")]
    [InlineData("aaaa-bbbb", "aaaa-|bbbb")]
    [InlineData("aaa aa :b", "aaa |aa :b")]
    [InlineData("aaaa\u00A0b", "aaaa\u00A0b")]
    public void Lines_end_where_they_may_or_else_where_they_must(string text, string expected)
    {
        var glyphs = new FontSet().Shape(text);
        var width = Lines.Width(new FontSet().Shape("aaaaaa"), 10) + 0.01;
        var lines = new Lines(glyphs, 10, width);

        var at = 0;
        string.Join('|', Enumerable.Range(0, lines.Count).Select(i =>
        {
            var line = text.Substring(at, lines[i].Length);
            at += line.Length;
            return line;
        })).ShouldBe(expected);
        at.ShouldBe(text.Length);
    }

    [Fact]
    public void A_column_narrower_than_a_letter_holds_one_letter_a_line() =>
        new Lines(new FontSet().Shape("abc"), 10, 0.5).Count.ShouldBe(3);

    [Fact]
    public void A_run_of_spaces_does_not_leave_the_column() =>
        new Lines(new FontSet().Shape(new string(' ', 1000)), 10, 100).Count.ShouldBeGreaterThan(10);
}
