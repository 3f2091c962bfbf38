using System.Text;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>
/// Reads addresses as people type or paste them: apart by commas, semicolons or line ends, each <c>nom@domaine.fr</c> or
/// <c>Paul Dupont &lt;nom@domaine.fr&gt;</c>; a comma within quotes belongs to the name. Not the grammar of RFC 5322.
/// </summary>
public static class TypedRecipients
{
    private const int LongestShown = 80;

    /// <summary>Every address, or in French why each of the others is none.</summary>
    public static (IReadOnlyList<RecipientInput> Recipients, IReadOnlyList<string> Errors) Read(string? text)
    {
        var recipients = new List<RecipientInput>();
        var errors = new List<string>();
        foreach (var piece in Pieces(text ?? "").Take(DraftContent.MostRecipients))
        {
            var (name, address) = Split(piece);
            if (EmailAddress.Parse(address, out var why) is { } email)
                recipients.Add(new RecipientInput(email.Text, name));
            else
                errors.Add($"« {(piece.Length > LongestShown ? piece[..LongestShown] + "…" : piece)} » : {why}");
        }

        return (recipients, errors);
    }

    private static IEnumerable<string> Pieces(string text)
    {
        var piece = new StringBuilder();
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"')
                quoted = !quoted;
            if (c is '\r' or '\n' || (!quoted && c is ',' or ';'))
            {
                quoted = false;
                if (Trimmed(piece) is { } whole)
                    yield return whole;
                piece.Clear();
            }
            else
            {
                piece.Append(c);
            }
        }

        if (Trimmed(piece) is { } last)
            yield return last;
    }

    private static string? Trimmed(StringBuilder piece) => piece.ToString().Trim() is { Length: > 0 } text ? text : null;

    private static (string? Name, string Address) Split(string piece)
    {
        var open = piece.LastIndexOf('<');
        if (open < 0 || !piece.EndsWith('>'))
            return (null, piece);
        var name = piece[..open].Trim().Trim('"').Trim();
        return (name.Length == 0 ? null : name, piece[(open + 1)..^1].Trim());
    }
}
