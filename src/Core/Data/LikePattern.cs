namespace Vaguemestre.Core.Data;

/// <summary>A text inside a pattern of LIKE whose escape is a backslash.</summary>
internal static class LikePattern
{
    public const string EscapedBy = @"\";

    /// <summary>The text as it stands: none of its signs means anything.</summary>
    public static string Literal(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
