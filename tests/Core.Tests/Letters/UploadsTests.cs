using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class UploadsTests
{
    private const int Chunk = 64 * 1024;

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes((5 * Chunk) + 1000);

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_that_comes_in_pieces_is_joined_when_it_is_whole(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var upload = (await StartAsync(world, draft.Id, "Règlement n° 1.pdf", Content.Length)).Value;
        upload.Offset.ShouldBe(0);

        // Less than a chunk at the end of a piece is not kept: the answer says where to go on.
        (await AppendAsync(world, draft.Id, upload.Id, 0, Content[..(2 * Chunk)])).Value.Offset.ShouldBe(2 * Chunk);
        (await AppendAsync(world, draft.Id, upload.Id, 2 * Chunk, Content[(2 * Chunk)..((3 * Chunk) + 17)])).Value.Offset.ShouldBe(3 * Chunk);
        (await FindLetterAsync(world, draft.Id)).Attachments.ShouldBeEmpty();
        (await AppendAsync(world, draft.Id, upload.Id, 3 * Chunk, Content[(3 * Chunk)..])).Value.Offset.ShouldBe(Content.Length);

        var letter = await FindLetterAsync(world, draft.Id);
        var joined = letter.Attachments.ShouldHaveSingleItem();
        (joined.Name, joined.Size, joined.FileId, letter.Version).ShouldBe(("Règlement n° 1.pdf", Content.Length, upload.Id, draft.Version + 1));
        joined.Sha256.ShouldBe(SHA256.HashData(Content));
        (await ReadAsync(world, joined)).ShouldBe(Content);
        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated, FactKind.AttachmentAdded]);
        (await world.QueryAsync(db => db.Uploads.CountAsync())).ShouldBe(0);
        Partial(world).ShouldBeEmpty();

        // A client whose last answer was lost asks how far it is, and is told that all is there.
        (await FindAsync(world, draft.Id, upload.Id)).Value.ShouldBe(new UploadProgress(upload.Id, "Règlement n° 1.pdf", Content.Length, Content.Length, null));
        (await AppendAsync(world, draft.Id, upload.Id, Content.Length, [])).Value.Offset.ShouldBe(Content.Length);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_restart_in_the_middle_of_a_chunk_it_goes_on_from_the_last_whole_one(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var upload = (await StartAsync(world, draft.Id, "a.bin", Content.Length)).Value;
        await AppendAsync(world, draft.Id, upload.Id, 0, Content[..(3 * Chunk)]);
        await using (var torn = new FileStream(Partial(world).Single(), FileMode.Append))
            torn.Write(new byte[1234]);

        await using var other = OtherProcess(world);
        (await ToAsync(other, world.Caller, draft.Id, (FindUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, default))).Value.Offset.ShouldBe(3 * Chunk);
        (await ToAsync(other, world.Caller, draft.Id, (AppendUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, 3 * Chunk, new MemoryStream(Content[(3 * Chunk)..(4 * Chunk)]), default))).Value.Offset.ShouldBe(4 * Chunk);

        // And back on the first process, whose hash is of less than is there.
        (await AppendAsync(world, draft.Id, upload.Id, 4 * Chunk, Content[(4 * Chunk)..])).Succeeded.ShouldBeTrue();
        var joined = (await FindLetterAsync(world, draft.Id)).Attachments.ShouldHaveSingleItem();
        joined.Sha256.ShouldBe(SHA256.HashData(Content));
        (await ReadAsync(world, joined)).ShouldBe(Content);
    }

    [Fact]
    public async Task A_chunk_that_a_power_failure_left_broken_is_sent_again()
    {
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite);
        var draft = await world.AddDraftAsync("2026-T-014");
        var upload = (await StartAsync(world, draft.Id, "a.bin", Content.Length)).Value;
        await AppendAsync(world, draft.Id, upload.Id, 0, Content[..(3 * Chunk)]);
        await using (var broken = new FileStream(Partial(world).Single(), FileMode.Open))
        {
            broken.Position = broken.Length - 100;
            broken.Write(new byte[100]);
        }

        await using var other = OtherProcess(world);
        (await ToAsync(other, world.Caller, draft.Id, (AppendUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, 3 * Chunk, new MemoryStream(Content[(3 * Chunk)..]), default))).Problem!.Code.ShouldBe(UploadProblems.OtherOffset);
        (await FindAsync(world, draft.Id, upload.Id)).Value.Offset.ShouldBe(2 * Chunk);
        (await AppendAsync(world, draft.Id, upload.Id, 2 * Chunk, Content[(2 * Chunk)..])).Succeeded.ShouldBeTrue();
        (await FindLetterAsync(world, draft.Id)).Attachments.ShouldHaveSingleItem().Sha256.ShouldBe(SHA256.HashData(Content));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_came_before_the_connection_broke_is_kept(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var upload = (await StartAsync(world, draft.Id, "a.bin", Content.Length)).Value;

        await Should.ThrowAsync<IOException>(() => ToAsync(world.Services, world.Caller, draft.Id, (AppendUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, 0, new BreakingStream(Content[..(2 * Chunk + 5)]), default)));

        (await FindAsync(world, draft.Id, upload.Id)).Value.Offset.ShouldBe(2 * Chunk);
        (await AppendAsync(world, draft.Id, upload.Id, 2 * Chunk, Content[(2 * Chunk)..])).Value.Offset.ShouldBe(Content.Length);
        (await FindLetterAsync(world, draft.Id)).Attachments.ShouldHaveSingleItem().Sha256.ShouldBe(SHA256.HashData(Content));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task One_writer_at_a_time_and_only_where_the_upload_stands(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var upload = (await StartAsync(world, draft.Id, "a.bin", Content.Length)).Value;
        (await AppendAsync(world, draft.Id, upload.Id, Chunk, Content[Chunk..])).Problem!.Code.ShouldBe(UploadProblems.OtherOffset);

        var waiting = new WaitingStream();
        var first = ToAsync(world.Services, world.Caller, draft.Id, (AppendUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, 0, waiting, default));
        await waiting.Asked;
        (await AppendAsync(world, draft.Id, upload.Id, 0, Content)).Problem!.Code.ShouldBe(UploadProblems.Locked);
        (await ToAsync(world.Services, world.Caller, draft.Id, (TerminateUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, default))).Problem!.Code.ShouldBe(UploadProblems.Locked);
        await using (var other = OtherProcess(world))
            (await ToAsync(other, world.Caller, draft.Id, (AppendUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, 0, new MemoryStream(Content), default))).Problem!.Code.ShouldBe(UploadProblems.Locked);

        waiting.End();
        (await first).Value.Offset.ShouldBe(0);
        (await AppendAsync(world, draft.Id, upload.Id, 0, Content)).Value.Offset.ShouldBe(Content.Length);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_sum_is_checked_at_the_start_and_again_at_the_end(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider, s => s.Limits.TrackedAttachments = 3 * Chunk);
        var draft = await world.AddDraftAsync("2026-T-014");
        (await StartAsync(world, draft.Id, "gros.bin", (3 * Chunk) + 1)).Problem!.Kind.ShouldBe(ProblemKind.TooLarge);
        var first = (await StartAsync(world, draft.Id, "un.bin", 2 * Chunk)).Value;
        var second = (await StartAsync(world, draft.Id, "deux.bin", 2 * Chunk)).Value;
        (await AppendAsync(world, draft.Id, first.Id, 0, new byte[2 * Chunk])).Succeeded.ShouldBeTrue();

        (await AppendAsync(world, draft.Id, second.Id, 0, new byte[2 * Chunk])).Problem!.Kind.ShouldBe(ProblemKind.TooLarge);

        (await FindLetterAsync(world, draft.Id)).Attachments.ShouldHaveSingleItem().Name.ShouldBe("un.bin");
        (await FindAsync(world, draft.Id, second.Id)).Problem!.Code.ShouldBe("upload-not-found");
        (Partial(world).Length, world.FilesOnDisk().Count).ShouldBe((0, 1));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_refused_is_refused_as_soon_as_it_shows_and_the_draft_stays(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        (await StartAsync(world, draft.Id, "facture.pdf.exe", 10)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
        (await StartAsync(world, draft.Id, "vide.pdf", 0)).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("vide");
        (await StartAsync(world, draft.Id, "a\nb.pdf", 1)).Succeeded.ShouldBeFalse();

        var program = (await StartAsync(world, draft.Id, "facture.pdf", Content.Length)).Value;
        var refused = await AppendAsync(world, draft.Id, program.Id, 0, [.. "MZ\0\0"u8, .. Content[..(2 * Chunk)]]);
        refused.Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("programme pour Windows");

        var installer = Tests.Files.FileKindTests.Ole(sector: 500, "Table", new Guid("000C1084-0000-0000-C000-000000000046"));
        var msi = (await StartAsync(world, draft.Id, "facture.doc", installer.Length)).Value;
        (await AppendAsync(world, draft.Id, msi.Id, 0, installer)).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("installation");

        var more = (await StartAsync(world, draft.Id, "long.txt", 3)).Value;
        (await AppendAsync(world, draft.Id, more.Id, 0, "quatre"u8.ToArray())).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("plus long");

        (await FindLetterAsync(world, draft.Id)).Version.ShouldBe(draft.Version);
        (Partial(world).Length, world.FilesOnDisk().Count, await world.QueryAsync(db => db.Uploads.CountAsync())).ShouldBe((0, 0, 0));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Nobody_else_sees_an_upload(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var upload = (await StartAsync(world, draft.Id, "a.bin", 10)).Value;
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Paul Autre", "paul@autre.test");
        foreach (var caller in new[] { Caller.Of(stranger), world.Caller with { Actor = new Actor(ActorKind.Agent, Guid.CreateVersion7(TestWorld.Start)) } })
        {
            (await ToAsync(world.Services, caller, draft.Id, (FindUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
            (await ToAsync(world.Services, caller, draft.Id, (AppendUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, 0, new MemoryStream(new byte[10]), default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
            (await ToAsync(world.Services, caller, draft.Id, (TerminateUpload o, UploadTarget to) => o.RunAsync(to, upload.Id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        }

        (await ToAsync(world.Services, Caller.Of(stranger), draft.Id, (StartUpload o, UploadTarget to) => o.RunAsync(to, "a.bin", 10, default))).Problem!.Code.ShouldBe("letter-not-found");
        (await FindAsync(world, Guid.CreateVersion7(TestWorld.Start), upload.Id)).Problem!.Code.ShouldBe("letter-not-found");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_that_was_sent_meanwhile_takes_no_file(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte</p>" }, "a@alpha.test");
        var upload = (await StartAsync(world, draft.Id, "a.bin", 10)).Value;
        await world.SendAsync(draft.Id);

        (await AppendAsync(world, draft.Id, upload.Id, 0, new byte[10])).Problem!.Code.ShouldBe("letter-already-sent");
        (await StartAsync(world, draft.Id, "b.bin", 10)).Problem!.Code.ShouldBe("letter-already-sent");
        (Partial(world).Length, world.FilesOnDisk().Count).ShouldBe((0, 0));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_upload_is_given_up_on_demand_or_after_a_day(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        var given = (await StartAsync(world, draft.Id, "a.bin", 10)).Value;
        (await ToAsync(world.Services, world.Caller, draft.Id, (TerminateUpload o, UploadTarget to) => o.RunAsync(to, given.Id, default))).Succeeded.ShouldBeTrue();
        (await FindAsync(world, draft.Id, given.Id)).Problem!.Code.ShouldBe("upload-not-found");

        var forgotten = (await StartAsync(world, draft.Id, "b.bin", 10)).Value;
        forgotten.Expires.ShouldBe(TestWorld.Start.AddDays(1));
        world.Clock.Advance(TimeSpan.FromHours(12));
        var recent = (await StartAsync(world, draft.Id, "c.bin", 10)).Value;
        world.Clock.Advance(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        var stray = Path.Combine(world.Settings.DataDirectory, "uploads", Guid.CreateVersion7(TestWorld.Start).ToString("N"));
        await File.WriteAllBytesAsync(stray, [1], TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(stray, TestWorld.Start.UtcDateTime.AddHours(-1));

        (await world.RunAsync((RemoveAbandonedUploads o) => o.RunAsync(default))).ShouldBe(2);

        (await world.QueryAsync(db => db.Uploads.Select(u => u.Id).ToListAsync())).ShouldBe([recent.Id]);
        Path.GetFileName(Partial(world).ShouldHaveSingleItem()).ShouldBe(recent.Id.ToString("N"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Files_are_put_in_order(DatabaseProvider provider)
    {
        await using var world = await CreateWorldAsync(provider);
        var draft = await world.AddDraftAsync("2026-T-014");
        foreach (var name in new[] { "a", "b", "c" })
            (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, name, new MemoryStream([1]), default))).Succeeded.ShouldBeTrue();
        foreach (var (name, by, order) in new[] { ("c", -1, "acb"), ("a", 1, "cab"), ("b", -100, "bca"), ("b", int.MinValue, "bca"), ("b", int.MaxValue, "cab") })
        {
            var file = (await FindLetterAsync(world, draft.Id)).Attachments.Single(a => a.Name == name);
            (await world.RunAsync((ReorderAttachments o) => o.RunAsync(world.Caller, draft.Id, file.Id, by, default))).Succeeded.ShouldBeTrue();
            string.Concat((await FindLetterAsync(world, draft.Id)).Attachments.Select(a => a.Name)).ShouldBe(order);
        }

        var letter = await FindLetterAsync(world, draft.Id);
        letter.Version.ShouldBe(draft.Version + 3 + 4, "a move that moves nothing changes nothing");
        (await world.RunAsync((ReorderAttachments o) => o.RunAsync(world.Caller, draft.Id, draft.Id, 1, default))).Problem!.Code.ShouldBe("attachment-not-found");
    }

    [Fact]
    public async Task Hostile_names_are_kept_to_the_letter_or_refused_and_never_are_a_path()
    {
        var names = Directory.EnumerateFiles(Path.Combine(Corpora.FolderOrSkip("uploads"), "lists"), "*.txt").SelectMany(File.ReadLines).Where(n => n.Length > 0).Distinct().ToList();
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite);
        var draft = await world.AddDraftAsync("2026-T-014");
        var kept = 0;
        foreach (var name in names)
        {
            var started = await StartAsync(world, draft.Id, name, 10);
            if (!started.Succeeded)
            {
                started.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
                continue;
            }

            (await world.QueryAsync(db => db.Uploads.Select(u => u.Name).SingleAsync())).ShouldBe(name);
            Path.GetFileName(Partial(world).ShouldHaveSingleItem()).ShouldBe(started.Value.Id.ToString("N"));
            await ToAsync(world.Services, world.Caller, draft.Id, (TerminateUpload o, UploadTarget to) => o.RunAsync(to, started.Value.Id, default));
            kept++;
        }

        kept.ShouldBeGreaterThan(names.Count / 2);
    }

    private static async Task<TestWorld> CreateWorldAsync(DatabaseProvider provider, Action<Settings>? configure = null)
    {
        var world = await TestWorld.CreateAsync(provider, configure);
        await world.AddConsultationAsync();
        return world;
    }

    /// <summary>Runs an operation on a letter as what uploads go to, in a scope of its own.</summary>
    private static async Task<Result<T>> ToAsync<TOperation, T>(IServiceProvider process, Caller caller, Guid letter, Func<TOperation, UploadTarget, Task<Result<T>>> run)
        where TOperation : notnull
    {
        await using var scope = process.CreateAsyncScope();
        var target = await scope.ServiceProvider.GetRequiredService<UploadToLetter>().RunAsync(caller, letter, default);
        return target.Succeeded ? await run(scope.ServiceProvider.GetRequiredService<TOperation>(), target.Value) : target.Problem!;
    }

    private static Task<Result<UploadProgress>> StartAsync(TestWorld world, Guid letter, string name, long length) =>
        ToAsync(world.Services, world.Caller, letter, (StartUpload o, UploadTarget to) => o.RunAsync(to, name, length, default));

    private static Task<Result<UploadProgress>> AppendAsync(TestWorld world, Guid letter, Guid id, long offset, byte[] content) =>
        ToAsync(world.Services, world.Caller, letter, (AppendUpload o, UploadTarget to) => o.RunAsync(to, id, offset, new MemoryStream(content), default));

    private static Task<Result<UploadProgress>> FindAsync(TestWorld world, Guid letter, Guid id) => ToAsync(world.Services, world.Caller, letter, (FindUpload o, UploadTarget to) => o.RunAsync(to, id, default));

    private static async Task<Letter> FindLetterAsync(TestWorld world, Guid id) => (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, id, default))).Value;

    private static Task<byte[]> ReadAsync(TestWorld world, LetterAttachment attachment) => world.RunAsync(async (FileStore files) =>
    {
        await using var content = files.Open(attachment.FileId, attachment.Size);
        using var read = new MemoryStream();
        await content.CopyToAsync(read);
        return read.ToArray();
    });

    private static string[] Partial(TestWorld world) => Directory.GetFiles(Path.Combine(world.Settings.DataDirectory, "uploads"));

    /// <summary>The same database and data directory, and nothing in memory.</summary>
    private static ServiceProvider OtherProcess(TestWorld world) =>
        new ServiceCollection().AddLogging().AddVaguemestreCore(world.Settings).AddSingleton<TimeProvider>(world.Clock).BuildServiceProvider();

    private static async Task<T> InAsync<TOperation, T>(ServiceProvider process, Func<TOperation, Task<T>> run)
        where TOperation : notnull
    {
        await using var scope = process.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<TOperation>());
    }

    /// <summary>A body whose connection breaks after what it has.</summary>
    private sealed class BreakingStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The connection broke.");
    }

    /// <summary>A body of which nothing comes until it ends.</summary>
    private sealed class WaitingStream : MemoryStream
    {
        private readonly TaskCompletionSource asked = new();
        private readonly TaskCompletionSource end = new();

        public Task Asked => asked.Task;

        public void End() => end.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            asked.TrySetResult();
            await end.Task;
            return 0;
        }
    }
}
