using System.Security.Cryptography;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class AttachmentsTests
{
    private const int TrackedLimit = 300_000;
    private const int PlainLimit = 100_000;

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_is_joined_and_read_back(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        byte[] content = [.. "%PDF-1.7"u8, .. RandomNumberGenerator.GetBytes(70_000 - 8)];

        var joined = (await AddAsync(world, draft.Id, "Règlement de consultation.pdf", content)).Value;

        joined.ContentType.ShouldBe("application/pdf");
        joined.Sha256.ShouldBe(SHA256.HashData(content));
        var read = (await FindAsync(world, draft.Id)).Attachments.ShouldHaveSingleItem();
        (read.Name, read.Size).ShouldBe(("Règlement de consultation.pdf", 70_000L));
        (await ContentAsync(world, read)).ShouldBe(content);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Over_the_limit_of_its_mode_nothing_of_the_draft_changes(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        foreach (var (mode, limit) in new[] { (DeliveryMode.Tracked, TrackedLimit), (DeliveryMode.Plain, PlainLimit) })
        {
            var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Mode = mode, Subject = "Avant" }, "a@alpha.test");
            (await AddAsync(world, draft.Id, "un.bin", new byte[limit - 1])).Succeeded.ShouldBeTrue();
            var before = await FindAsync(world, draft.Id);
            var onDisk = world.FilesOnDisk();

            var refused = await AddAsync(world, draft.Id, "deux.bin", new byte[2]);

            refused.Problem!.Kind.ShouldBe(ProblemKind.TooLarge);
            refused.Problem.Code.ShouldBe("attachments-too-large");
            var after = await FindAsync(world, draft.Id);
            (after.Subject, after.Body, after.Version, after.Attachments.Count).ShouldBe((before.Subject, before.Body, before.Version, 1));
            (await ContentAsync(world, after.Attachments[0])).Length.ShouldBe(limit - 1);
            world.FilesOnDisk().ShouldBe(onDisk, ignoreOrder: true);
            (await AddAsync(world, draft.Id, "juste.bin", new byte[1])).Succeeded.ShouldBeTrue("the sum may reach the limit");
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Files_joined_at_once_do_not_pass_the_limit_together(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => AddAsync(world, draft.Id, $"{i}.bin", new byte[100_000]))));

        results.Count(r => r.Succeeded).ShouldBe(3);
        results.Where(r => !r.Succeeded).ShouldAllBe(r => r.Problem!.Kind == ProblemKind.TooLarge);
        (await FindAsync(world, draft.Id)).Attachments.Select(a => a.Rank).ShouldBe([0, 1, 2]);
        world.FilesOnDisk().Count.ShouldBe(3);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_change_of_mode_over_the_limit_is_told_at_sending_and_loses_nothing(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test");
        await AddAsync(world, draft.Id, "un.bin", new byte[PlainLimit + 1]);
        await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Mode = DeliveryMode.Plain }, null, default));

        var refused = await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default));

        refused.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("attachments");
        (await FindAsync(world, draft.Id)).Attachments.Count.ShouldBe(1);
        (await AddAsync(world, draft.Id, "vide.bin", [])).Succeeded.ShouldBeFalse();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_empty_file_is_not_joined(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");

        var refused = await AddAsync(world, draft.Id, "vide.pdf", []);

        refused.Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("« vide.pdf » est vide");
        world.FilesOnDisk().ShouldBeEmpty();
        (await FindAsync(world, draft.Id)).Version.ShouldBe(draft.Version);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..\\..\\windows\\system.ini")]
    [InlineData("/etc/passwd")]
    [InlineData("CON")]
    [InlineData(".htaccess")]
    [InlineData("a\"; filename=\"b.pdf")]
    [InlineData("<script>alert(1)</script>.html")]
    [InlineData("שלום\u200F.pdf")]
    [InlineData("plan 😀.dwg")]
    public async Task A_name_is_kept_exactly_and_is_no_path(string name)
    {
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite);
        var draft = await world.AddDraftAsync("2026-T-014");

        (await AddAsync(world, draft.Id, name, [1, 2, 3])).Succeeded.ShouldBeTrue();

        (await FindAsync(world, draft.Id)).Attachments.ShouldHaveSingleItem().Name.ShouldBe(name);
        var file = world.FilesOnDisk().ShouldHaveSingleItem();
        Guid.TryParseExact(Path.GetFileName(file), "N", out _).ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_program_is_refused_by_name_or_content_and_the_draft_stays(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        foreach (var (name, content) in new[] { ("facture.pdf.exe", new byte[] { 1 }), ("facture.pdf", [.. "MZ\0"u8]), ("facture\u202Efdp.txt", [1]) })
            (await AddAsync(world, draft.Id, name, content)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
        world.FilesOnDisk().ShouldBeEmpty();
        (await FindAsync(world, draft.Id)).Version.ShouldBe(draft.Version);
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused()
    {
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite);
        var draft = await world.AddDraftAsync("2026-T-014");
        foreach (var name in new[] { "", "   ", new string('a', 256), "a\r\nb.pdf", "a\0.pdf", "a\u2028b.pdf", "a\ud83d.pdf" })
            (await AddAsync(world, draft.Id, name, [1])).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_letter_holds_a_hundred_files_at_most()
    {
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite);
        var draft = await world.AddDraftAsync("2026-T-014");
        for (var i = 0; i < AttachmentLimits.MostFiles; i++)
            (await AddAsync(world, draft.Id, $"{i}.bin", [1])).Succeeded.ShouldBeTrue();

        (await AddAsync(world, draft.Id, "de trop.bin", [1])).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("100");
        world.FilesOnDisk().Count.ShouldBe(AttachmentLimits.MostFiles);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_removed_file_is_gone_from_the_disk_and_the_others_stay(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var first = (await AddAsync(world, draft.Id, "un.pdf", [1])).Value;
        var second = (await AddAsync(world, draft.Id, "deux.pdf", [2])).Value;

        (await world.RunAsync((RemoveAttachment o) => o.RunAsync(world.Caller, draft.Id, first.Id, default))).Succeeded.ShouldBeTrue();

        (await FindAsync(world, draft.Id)).Attachments.Select(a => a.Id).ShouldBe([second.Id]);
        Path.GetFileName(world.FilesOnDisk().ShouldHaveSingleItem()).ShouldBe(second.FileId.ToString("N"));
        (await world.RunAsync((RemoveAttachment o) => o.RunAsync(world.Caller, draft.Id, first.Id, default))).Problem!.Code.ShouldBe("attachment-not-found");
        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated, FactKind.AttachmentAdded, FactKind.AttachmentAdded, FactKind.AttachmentRemoved]);
    }

    private static async Task<TestWorld> CreateWorldAsync(DatabaseProvider provider)
    {
        var world = await TestWorld.CreateAsync(provider, s => (s.Limits.TrackedAttachments, s.Limits.PlainAttachments) = (TrackedLimit, PlainLimit));
        await world.AddConsultationAsync();
        return world;
    }

    private static Task<Result<LetterAttachment>> AddAsync(TestWorld world, Guid letter, string name, byte[] content) =>
        world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, letter, name, new MemoryStream(content), default));

    private static async Task<Letter> FindAsync(TestWorld world, Guid id) => (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, id, default))).Value;

    private static Task<byte[]> ContentAsync(TestWorld world, LetterAttachment attachment) => world.RunAsync(async (FileStore files) =>
    {
        await using var content = files.Open(attachment.FileId, attachment.Size);
        using var read = new MemoryStream();
        await content.CopyToAsync(read);
        return read.ToArray();
    });
}
