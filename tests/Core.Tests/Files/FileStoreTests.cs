using System.Security.Cryptography;
using Vaguemestre.Core.Files;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Files;

public sealed class FileStoreTests
{
    private const int Chunk = 65_536;
    private const int Sealed = Chunk + 28;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(2 * Chunk)]
    [InlineData(5 * 1024 * 1024)]
    public async Task A_file_comes_back_as_it_went_in_and_lies_encrypted(int size)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var content = new byte[size];
        new Random(size).NextBytes(content);

        var stored = await SaveAsync(world, content);

        (stored.Size, stored.OrganisationId).ShouldBe((size, world.Organisation.Id));
        stored.Sha256.ShouldBe(SHA256.HashData(content));
        (await ReadAsync(world, stored, 0, size)).ShouldBe(content);
        var lying = await File.ReadAllBytesAsync(world.FilesOnDisk().ShouldHaveSingleItem(), TestContext.Current.CancellationToken);
        lying.Length.ShouldBe(size + 28 * Math.Max(1, (size + Chunk - 1) / Chunk));
        if (size > 100)
            lying.AsSpan().IndexOf(content.AsSpan(0, 64)).ShouldBe(-1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(Chunk - 1, 2)]
    [InlineData(Chunk, Chunk)]
    [InlineData(3 * Chunk - 5, 10)]
    [InlineData(199_999, 1)]
    [InlineData(200_000, 0)]
    public async Task A_range_is_read_from_any_place(int from, int count)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var content = RandomNumberGenerator.GetBytes(200_000);
        var stored = await SaveAsync(world, content);

        (await ReadAsync(world, stored, from, count)).ShouldBe(content[from..(from + count)]);
    }

    public static TheoryData<string> Damages() => ["a flipped byte", "a flipped byte at the end", "two chunks swapped", "the last chunk gone", "the middle chunk gone", "cut short", "another file's content", "empty", "gone"];

    [Theory, MemberData(nameof(Damages))]
    public async Task A_damaged_file_is_refused_rather_than_read(string damage)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var stored = await SaveAsync(world, RandomNumberGenerator.GetBytes(3 * Chunk));
        var path = world.FilesOnDisk().Single();
        var other = await SaveAsync(world, RandomNumberGenerator.GetBytes(3 * Chunk));
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var damaged = damage switch
        {
            "a flipped byte" => [.. bytes[..100], (byte)(bytes[100] ^ 1), .. bytes[101..]],
            "a flipped byte at the end" => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
            "two chunks swapped" => [.. bytes[Sealed..(2 * Sealed)], .. bytes[..Sealed], .. bytes[(2 * Sealed)..]],
            "the last chunk gone" => bytes[..(2 * Sealed)],
            "the middle chunk gone" => [.. bytes[..Sealed], .. bytes[(2 * Sealed)..]],
            "cut short" => bytes[..^10],
            "another file's content" => await File.ReadAllBytesAsync(world.FilesOnDisk().Single(f => f.EndsWith(other.Id.ToString("N"), StringComparison.Ordinal)), TestContext.Current.CancellationToken),
            "empty" => [],
            _ => null,
        };
        File.Delete(path);
        if (damaged is not null)
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);

        var fault = await Should.ThrowAsync<Exception>(() => ReadAsync(world, stored, 0, 3 * Chunk));

        (fault is CryptographicException or IOException).ShouldBeTrue(fault.GetType().Name);
    }

    /// <summary>A row whose size was changed cannot pass off a beginning as the whole.</summary>
    [Fact]
    public async Task A_beginning_is_not_taken_for_the_whole()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var stored = await SaveAsync(world, RandomNumberGenerator.GetBytes(3 * Chunk));
        var shorter = new StoredFile { Id = stored.Id, OrganisationId = stored.OrganisationId, Size = 2 * Chunk, Sha256 = stored.Sha256, CreatedAt = stored.CreatedAt };

        await Should.ThrowAsync<CryptographicException>(() => ReadAsync(world, shorter, 0, 2 * Chunk));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99_999)]
    [InlineData(-5)]
    public async Task Over_the_limit_nothing_is_left_on_the_disk(long limit)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);

        var refused = await world.RunAsync((FileStore files) => files.SaveAsync(new MemoryStream(new byte[100_000]), world.Organisation.Id, limit, default));

        refused.Problem!.Code.ShouldBe("attachments-too-large");
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_keys_are_readable_by_their_owner_only_and_survive_a_restart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes.");
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var stored = await SaveAsync(world, [1, 2, 3]);

        foreach (var key in Directory.GetFiles(Path.Combine(world.Settings.DataDirectory, "keys")))
#pragma warning disable CA1416 // Skipped on Windows.
            File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        var restarted = new FileStore(world.Settings, new SecretKeys(world.Settings), world.Clock);
        await using var content = restarted.Open(stored.Id, stored.Size);
        content.ReadByte().ShouldBe(1);
    }

    private static async Task<StoredFile> SaveAsync(TestWorld world, byte[] content) =>
        (await world.RunAsync((FileStore files) => files.SaveAsync(new MemoryStream(content), world.Organisation.Id, long.MaxValue, default))).Value;

    private static Task<byte[]> ReadAsync(TestWorld world, StoredFile stored, int from, int count) => world.RunAsync(async (FileStore files) =>
    {
        await using var content = files.Open(stored.Id, stored.Size);
        content.Seek(from, SeekOrigin.Begin);
        var read = new byte[count];
        await content.ReadExactlyAsync(read);
        if (from + count == stored.Size)
            content.ReadByte().ShouldBe(-1);
        return read;
    });
}
