using System.Globalization;
using System.Text;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// The proof of a conversation, of a letter or of a consultation as a signed PDF, with its machine-readable evidence inside: sealed, timestamped and signed itself, so
/// that whoever holds it needs neither the platform nor its word.
/// </summary>
/// <param name="FileName">ASCII letters, digits, <c>-</c> and <c>.</c> only: fit for any file system and header.</param>
/// <param name="Evidence">The evidence that the PDF holds, as the file <c>preuves.json</c>.</param>
public sealed record Attestation(string FileName, byte[] Pdf, byte[] Evidence);

/// <summary>An attestation was handed out. It covers the facts before this one, which holds what it was.</summary>
/// <param name="Agent">Who asked for it.</param>
/// <param name="Sha256">Of the PDF, so that the file handed out can be recognised later.</param>
/// <param name="Facts">How many facts it covers.</param>
/// <param name="LastHash">The hash of the last of them; null where it is of more than one conversation.</param>
/// <param name="Conversations">How many conversations it is of; null for one alone.</param>
/// <param name="For">The conversation that alone is told whole; null where all are, or there is one.</param>
/// <param name="Volume">Which volume it is, from one; null where there are none.</param>
/// <param name="Volumes">How many volumes there are; null where there are none.</param>
public sealed record AttestationIssuedContent(
    string Agent, string FileName, string Sha256, int Facts, string? LastHash = null, int? Conversations = null, Guid? For = null, int? Volume = null, int? Volumes = null) : FactContent;

/// <summary>What a document's file is called.</summary>
internal static class DocumentName
{
    private const int LongestPart = 50;

    /// <summary><c>attestation-2026-T-014-entreprise-dupont.pdf</c>; with what tells it from its like at the end.</summary>
    public static string Of(string kind, string reference, string recipient, string end = "") =>
        string.Join('-', new[] { kind, Ascii(reference), Ascii(recipient).ToLowerInvariant(), Ascii(end) }.Where(part => part.Length > 0)) + ".pdf";

    private static string Ascii(string text)
    {
        var name = new StringBuilder();
        foreach (var c in Decomposed(text.Length > 500 ? text[..500] : text))
        {
            if (char.IsAsciiLetterOrDigit(c))
                name.Append(c);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && name.Length > 0 && name[^1] != '-')
                name.Append('-');
            if (name.Length == LongestPart)
                break;
        }

        return name.ToString().Trim('-');
    }

    /// <summary>Letters apart from their accents. Halves of a surrogate pair, which have no decomposition, become U+FFFD.</summary>
    private static string Decomposed(string text) => string.Concat(text.EnumerateRunes())
        .Replace("œ", "oe", StringComparison.OrdinalIgnoreCase).Replace("æ", "ae", StringComparison.OrdinalIgnoreCase)
        .Normalize(NormalizationForm.FormD);
}
