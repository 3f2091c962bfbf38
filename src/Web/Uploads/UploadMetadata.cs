using System.Text;

namespace Vaguemestre.Web.Uploads;

/// <summary>The header <c>Upload-Metadata</c>: keys with values in base64 (tus 1.0, extension Creation). Values are UTF-8, kept to the letter.</summary>
internal static class UploadMetadata
{
    public const string FileName = "filename";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryRead(string header, out IReadOnlyDictionary<string, string> metadata)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        metadata = read;
        foreach (var pair in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split(' ', 2);
            try
            {
                if (!read.TryAdd(parts[0], parts.Length == 1 ? "" : Strict.GetString(Convert.FromBase64String(parts[1]))))
                    return false;
            }
            catch (Exception wrong) when (wrong is FormatException or DecoderFallbackException)
            {
                return false;
            }
        }

        return true;
    }

    public static string Of(string fileName) => $"{FileName} {Convert.ToBase64String(Encoding.UTF8.GetBytes(fileName))}";
}
