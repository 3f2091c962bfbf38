using System.Text;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Retention;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.Core.Tests.Retention;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

public sealed class ExportJournalTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task An_export_is_whole_and_checked_without_the_platform(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await SealedTwiceAsync(world);
        await world.AddConsultationAsync("2026-T-016");

        var (file, exported) = await ExportAsync(world);
        var report = await CheckAsync(file);

        report.Findings.Where(f => f.Kind == FindingKind.Fault).ShouldBeEmpty();
        report.Outcome.ShouldBe(VerificationOutcome.Whole);
        report.Findings.Where(f => f.Code != "timestamped-late").Select(f => f.Code).ShouldBe(["signature", "chain", "seals", "not-sealed", "no-trust", "self-signed", "self-signed", "authority-built-in"], ignoreOrder: true);
        report.Verdict.ShouldBe("Cet export du journal est entier et cohérent, avec les réserves indiquées.");
        exported.Seals.ShouldBe(2);
        Lines(file).Count.ShouldBe((int)exported.Facts + exported.Seals + 3);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_erased_is_missing_from_it_and_said(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await SealedTwiceAsync(world);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();
        await world.PurgeAsync();
        await world.SealAsync();

        var (file, _) = await ExportAsync(world);
        var report = await CheckAsync(file);

        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        report.Findings.ShouldContain(f => f.Code == "purged" && f.Kind == FindingKind.Reservation);
        Encoding.UTF8.GetString(file).ShouldNotContain("dupont");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_erasure_that_no_retention_backs_is_refused(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await CheckJournalTests.PurgeAsync(world, conversation, new ContentPurged(RetentionKind.Works, Retentions.From, 10, Retentions.Until, 1, "", null, [], [], conversation.ConsultationId));
        await world.SealAsync();

        var report = await CheckAsync((await ExportAsync(world)).File);

        report.Outcome.ShouldBe(VerificationOutcome.Refused);
        report.Findings.Where(f => f.Kind == FindingKind.Fault).ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Code.ShouldBe("purge"), f => f.Sentence.ShouldContain(conversation.Id.ToString()));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Facts_timestamped_late_are_told_and_beyond_some_counted(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.SealAsync();
        for (var i = 0; i < LateTimestamps.MostSentences + 1; i++)
            await world.AppendOneAsync(conversation.JournalSubject);
        world.Clock.Advance(TimeSpan.FromMinutes(16));
        await world.SealAsync();

        var report = await CheckAsync((await ExportAsync(world)).File);

        report.Outcome.ShouldBe(VerificationOutcome.Whole);
        var late = report.Findings.Where(f => f.Code == "timestamped-late").ToList();
        late.Count.ShouldBe(LateTimestamps.MostSentences);
        late.ShouldAllBe(f => f.Sentence.StartsWith($"Chaîne {conversation.Id} : l’événement n° "));
        late[0].Sentence.ShouldContain(", du lundi 2 mars 2026 à 10 h 00 min 00 s, n’a été horodaté que le lundi 2 mars 2026 à 10 h 16 min 00 s");
        report.Findings.Single(f => f.Code == "other-instants").Sentence.ShouldContain("51 en tout");
    }

    /// <summary>Every line taken out, doubled, swapped with the next; and bytes changed all along.</summary>
    [Fact]
    public async Task Whatever_is_changed_in_it_is_found()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await SealedTwiceAsync(world);
        var (file, _) = await ExportAsync(world);
        var lines = Lines(file);

        for (var i = 0; i < lines.Count; i++)
        {
            (await CheckAsync(Join([.. lines[..i], .. lines[(i + 1)..]]))).Outcome.ShouldBe(VerificationOutcome.Refused, $"without line {i}");
            (await CheckAsync(Join([.. lines[..i], lines[i], .. lines[i..]]))).Outcome.ShouldBe(VerificationOutcome.Refused, $"line {i} twice");
            if (i + 1 < lines.Count)
                (await CheckAsync(Join([.. lines[..i], lines[i + 1], lines[i], .. lines[(i + 2)..]]))).Outcome.ShouldBe(VerificationOutcome.Refused, $"line {i} after the next");
        }

        for (var at = 0; at < file.Length; at += 97)
        {
            var changed = file.ToArray();
            changed[at] ^= 1;
            (await CheckAsync(changed)).Outcome.ShouldBe(VerificationOutcome.Refused, $"byte {at}");
        }

        (await CheckAsync(file[..(file.Length / 2)])).Outcome.ShouldBe(VerificationOutcome.Refused);
        (await CheckAsync([.. file, .. "{}\n"u8])).Outcome.ShouldBe(VerificationOutcome.Refused);
    }

    private static async Task SealedTwiceAsync(TestWorld world)
    {
        await Exchanges.RepliedAsync(world);
        await world.SealAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await Exchanges.SentAsync(world);
        await world.SealAsync();
        (await world.RunAsync((RenewTimestamps o) => o.RunAsync(all: true, default))).Seals.ShouldBe(2);
    }

    private static async Task<(byte[] File, JournalExported Exported)> ExportAsync(TestWorld world)
    {
        using var target = new MemoryStream();
        var exported = await world.RunAsync((ExportJournal o) => o.RunAsync(target, default));
        return (target.ToArray(), exported);
    }

    private static async Task<VerificationReport> CheckAsync(byte[] file)
    {
        using var content = new MemoryStream(file);
        return await JournalVerifier.VerifyAsync(content, new VerificationOptions(), default);
    }

    private static List<string> Lines(byte[] file) => [.. Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static byte[] Join(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
}
