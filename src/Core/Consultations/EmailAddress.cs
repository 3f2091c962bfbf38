using System.Globalization;
using System.Text;

namespace Vaguemestre.Core.Consultations;

/// <summary>
/// A mailbox of RFC 5321 §4.1.2, with the letters that RFC 6531 adds: <c>local@domain</c>. Not a display name, not a
/// list, no comment, no address literal, no quoted local part (no company receives at one).
/// </summary>
public sealed record EmailAddress
{
    private const string AtomSpecials = "!#$%&'*+-/=?^_`{|}~";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string text, string folded)
    {
        Text = text;
        Folded = folded;
    }

    /// <summary>As it was given, without spaces around.</summary>
    public string Text { get; }

    /// <summary>Two addresses that fold alike are one recipient: lower case, domain in A-labels.</summary>
    public string Folded { get; }

    /// <summary>The folded form, with the domain in A-labels and in U-labels: one text for most.</summary>
    public IReadOnlyList<string> Spellings =>
        Folded.LastIndexOf('@') is var at && $"{Folded[..at]}@{Idn.GetUnicode(Folded[(at + 1)..])}" is var unicode && unicode != Folded ? [Folded, unicode] : [Folded];

    /// <summary>Null when it is no address; <paramref name="why"/> then says it in French.</summary>
    public static EmailAddress? Parse(string? text, out string why)
    {
        why = "";
        var trimmed = (text ?? "").Trim(' ', '\u00A0');
        var at = trimmed.LastIndexOf('@');
        if (trimmed.Length == 0)
            why = "Saisissez une adresse électronique.";
        else if (!SoundText.IsOneLine(trimmed))
            why = "L'adresse contient un caractère de commande ou un retour à la ligne. Saisissez une seule adresse, sans retour à la ligne.";
        else if (at <= 0 || at == trimmed.Length - 1)
            why = "L'adresse doit avoir la forme nom@domaine.fr.";
        else if (!IsLocalPart(trimmed[..at]))
            why = "La partie avant « @ » contient un caractère interdit, un point mal placé, ou dépasse 64 octets.";
        else if (AsciiDomain(trimmed[(at + 1)..]) is not { } domain)
            why = "Le domaine après « @ » n'est pas un nom de domaine complet, par exemple « entreprise.fr ».";
        else if ($"{trimmed[..at].Normalize().ToLowerInvariant()}@{domain}" is var folded && (Encoding.UTF8.GetByteCount(trimmed) > 254 || Encoding.UTF8.GetByteCount(folded) > 254))
            why = "L'adresse dépasse 254 octets.";
        else
            return new EmailAddress(trimmed, folded);
        return null;
    }

    /// <summary>The folded form of what was an address once it was kept; of anything else, the text itself.</summary>
    public static string Fold(string email) => Parse(email, out _)?.Folded ?? email;

    public override string ToString() => Text;

    private static bool IsLocalPart(string local) =>
        Encoding.UTF8.GetByteCount(local) <= 64 && local.Split('.').All(atom => atom.Length > 0 && atom.All(IsAtomText));

    private static bool IsAtomText(char c) =>
        char.IsAsciiLetterOrDigit(c) || AtomSpecials.Contains(c, StringComparison.Ordinal) || (c >= 0xA0 && !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned));

    private static string? AsciiDomain(string domain)
    {
        if (domain.Length > 253 || !domain.Contains('.', StringComparison.Ordinal))
            return null;
        try
        {
            var ascii = Idn.GetAscii(domain).ToLowerInvariant();
            var labels = ascii.Split('.');
            return ascii.Length <= 253 && labels.All(l => l.Length is > 0 and <= 63) && !labels[^1].All(char.IsAsciiDigit) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
