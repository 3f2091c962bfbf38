using System.Net;
using Vaguemestre.Core;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class ImportsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_package_becomes_consultations_and_a_second_time_updates_them(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var file = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(Repository.Root, "src/Web/Demo/Ocds"))[0], TestContext.Current.CancellationToken);

        var first = (await api.PostAsync("imports/ocds", file)).ShouldBe(HttpStatusCode.OK);
        var second = (await api.PostAsync("imports/ocds", file)).ShouldBe(HttpStatusCode.OK);

        first.Items.ShouldNotBeEmpty();
        first.Items.ShouldAllBe(i => i.GetProperty("outcome").GetString() == "imported");
        second.Items.ShouldAllBe(i => i.GetProperty("outcome").GetString() == "updated");
        (await api.AskAsync("consultations")).Items.Count.ShouldBe(first.Items.Count);
        (await api.AskAsync("consultations/" + first.Items[0].GetProperty("ocid").GetString())).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_refused_file_is_told_by_its_json_path_and_nothing_of_it_is_imported()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var api = world.Api();

        var refused = await api.PostAsync("imports/ocds", """{"releases":[{"ocid":"ocds-1","id":"1","date":"2026-01-01T00:00:00Z","tag":["tender"],"initiationType":"tender","tender":{}}]}""");

        refused.ShouldRefuse(HttpStatusCode.UnprocessableEntity, "ocds-refused").Fields.ShouldContain("releases/0/tender/id");
        (await api.AskAsync("consultations")).Items.ShouldBeEmpty();
        (await api.PostAsync("imports/ocds", "{")).ShouldRefuse(HttpStatusCode.UnprocessableEntity, "ocds-refused");
    }
}
