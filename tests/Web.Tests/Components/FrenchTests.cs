using System.Globalization;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

public sealed class FrenchTests
{
    // Spaces that do not break read as spaces here.
    static string Plain(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');

    static DateTimeOffset At(string utc) => DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("2025-03-03T13:05:09Z", "lundi 3 mars 2025 à 14 h 05")]
    [InlineData("2025-02-28T23:30:00Z", "samedi 1er mars 2025 à 0 h 30")]
    [InlineData("2025-07-14T22:00:00Z", "mardi 15 juillet 2025 à 0 h 00")]
    public void An_instant_is_told_in_the_time_of_Paris(string utc, string said) => Plain(French.Instant(At(utc))).ShouldBe(said);

    [Fact]
    public void An_instant_is_told_to_the_second_where_it_is_evidence() =>
        Plain(French.Instant(At("2025-03-03T13:05:09Z"), seconds: true)).ShouldBe("lundi 3 mars 2025 à 14 h 05 min 09 s");

    [Fact]
    public void The_hour_that_comes_twice_in_October_is_told_twice()
    {
        French.Time(At("2025-10-26T00:30:00Z")).ShouldBe(French.Time(At("2025-10-26T01:30:00Z")));
        Plain(French.Time(At("2025-10-26T02:30:00Z"))).ShouldBe("3 h 30");
    }

    [Fact]
    public void Tables_have_a_short_form() => Plain(French.Short(At("2025-03-03T13:05:09Z"))).ShouldBe("03/03/2025, 14 h 05");

    [Theory]
    [InlineData(0, "0 octet")]
    [InlineData(1, "1 octet")]
    [InlineData(812, "812 octets")]
    [InlineData(1024, "1 Ko")]
    [InlineData(14_000, "14 Ko")]
    [InlineData(1_468_006, "1,4 Mo")]
    [InlineData(62_914_560, "60 Mo")]
    [InlineData(1_073_741_824, "1 024 Mo")]
    public void A_size_is_in_Mo_of_1048576_bytes(long bytes, string said) => Plain(French.Size(bytes)).ShouldBe(said);

    [Theory]
    [InlineData(0, "0 destinataire")]
    [InlineData(1, "1 destinataire")]
    [InlineData(2, "2 destinataires")]
    [InlineData(10_000, "10 000 destinataires")]
    public void The_plural_begins_at_two(long count, string said) => Plain(French.Count(count, "destinataire")).ShouldBe(said);

    [Fact]
    public void A_plural_may_be_given() => Plain(French.Count(3, "réponse non lue", "réponses non lues")).ShouldBe("3 réponses non lues");

    [Fact]
    public void What_cannot_break_does_not() => French.Instant(At("2025-03-03T13:05:09Z")).ShouldEndWith("à\u00a014\u00a0h\u00a005");
}
