namespace Vaguemestre.TestKit;

/// <summary>The checkout that the running tests were built from.</summary>
public static class Repository
{
    /// <summary>Full path of the folder that holds <c>Vaguemestre.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vaguemestre.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Vaguemestre.slnx.");
    }
}
