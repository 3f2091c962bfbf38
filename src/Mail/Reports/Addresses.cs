using System.Text.RegularExpressions;
using MimeKit.Utils;

namespace Vaguemestre.Mail.Reports;

/// <summary>Finds the recipients that a notice speaks of, each with the lines that concern it.</summary>
internal static partial class Addresses
{
    private const int MaxRecipients = 1_000, MaxBlockLines = 20, MaxLine = 1_000;

    private static readonly Phrases Labels = Phrases.Load("recipient-labels");

    private static readonly string[] Machines = ["postmaster", "mailer-daemon", "mailerdaemon", "abuse", "support", "helpdesk", "help", "noreply", "no-reply", "hostmaster", "webmaster"];

    /// <param name="failed">X-Failed-Recipients, where the mail has it.</param>
    /// <param name="others">Addresses that are no recipient's unless a line says so: the bounce's sender and receiver.</param>
    /// <param name="domain">The domain of the server that speaks.</param>
    /// <param name="returned">To of the mail that is brought back: whom the notice means where it names nobody.</param>
    public static List<(string Address, string Block)> In(Notice notice, string? failed, IReadOnlyCollection<string> others, string? domain, IEnumerable<string> returned)
    {
        var lines = notice.Lines;
        var named = new List<(string Address, int Line)>();
        for (var i = 0; i < lines.Count && named.Count < MaxRecipients; i++)
        {
            if (OnItsOwnLine(lines[i]) is { } address)
                named.Add((address, i));
        }

        var wanted = All(failed ?? "").ToList();
        if (wanted.Count == 0)
            wanted = [.. named.Select(n => n.Address)];
        if (wanted.Count == 0)
            wanted = [.. lines.SelectMany(line => Spoken().Matches(Cut(line)).Select(m => m.Groups["address"].Value)).Where(a => !IsMachine(a) && !others.Contains(a, StringComparer.OrdinalIgnoreCase))];
        if (wanted.Count == 0)
            wanted = [.. lines.Where(line => !OtherPeople().IsMatch(Cut(line))).SelectMany(All).Where(a => !IsMachine(a) && !others.Contains(a, StringComparer.OrdinalIgnoreCase)).Take(1)];
        if (wanted.Count == 0)
            wanted = [.. Nameless(lines, domain).Take(10)];
        if (wanted.Count == 0)
            wanted = [.. returned.Take(1)];
        return [.. wanted.Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxRecipients).Select(address => (address, Block(address, lines, named)))];
    }

    /// <summary>Every address of a text.</summary>
    public static IEnumerable<string> All(string text) => Anywhere().Matches(Cut(text)).Select(m => Clean(m.Groups["address"].Value));

    /// <summary>The address that a line is about: it begins with it, or with a label such as « Recipient: ».</summary>
    private static string? OnItsOwnLine(string line)
    {
        var cut = Cut(line);
        if (Anywhere().Match(cut) is not { Success: true } found)
            return null;
        var label = Phrases.Fold(cut[..found.Index]).Trim(' ', ':', '<', '\'', '"', '*', '-', '>', '•', '·', ';', '(', '[', '.', '=', '/');
        var address = Clean(found.Groups["address"].Value);
        if (IsMachine(address) || (label.Length > 0 && !Labels.Is("Label", label) && !label.EndsWith("smtp=", StringComparison.Ordinal) && !label.EndsWith("dda:smtp", StringComparison.Ordinal)))
            return null;
        return address;
    }

    private static string Block(string address, IReadOnlyList<string> lines, List<(string Address, int Line)> named)
    {
        // The first naming often is a mere list, and the details stand at a later one: all of them are its block.
        var block = new List<string>();
        var end = 0;
        foreach (var (_, line) in named.Where(n => n.Address.Equals(address, StringComparison.OrdinalIgnoreCase) && block.Count < MaxBlockLines))
        {
            if (line < end)
                continue;
            end = named.Where(n => n.Line > line && !n.Address.Equals(address, StringComparison.OrdinalIgnoreCase)).Select(n => n.Line).FirstOrDefault(lines.Count);
            block.AddRange(lines.Take(end).Skip(line).Take(MaxBlockLines - block.Count));
        }

        return string.Join('\n', block).Trim();
    }

    /// <summary>AOL and others name their own users without a domain, each on a line of its own.</summary>
    private static IEnumerable<string> Nameless(IReadOnlyList<string> lines, string? domain) =>
        domain is null ? [] : lines.SkipWhile(line => !line.TrimEnd().EndsWith(':')).Skip(1).Where(line => LoneWord().IsMatch(Cut(line))).Select(line => line.Trim() + "@" + domain);

    private static string Cut(string line) => line.Length > MaxLine ? line[..MaxLine] : line;

    private static string Clean(string address) => address.TrimEnd('.', '-');

    private static bool IsMachine(string address) => Machines.Contains(address[..Math.Max(0, address.LastIndexOf('@'))], StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("""(?<address>(?:"[^"@\r\n]{1,64}"|[^\s<>()\[\],;:"'|\\@=]{1,64}(?:=[^\s<>()\[\],;:"'|\\@]{1,64})?)@[\p{L}\p{N}_](?:[\p{L}\p{N}._-]{0,250}[\p{L}\p{N}])?)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Anywhere();

    /// <summary>In a sentence: « RCPT TO:&lt;a@b&gt; », « to a@b », « user a@b ».</summary>
    [GeneratedRegex("""(^|[^\p{L}])(to|for|user|userid|address|recipients?|errors|generated from|pour|destinataire|à|an|a|para|aan|naar|indirizzo|all'indirizzo|adresse|adres|dirección|endereço|для)[ :]{1,3}['"<(]{0,2}(mailto:)?(?<address>[^\s<>()\[\],;:"'|\\@]{1,64}@[\p{L}\p{N}_]([\p{L}\p{N}._-]{0,250}[\p{L}\p{N}])?)""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Spoken();

    [GeneratedRegex(@"^[ \t]+[A-Za-z0-9][A-Za-z0-9._-]{1,63}[ \t]*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LoneWord();

    [GeneratedRegex("(^|[^a-z])(from|sender|contact|assistance|hello|de|von|mail from)[ :]", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex OtherPeople();
}
