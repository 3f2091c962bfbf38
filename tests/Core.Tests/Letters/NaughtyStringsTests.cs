using MimeKit;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

/// <summary>Strings that break programs: each comes back as it was, or is refused at its field.</summary>
public sealed class NaughtyStringsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Subject_text_and_names_come_back_or_are_refused(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014");
        var refused = 0;
        foreach (var text in NaughtyStrings.AllOrSkip())
        {
            var input = new DraftInput { Subject = text, BodyHtml = BodyHtml.FromText(text), Recipients = [new("a@alpha.test", text, text)] };
            var changed = await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, input, null, default));
            string[] bad = [.. Of("subject", SoundText.IsOneLine(text.Trim()) && text.Trim().Length <= 300), .. Of("recipients[0].name", SoundText.IsOneLine(text) && text.Length <= 500)];
            (changed.Problem?.Errors.Select(e => e.Field) ?? []).ShouldBe(bad, text);
            refused += bad.Length > 0 ? 1 : 0;
            if (bad.Length > 0)
                continue;

            var read = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
            read.Subject.ShouldBe(text.Trim());
            BodyHtml.ToText(read.Body).ShouldBe(string.IsNullOrWhiteSpace(text) ? "" : text.TrimEnd('\n'));
            var recipient = read.Recipients.ShouldHaveSingleItem();
            (recipient.Name, recipient.Company).ShouldBe(string.IsNullOrWhiteSpace(text) ? (null, null) : (text, text));
        }

        refused.ShouldBeInRange(1, 40);
    }

    /// <summary>In one text, one list of recipients and one mail: what is typed, kept, remembered for the next letter, and sent.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_text_of_them_all_is_sent_and_the_free_entries_are_remembered(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        var strings = NaughtyStrings.AllOrSkip().Select(s => s.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')).ToList();
        var text = string.Join("\n\n", strings).TrimEnd('\n');
        var names = strings.Where(s => SoundText.IsOneLine(s) && s.Length <= 500 && !string.IsNullOrWhiteSpace(s)).ToList();
        var input = new DraftInput { Mode = DeliveryMode.Plain, Subject = "Objet", BodyHtml = BodyHtml.FromText(text), Recipients = [.. names.Select((name, i) => new RecipientInput($"a{i}@alpha.test", name, name))] };
        var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, "2026-T-014", input, default))).Value;

        var letter = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        BodyHtml.ToText(letter.Body).ShouldBe(text);
        (await world.SendAsync(draft.Id)).Count.ShouldBe(names.Count);
        var registers = await world.RunAsync((ReadRegisters o) => o.RunAsync(consultation, default));
        registers[^1].Contacts.Select(c => c.Name).ShouldBe(names, ignoreOrder: true);

        await using var relay = TestRelay.Start(world);
        await world.EmptyOutboxAsync();
        var mail = await MimeMessage.LoadAsync(new MemoryStream(relay.Taken[0].Data.ToArray()), TestContext.Current.CancellationToken);
        mail.TextBody!.Replace("\r\n", "\n", StringComparison.Ordinal)[..text.Length].Split('\n').ShouldBe(text.Split('\n'));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_keeps_its_name_or_is_refused(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        foreach (var names in NaughtyStrings.FileNamesOrSkip().Chunk(AttachmentLimits.MostFiles))
        {
            var draft = await world.AddDraftAsync("2026-T-014");
            var kept = new List<string>();
            foreach (var name in names)
            {
                var joined = await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, name, new MemoryStream([1]), default));
                joined.Succeeded.ShouldBe(AttachmentName.Check(name) is null, name);
                (joined.Problem?.Errors.Single().Field ?? "file").ShouldBe("file");
                if (joined.Succeeded)
                    kept.Add(name);
            }

            var read = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
            read.Attachments.Select(a => a.Name).ShouldBe(kept);
        }
    }

    private static IEnumerable<string> Of(string field, bool good) => good ? [] : [field];
}
