namespace Vaguemestre.TestKit.Servers;

/// <summary>Where the programs that Debian brings stand. A missing one fails the test, with the name of its package.</summary>
public static class DebianProgram
{
    private static readonly string[] UsualFolders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/usr/bin"];

    /// <summary>Full path of a program, looked for in the folders given, or else in PATH and the system's own.</summary>
    public static string Find(string name, string package, params string[] folders) =>
        (folders is [] ? UsualFolders : folders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw Missing(name, package);

    /// <summary>Full path of one of PostgreSQL's programs, which Debian keeps out of PATH; the newest version wins.</summary>
    public static string FindPostgres(string name)
    {
        const string Versions = "/usr/lib/postgresql";
        var newest = Directory.Exists(Versions)
            ? Directory.EnumerateDirectories(Versions)
                .Where(folder => File.Exists(Path.Combine(folder, "bin", name)))
                .MaxBy(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            : null;
        return newest is null ? throw Missing(name, "postgresql") : Path.Combine(newest, "bin", name);
    }

    private static FileNotFoundException Missing(string name, string package) =>
        new($"'{name}' is missing: it is in the Debian package {package}. ./test installs it; by hand: apt-get install {package}.");
}
