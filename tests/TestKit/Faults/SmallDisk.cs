using System.Globalization;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.TestKit.Faults;

/// <summary>A file system of its own, of a fixed size, that can be filled to its last byte and freed again. Mounting one needs root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <returns>Null where this machine mounts none.</returns>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-disk-").FullName;
        try
        {
            await Command.RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=755"), "tmpfs", folder);
            return new SmallDisk(folder);
        }
        catch (InvalidOperationException)
        {
            Directory.Delete(folder);
            return null;
        }
    }

    public async Task FillAsync()
    {
        var block = new byte[64 * 1024];
        for (var size = block.Length; size >= 1; size /= 4)
        {
            try
            {
                await using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                while (true)
                    await ballast.WriteAsync(block.AsMemory(0, size));
            }
            catch (IOException)
            {
                // Not one more of that size.
            }
        }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    private string Ballast => Path.Combine(Folder, "ballast");
}
