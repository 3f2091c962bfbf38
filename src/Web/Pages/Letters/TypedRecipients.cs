using System.Text;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Web.Pages.Letters;

/// <param name="Text">As it was typed.</param>
/// <param name="Reason">Names it and says why it is no address.</param>
public sealed record RefusedAddress(string Text, string Reason);

/// <summary>
/// Reads addresses as people type or paste them: apart by commas, semicolons or line ends, each <c>nom@domaine.fr</c> or
/// <c>Paul Dupont &lt;nom@domaine.fr&gt;</c>; a comma within quotes belongs to the name. A line with tabs is a row of a
/// spreadsheet: beside the addresses, the first words are the company, the next the person. Not the grammar of RFC 5322.
/// </summary>
public static class TypedRecipients
{
    private const int LongestShown = 80;

    /// <summary>Every address, up to one more than a letter admits, so that it is refused whole; and what is none, with the reason in French.</summary>
    public static (IReadOnlyList<RecipientInput> Recipients, IReadOnlyList<RefusedAddress> Refused) Read(string? text)
    {
        var recipients = new List<RecipientInput>();
        var refused = new List<RefusedAddress>();
        foreach (var line in (text ?? "").Split('\r', '\n').TakeWhile(_ => recipients.Count + refused.Count <= DraftContent.MostRecipients))
        {
            var cells = line.Split('\t', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var words = cells.Length < 2 ? [] : cells.Where(IsWords).ToList();
            var addresses = words.Count == cells.Length ? [line] : cells.Length < 2 ? cells : [.. cells.Where(c => c.Contains('@', StringComparison.Ordinal))];
            foreach (var piece in addresses.SelectMany(Pieces))
                Take(piece, words.ElementAtOrDefault(0), words.ElementAtOrDefault(1), recipients, refused);
        }

        return (recipients, refused);
    }

    /// <summary>One address as <see cref="Read"/> understands it: with a company, as the row of a spreadsheet that it came from.</summary>
    public static string Line(string email, string? name, string? company)
    {
        var named = name is null ? email : $"\"{name.Replace('"', '\'')}\" <{email}>";
        return company is not null && IsWords(company) ? $"{company}\t{named}" : named;
    }

    private static void Take(string piece, string? company, string? person, List<RecipientInput> recipients, List<RefusedAddress> refused)
    {
        var (name, address) = Split(piece);
        if (EmailAddress.Parse(address, out var why) is { } email)
            recipients.Add(new RecipientInput(email.Text, name ?? person, company));
        else
            refused.Add(new RefusedAddress(piece, $"« {(piece.Length > LongestShown ? SoundText.Beginning(piece, LongestShown) + "…" : piece)} » : {why}"));
    }

    /// <summary>Of a row: neither an address nor a number.</summary>
    private static bool IsWords(string cell) => !cell.Contains('@', StringComparison.Ordinal) && cell.Any(char.IsLetter);

    private static IEnumerable<string> Pieces(string line)
    {
        var piece = new StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"')
                quoted = !quoted;
            if (!quoted && c is ',' or ';')
            {
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
