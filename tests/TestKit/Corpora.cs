using Xunit;

namespace Vaguemestre.TestKit;

/// <summary>
/// Collections of real input (OCDS packages, bounces, MIME messages…) that some machines keep beside the checkout, in
/// <c>../shared/corpora</c>. They are no part of the repository: a test that reads them is skipped where they are absent.
/// </summary>
public static class Corpora
{
    /// <summary>Full path of one collection; skips the running test when it is not there.</summary>
    public static string FolderOrSkip(string name)
    {
        var folder = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "corpora", name));
        if (!Directory.Exists(folder))
        {
            Assert.Skip($"The corpus '{name}' is not on this machine (../shared/corpora/{name}).");
        }

        return folder;
    }
}
