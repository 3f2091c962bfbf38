using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class NaughtyStringsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_program_writes_it_reads_back_or_is_told_why_not(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();
        foreach (var text in NaughtyStrings.AllOrSkip())
        {
            var answer = await api.PatchAsync($"letters/{draft.Id}", new { subject = text, bodyHtml = BodyHtml.FromText(text), recipients = new[] { new { email = "a@alpha.test", name = text, company = text } } });
            if (!SoundText.IsOneLine(text) || text.Trim().Length > 300)
            {
                answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, text);
                answer.Fields.ShouldBeSubsetOf(["subject", "recipients[0].name"]);
                continue;
            }

            var read = (await api.AskAsync($"letters/{draft.Id}")).ShouldBe(HttpStatusCode.OK);
            read.Text("subject").ShouldBe(text.Trim());
            read.Text("bodyHtml").ShouldBe(BodyHtml.FromText(text));
            read.Body.GetProperty("recipients")[0].GetProperty("name").GetString().ShouldBe(string.IsNullOrWhiteSpace(text) ? null : text);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_no_database_holds_is_refused_at_its_field(DatabaseProvider provider)
    {
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync();
        foreach (var text in new[] { "a\\u0000b", "a\\uD83D" })
        {
            foreach (var (field, body) in new[] { ("subject", $$"""{"subject":"{{text}}"}"""), ("bodyHtml", $$"""{"bodyHtml":"<p>{{text}}</p>"}"""), ("name", $$"""{"recipients":[{"email":"a@alpha.test","name":"{{text}}"}]}""") })
            {
                var answer = await api.PatchAsync($"letters/{draft.Id}", body);
                answer.Status.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity);
                answer.Fields.ShouldHaveSingleItem().ShouldEndWith(field);
            }
        }

        (await api.AskAsync($"letters/{draft.Id}")).Body.GetProperty("version").GetInt32().ShouldBe(draft.Body.GetProperty("version").GetInt32());
    }
}
