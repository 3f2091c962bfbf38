using System.Net;
using System.Text.Json;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

/// <summary>One address has one verdict, wherever it comes in: here recipients and registers by the API; the field in TypedRecipientsTests.</summary>
public sealed class AddressVerdictTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Collected_addresses_are_judged_by_the_api_as_everywhere(DatabaseProvider provider)
    {
        var file = Path.Combine(Corpora.FolderOrSkip("email-addresses"), "addresses.jsonl");
        var addresses = File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!)
            .Where(a => !string.IsNullOrWhiteSpace(a) && SoundText.CanBeKept(a)).ToList(); // what is no text at all is refused before any address is read
        await using var world = await WebWorld.CreateAsync(provider);
        var api = world.Api();
        var draft = await api.DraftAsync(new { type = "free" });

        foreach (var batch in addresses.Chunk(90))
        {
            var refused = Enumerable.Range(0, batch.Length).Where(i => EmailAddress.Parse(batch[i], out _) is null).ToList();
            var patched = await api.PatchAsync($"letters/{draft.Id}", new { recipients = batch.Select(a => new { email = a }) });
            Fields(patched).ShouldBe(refused.Select(i => $"recipients[{i}].email"), ignoreOrder: true);
            var put = await api.PutAsync("consultations/2026-T-014/registers/deposits", batch.Select(a => new { company = "Société", email = a, at = "2026-01-01T00:00:00Z" }));
            Fields(put).ShouldBe(refused.Select(i => $"[{i}].email"), ignoreOrder: true);
        }
    }

    private static IEnumerable<string> Fields(Answer answer) =>
        answer.Status == HttpStatusCode.OK ? [] : answer.Fields;
}
