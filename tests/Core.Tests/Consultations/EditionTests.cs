using System.Globalization;
using Vaguemestre.Core.Consultations;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Consultations;

/// <summary>Around the instant of the cut-over: 1 February 2025 at midnight in Paris, which is 23:00 of the day before in UTC.</summary>
public sealed class EditionTests
{
    [Theory]
    [InlineData("2025-01-31T23:59:59.999999+01:00", Edition.Historique)]
    [InlineData("2025-02-01T00:00:00+01:00", Edition.V2)]
    [InlineData("2025-02-01T00:00:00.000001+01:00", Edition.V2)]
    [InlineData("2025-01-31T22:59:59.999999Z", Edition.Historique)]
    [InlineData("2025-01-31T23:00:00Z", Edition.V2)]
    [InlineData("2025-01-31T19:00:00-04:00", Edition.V2)] // still January in Martinique
    [InlineData("2025-01-31T18:59:59-04:00", Edition.Historique)]
    [InlineData("2025-02-01T00:00:00+04:00", Edition.Historique)] // already February on La Réunion
    [InlineData("2025-02-01T03:00:00+04:00", Edition.V2)]
    [InlineData("2025-02-01T12:00:00+01:00", Edition.V2)]
    [InlineData("2025-01-31T12:00:00+01:00", Edition.Historique)]
    public void The_same_instant_has_one_edition_whatever_its_offset(string initialisedAt, Edition edition) =>
        EditionOf(Instant(initialisedAt), new Settings()).ShouldBe(edition);

    /// <summary>At 2:00 on 30 March 2025 clocks in Paris go to 3:00; at 3:00 on 26 October they go back to 2:00.</summary>
    [Theory]
    [InlineData("2025-03-30T02:30:00", "2025-03-30T01:29:59Z", "2025-03-30T01:30:00Z")] // an hour that is not: the clock shows 3:30
    [InlineData("2025-03-30T03:00:00", "2025-03-30T00:59:59Z", "2025-03-30T01:00:00Z")]
    [InlineData("2025-10-26T02:30:00", "2025-10-26T00:29:59Z", "2025-10-26T00:30:00Z")] // an hour that comes twice: the first
    [InlineData("2025-10-26T02:30:00+01:00", "2025-10-26T01:29:59Z", "2025-10-26T01:30:00Z")]
    [InlineData("2025-07-01", "2025-06-30T21:59:59Z", "2025-06-30T22:00:00Z")] // summer
    [InlineData("2025-02-01", "2025-01-31T22:59:59Z", "2025-01-31T23:00:00Z")] // winter
    public void A_cut_over_without_offset_is_of_Paris(string from, string before, string at)
    {
        var settings = new Settings();
        settings.Messaging.V2From = InstantText.ParseInParis(from).ShouldNotBeNull();

        EditionOf(Instant(before), settings).ShouldBe(Edition.Historique);
        EditionOf(Instant(at), settings).ShouldBe(Edition.V2);
    }

    [Theory]
    [InlineData("1/2/2025")]
    [InlineData("2025-02-30")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_instant_is_none(string? text) => InstantText.ParseInParis(text).ShouldBeNull();

    /// <summary>PostgreSQL and SQLite keep the instant to the microsecond, and give it back the same.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task The_edition_outlives_the_database(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        foreach (var (reference, at, edition) in new[] { ("avant", "2025-01-31T23:59:59.999999+01:00", Edition.Historique), ("pile", "2025-02-01T03:00:00+04:00", Edition.V2), ("après", "2025-02-01T00:00:00.000001+01:00", Edition.V2) })
        {
            await world.AddConsultationAsync(reference, c => c.InitialisedAt = Instant(at));
            (await world.RunAsync((FindConsultation o) => o.RunAsync(world.Caller, reference, default))).Value.EditionBy(world.Settings).ShouldBe(edition, reference);
        }
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static Edition EditionOf(DateTimeOffset initialisedAt, Settings settings) => new Consultation
    {
        Id = Guid.Empty,
        OrganisationId = Guid.Empty,
        Reference = "2024-F-117",
        Title = "Mobilier",
        InitialisedAt = initialisedAt,
        Procedure = Procedure.Open,
        Phase = Phase.Offre,
    }.EditionBy(settings);
}
