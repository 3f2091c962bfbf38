using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Consultations.Ocds;

/// <summary>Where a walk through a JSON document stands: written out only when there is something to say about it.</summary>
internal sealed class JsonPath
{
    private const int LongestName = 80;
    private readonly List<(string? Name, int Index)> steps = [];

    public void Push(string name) => steps.Add((name, 0));

    public void Push(int index) => steps.Add((null, index));

    public void Pop() => steps.RemoveAt(steps.Count - 1);

    /// <summary>RFC 6901 without the leading slash; a name of abusive length is cut.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in steps)
        {
            if (text.Length > 0)
            {
                text.Append('/');
            }
            text.Append(name is null ? index.ToString(CultureInfo.InvariantCulture) : Escape(name));
        }
        return text.ToString();
    }

    public string To(string name)
    {
        Push(name);
        var path = ToString();
        Pop();
        return path;
    }

    private static string Escape(string name) =>
        Cut(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Cut(string text) => text.Length <= LongestName ? text : text[..LongestName] + "…";
}
