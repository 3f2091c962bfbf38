using System.Text;
using Vaguemestre.Core.Consultations.Ocds;
using static Vaguemestre.Core.Tests.Consultations.Ocds.OcdsFixture;

namespace Vaguemestre.Core.Tests.Consultations.Ocds;

public sealed class OcdsReaderTests
{
    [Fact]
    public void A_release_package_gives_one_process_for_each_ocid()
    {
        var reading = Read($$"""{"releases": [{{Release(ocid: "a")}}, {{Release(ocid: "b")}}, {{Release(ocid: "a", id: "2")}}]}""");

        reading.Errors.ShouldBeEmpty();
        reading.Processes.Select(process => process.Ocid).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void The_metadata_of_a_package_are_not_judged() =>
        Only(Read($$"""{"version": 1000, "uri": null, "releases": [{{Release()}}]}""")).Ocid.ShouldBe("ocds-test-1");

    [Fact]
    public void A_lone_release_and_a_byte_order_mark_are_accepted()
    {
        byte[] content = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Release())];

        Only(OcdsReader.Read(content)).Ocid.ShouldBe("ocds-test-1");
    }

    [Fact]
    public async Task A_stream_is_read_like_a_file()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Release()));

        Only(await OcdsReader.ReadAsync(stream, TestContext.Current.CancellationToken)).Ocid.ShouldBe("ocds-test-1");
    }

    [Fact]
    public void Json_lines_are_accepted() =>
        Read($"{Line(Release(ocid: "a"))}\r\n{Line(Release(ocid: "b"))}\n")
            .Processes.Select(process => process.Ocid).ShouldBe(["a", "b"]);

    [Fact]
    public void An_array_of_packages_is_accepted() =>
        Read($$"""[{"releases": [{{Release(ocid: "a")}}]}, {"releases": [{{Release(ocid: "b")}}]}]""")
            .Processes.Select(process => process.Ocid).ShouldBe(["a", "b"]);

    [Fact]
    public void Of_a_record_the_compiled_release_is_read()
    {
        var record = $$"""
            {"records": [{
              "ocid": "ocds-test-1",
              "releases": [{{Release("""
                "tender": {"id": "t", "title": "Ancien"}
                """)}}],
              "compiledRelease": {{Release("""
                "tender": {"id": "t", "title": "Compilé"}
                """, date: "2026-04-01T00:00:00Z")}}
            }]}
            """;

        Only(Read(record)).Title.ShouldBe("Compilé");
    }

    [Fact]
    public void A_record_without_compiled_release_is_the_merge_of_its_releases_by_date()
    {
        var record = $$"""
            {"ocid": "ocds-test-1", "releases": [
              {{Release("""
                "tender": {"id": "t", "title": "Nouveau", "lots": [{"id": "2", "title": "B"}], "procurementMethodDetails": null}
                """, id: "2", date: "2026-05-01T02:00:00+02:00")}},
              {{Release("""
                "tender": {"id": "t", "title": "Ancien", "lots": [{"id": "1", "title": "A"}], "procurementMethodDetails": "Ouvert"}
                """, date: "2026-03-01T00:00:00Z")}}
            ]}
            """;

        var process = Only(Read(record));

        process.Title.ShouldBe("Nouveau");
        process.Lots.ShouldBe([new OcdsLot("1", "A"), new OcdsLot("2", "B")]);
        process.Procedure.Details.ShouldBeNull("null removes what an earlier release said");
        process.Date.ShouldBe(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
        process.InitialisedAt.ShouldBe(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_party_described_in_an_earlier_release_keeps_its_address()
    {
        var lines = Line(Release("""
            "parties": [{"id": "p", "name": "Œuvre & Cie", "contactPoint": {"email": "a@oeuvre.test"}}]
            """)) + "\n" + Line(Release("""
            "bids": {"details": [{"id": "b", "tenderers": [{"id": "p"}]}]}
            """, id: "2", date: "2026-04-01T00:00:00Z"));

        var deposit = Only(Read(lines)).Deposits.ShouldHaveSingleItem();

        deposit.Company.ShouldBe("Œuvre & Cie");
        deposit.Email.ShouldBe("a@oeuvre.test");
    }

    [Fact]
    public void A_record_of_linked_releases_imports_nothing_and_says_so()
    {
        var reading = Read("""
            {"records": [{"ocid": "a", "releases": [{"url": "https://a.test/1", "date": "2026-01-01T00:00:00Z"}]}]}
            """);

        reading.Errors.ShouldBeEmpty();
        reading.Processes.ShouldBeEmpty();
        reading.Notices.ShouldHaveSingleItem().Path.ShouldBe("records/0/releases/0");
    }

    [Fact]
    public void A_linked_release_dates_the_beginning_of_its_process()
    {
        var record = $$"""
            {"records": [{"ocid": "ocds-test-1",
              "releases": [{"url": "https://a.test/1", "date": "2025-01-31T22:00:00Z"}],
              "compiledRelease": {{Release()}}}]}
            """;

        Only(Read(record)).InitialisedAt.ShouldBe(new DateTimeOffset(2025, 1, 31, 22, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("2026-03-02")]
    [InlineData("2026-03-02T00:00:00")]
    [InlineData("2026-03-02T01:00:00+01:00")]
    public void Dates_without_hour_or_offset_are_utc(string date) =>
        Only(Read(Release(date: date))).Date.ShouldBe(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void An_unreadable_date_is_a_notice_not_an_error()
    {
        var reading = Read(Release(date: "le 2 mars"));

        Only(reading).Date.ShouldBeNull();
        reading.Notices.ShouldHaveSingleItem().Path.ShouldBe("date");
    }
}
