using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Web.Tests.Pages.Letters;

public sealed class ContactsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(Databases))]
    public async Task A_contact_is_proposed_with_its_registers_and_why_it_cannot_be_chosen(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        var client = await writing.World.AgentAsync();

        var bocage = await FindAsync(client, writing.Id, "BOC");
        bocage.GetProperty("said").GetString().ShouldBe("1 contact trouvé.");
        var item = bocage.GetProperty("items")[0];
        item.GetProperty("title").GetString().ShouldBe("Bocage");
        item.GetProperty("line").GetString().ShouldBe("Marches@bocage.test · Registre des retraits, Registre des dépôts");
        item.GetProperty("note").ValueKind.ShouldBe(JsonValueKind.Null);

        await writing.Browser.PressAsync("button[name=addRegister][value=deposits]");
        (await FindAsync(client, writing.Id, "bocage")).GetProperty("items")[0].GetProperty("note").GetString().ShouldBe("déjà choisi");
        (await FindAsync(client, writing.Id, "sans")).GetProperty("items")[0].GetProperty("note").GetString().ShouldBe("sans adresse électronique");
        (await FindAsync(client, writing.Id, "personne")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await FindAsync(client, writing.Id, "%00")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_answer_is_kept_nowhere_and_given_for_ones_own_drafts_only(DatabaseProvider provider)
    {
        await using var writing = await Writing.StartAsync(provider);
        var address = $"/courriers/{writing.Id}/contacts?q=bocage";
        var client = await writing.World.AgentAsync();
        using var answer = await client.GetAsync(address, Stop);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");

        var other = await writing.World.AddBuyerAsync("Autre ville", "Alix Martin", "alix@autre.test");
        (await (await writing.World.AgentAsync(other.Agent)).GetAsync(address, Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await writing.World.Visitor().GetAsync(address, Stop)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        await writing.World.RunAsync((ChangeDraft o) => o.RunAsync(writing.World.Caller, writing.Id, new DraftInput { Subject = "Objet", BodyHtml = "<p>x</p>", Recipients = [new RecipientInput("a@b.test")] }, null, default));
        await writing.World.SendAsync(writing.Id);
        (await client.GetAsync(address, Stop)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    private static async Task<JsonElement> FindAsync(HttpClient client, Guid id, string typed) =>
        await client.GetFromJsonAsync<JsonElement>($"/courriers/{id}/contacts?q={typed}", Stop);
}
