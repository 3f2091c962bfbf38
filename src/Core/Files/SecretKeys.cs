using System.Security.Cryptography;

namespace Vaguemestre.Core.Files;

/// <summary>
/// The platform's own secrets: 256 random bits each, made on first use under <c>keys/</c> in the data directory, readable
/// by the service's user only. Losing them makes files unreadable and links void; they belong in the backup.
/// </summary>
public sealed class SecretKeys(Settings settings)
{
    private readonly Lazy<byte[]> files = new(() => Read(settings, "files.key"));
    private readonly Lazy<byte[]> links = new(() => Read(settings, "links.key"));

    /// <summary>Encrypts files at rest.</summary>
    public byte[] Files => files.Value;

    /// <summary>Makes the personal links.</summary>
    public byte[] Links => links.Value;

    private static byte[] Read(Settings settings, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "keys")).FullName;
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            Make(path);
        var key = Convert.FromHexString(File.ReadAllText(path).Trim());
        return key.Length == 32 ? key : throw new InvalidOperationException($"{path} must hold 64 hexadecimal digits; restore it from the backup.");
    }

    /// <summary>Two processes that start together end with one key: the file appears whole, once.</summary>
    private static void Make(string path)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
