using System.Text;
using System.Text.Json.Nodes;
using Vaguemestre.Core.Consultations.Ocds;

namespace Vaguemestre.Core.Tests.Consultations.Ocds;

/// <summary>Small releases, written as the members a test is about.</summary>
internal static class OcdsFixture
{
    public static string Release(
        string members = "", string ocid = "ocds-test-1", string id = "1", string date = "2026-03-02T09:00:00Z") =>
        $$"""
        {
          "ocid": "{{ocid}}", "id": "{{id}}", "date": "{{date}}", "tag": ["tender"], "initiationType": "tender"
          {{(members.Length > 0 ? ", " + members : "")}}
        }
        """;

    public static OcdsReading Read(string json) => OcdsReader.Read(Encoding.UTF8.GetBytes(json));

    public static OcdsProcess Process(string members) => Only(Read(Release(members)));

    public static OcdsProcess Only(OcdsReading reading)
    {
        reading.Errors.ShouldBeEmpty();
        return reading.Processes.ShouldHaveSingleItem();
    }

    public static string Line(string json) => JsonNode.Parse(json)!.ToJsonString();

    public static IEnumerable<string> Companies(this IEnumerable<OcdsContact> contacts) => contacts.Select(contact => contact.Company);
}
