using Microsoft.EntityFrameworkCore;

namespace Vaguemestre.Core.Consultations;

/// <summary>What may be wrong with an address that is one. It never keeps a letter from leaving.</summary>
/// <param name="Suggestion">The address that was probably meant; null when nothing like it is known.</param>
/// <param name="Domain">What DNS says of its domain.</param>
public sealed record AddressHint(string? Suggestion, MailDomain Domain);

/// <summary>
/// Finds addresses with a likely typo in their domain, or with a domain that takes no mail. A domain is right when it is common,
/// or when it stands in a register of the consultation other than what agents typed before.
/// </summary>
public sealed class HintAddresses(ReadRegisters registers, MailDomains dns)
{
    private static readonly System.Globalization.IdnMapping Idn = new();

    /// <returns>The addresses about which there is something to say, each as it was given.</returns>
    public async Task<IReadOnlyDictionary<string, AddressHint>> RunAsync(Consultation consultation, IReadOnlyCollection<string> emails, CancellationToken cancel)
    {
        var domains = emails.Distinct(StringComparer.Ordinal).Select(e => (Email: e, Domain: DomainOf(e))).ToList();
        if (domains.Count == 0)
            return new Dictionary<string, AddressHint>(StringComparer.Ordinal);
        HashSet<string> known = [.. CommonDomains.All, .. await OfRegistersAsync(consultation, cancel)];
        var states = await dns.AskAsync(domains.Select(d => d.Domain), cancel);
        var guesses = domains.Select(d => d.Domain).Distinct(StringComparer.Ordinal).ToDictionary(d => d, d => DomainTypos.Guess(Readable(d), known), StringComparer.Ordinal);
        var hints = new Dictionary<string, AddressHint>(StringComparer.Ordinal);
        foreach (var (email, domain) in domains)
        {
            var state = states.GetValueOrDefault(domain);
            if (guesses[domain] is { } guess)
                hints[email] = new AddressHint(email[..(email.LastIndexOf('@') + 1)] + guess, state);
            else if (state is MailDomain.DoesNotExist or MailDomain.TakesNoMail)
                hints[email] = new AddressHint(null, state);
        }

        return hints;
    }

    private async Task<List<string>> OfRegistersAsync(Consultation consultation, CancellationToken cancel)
    {
        var domains = await registers.All(consultation).Where(c => c.Email != null && c.Register != Register.FreeEntries)
            .Select(c => c.Email!.Substring(c.Email.IndexOf("@"))).Distinct().OrderBy(d => d).ToListAsync(cancel);
        return [.. domains.Select(d => Readable(DomainOf("x" + d))).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>As a person spells it: in A-labels, one letter is many.</summary>
    private static string Readable(string domain) => domain.Contains("xn--", StringComparison.Ordinal) ? Idn.GetUnicode(domain) : domain;

    private static string DomainOf(string email)
    {
        var folded = EmailAddress.Fold(email);
        return folded[(folded.LastIndexOf('@') + 1)..];
    }
}
