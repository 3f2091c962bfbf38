using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace Vaguemestre.Mail.Composition;

/// <summary>
/// An address that can safely stand in a command or a header (RFC 5321 §4.1.2, RFC 6531 §3.3). Its domain is in A-labels, so
/// that only a non-ASCII local part asks for SMTPUTF8. Whether the mailbox exists, or pleases a form, is not decided here.
/// </summary>
internal sealed record AddressSpec
{
    private const string AtomSpecials = "()<>[]:;@\\,\"";
    private static readonly SearchValues<char> PlainDomain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    private AddressSpec(string local, string domain) => (Local, Domain) = (local, domain);

    public string Local { get; }

    public string Domain { get; }

    /// <summary>RFC 6531: only a server that offers SMTPUTF8 can take it.</summary>
    public bool NeedsSmtpUtf8 => !Ascii.IsValid(Local);

    public override string ToString() => $"{Local}@{Domain}";

    /// <summary>Reads a bare address, without angle brackets.</summary>
    /// <exception cref="ArgumentException">Not an address; the message names the field.</exception>
    public static AddressSpec Parse(string address, string field)
    {
        Field.Line(address, field);
        var at = address.LastIndexOf('@');
        if (at < 1 || at == address.Length - 1)
            throw new ArgumentException($"{field} is not an address: write it as name@domain.", field);
        var local = address[..at];
        if (Encoding.UTF8.GetByteCount(local) > 64 || !(IsDotAtoms(local) || IsQuoted(local)))
            throw new ArgumentException($"{field} is not an address: what stands before @ is not allowed by RFC 5321 (at most 64 bytes, no space, no empty part between dots).", field);
        return new AddressSpec(local, ParseDomain(address[(at + 1)..], field));
    }

    private static bool IsDotAtoms(string local) =>
        local.Split('.').All(atom => atom.Length > 0 && !atom.Any(c => char.IsWhiteSpace(c) || AtomSpecials.Contains(c)));

    private static bool IsQuoted(string local)
    {
        if (local.Length < 3 || local[0] != '"' || local[^1] != '"')
            return false;
        for (var i = 1; i < local.Length - 1; i++)
        {
            if (local[i] == '"' || (local[i] == '\\' && ++i == local.Length - 1))
                return false;
        }

        return true;
    }

    private static string ParseDomain(string domain, string field)
    {
        if (domain is ['[', .., ']'] && IPAddress.TryParse(domain[1..^1].Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase), out _))
            return domain;
        var ascii = domain;
        try
        {
            // Most names are A-labels already; asking ICU costs microseconds.
            if (domain.AsSpan().ContainsAnyExcept(PlainDomain) || domain.Contains("--", StringComparison.Ordinal))
                ascii = Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            ascii = "";
        }

        var labels = ascii.Split('.');
        var sound = ascii.Length <= 253 && labels.All(label =>
            label is { Length: > 0 and <= 63 } && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        return sound ? ascii : throw new ArgumentException($"{field} is not an address: what follows @ is not a domain name.", field);
    }
}
