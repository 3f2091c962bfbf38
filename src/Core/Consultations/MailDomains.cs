using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Caching.Memory;

namespace Vaguemestre.Core.Consultations;

/// <summary>What DNS says of a domain that mail is to go to.</summary>
public enum MailDomain
{
    /// <summary>DNS did not answer, or was not asked: nothing can be said.</summary>
    Unknown,

    /// <summary>It names servers for its mail, or is itself a host (RFC 5321 §5.1).</summary>
    TakesMail,

    /// <summary>No such domain (NXDOMAIN).</summary>
    DoesNotExist,

    /// <summary>It says that it takes no mail (RFC 7505), or has neither MX nor address.</summary>
    TakesNoMail,
}

/// <summary>
/// Asks DNS whether a domain takes mail. Not a verdict on an address: a domain that takes mail may refuse the mailbox. What was
/// answered is kept for an hour, silence for a minute; a caller waits for a second and a half at most.
/// </summary>
public sealed class MailDomains : IDisposable
{
    public const string Off = "off";

    private const int MostKept = 10_000;
    private const int MostAtOnce = 8;

    private static readonly TimeSpan
        Patience = TimeSpan.FromSeconds(1.5),
        AnswerPatience = TimeSpan.FromSeconds(1),
        KeepAnswer = TimeSpan.FromHours(1),
        KeepSilence = TimeSpan.FromMinutes(1);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly SemaphoreSlim atOnce = new(MostAtOnce);
    private readonly Lazy<LookupClient?> client;

    public MailDomains(Settings settings) => client = new Lazy<LookupClient?>(() => ClientOf(settings.Recipients.DnsServer));

    /// <summary>What is known within the wait of each domain; <see cref="MailDomain.Unknown"/> for the rest, which the next call may know.</summary>
    /// <param name="domains">In A-labels, lower case.</param>
    public async Task<IReadOnlyDictionary<string, MailDomain>> AskAsync(IEnumerable<string> domains, CancellationToken cancel)
    {
        if (client.Value is not { } dns)
            return new Dictionary<string, MailDomain>(StringComparer.Ordinal);
        var answers = domains.Distinct(StringComparer.Ordinal).ToDictionary(d => d, d => AskOnce(dns, d), StringComparer.Ordinal);
        try
        {
            await Task.WhenAll(answers.Values).WaitAsync(Patience, cancel);
        }
        catch (TimeoutException)
        {
            // Those that came are said, the others go on for the next time.
        }

        return answers.Where(a => a.Value.IsCompletedSuccessfully).ToDictionary(a => a.Key, a => a.Value.Result, StringComparer.Ordinal);
    }

    public void Dispose()
    {
        cache.Dispose();
        atOnce.Dispose();
    }

    /// <summary>The question is kept before it is answered, so that a dead server is asked once; the answer decides how long it stays.</summary>
    private Task<MailDomain> AskOnce(LookupClient dns, string domain)
    {
        if (cache.TryGetValue(domain, out Task<MailDomain>? known))
            return known!;
        var asked = AskAndKeepAsync(dns, domain);
        if (!asked.IsCompleted)
            Keep(domain, asked, KeepSilence);
        return asked;
    }

    private async Task<MailDomain> AskAndKeepAsync(LookupClient dns, string domain)
    {
        await Task.Yield();
        var answer = await AskAsync(dns, domain);
        if (answer != MailDomain.Unknown)
            Keep(domain, Task.FromResult(answer), KeepAnswer);
        return answer;
    }

    private void Keep(string domain, Task<MailDomain> answer, TimeSpan time) =>
        _ = cache.Set(domain, answer, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = time });

    private async Task<MailDomain> AskAsync(LookupClient dns, string domain)
    {
        await atOnce.WaitAsync();
        try
        {
            var mx = await dns.QueryAsync(domain, QueryType.MX);
            if (mx.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                return MailDomain.DoesNotExist;
            if (mx.HasError)
                return MailDomain.Unknown;
            var servers = mx.Answers.MxRecords().ToList();
            if (servers.Count > 0)
                return servers is [{ Exchange.Value: "." }] ? MailDomain.TakesNoMail : MailDomain.TakesMail;
            return await HasAddressAsync(dns, domain) switch
            {
                true => MailDomain.TakesMail,
                false => MailDomain.TakesNoMail,
                null => MailDomain.Unknown,
            };
        }
        catch (Exception silence) when (silence is DnsResponseException or System.Net.Sockets.SocketException or InvalidOperationException or ArgumentException)
        {
            return MailDomain.Unknown;
        }
        finally
        {
            atOnce.Release();
        }
    }

    private static async Task<bool?> HasAddressAsync(LookupClient dns, string domain)
    {
        var answers = await Task.WhenAll(dns.QueryAsync(domain, QueryType.A), dns.QueryAsync(domain, QueryType.AAAA));
        if (answers.Any(a => a.Answers.OfType<AddressRecord>().Any()))
            return true;
        return answers.Any(a => a.HasError) ? null : false;
    }

    /// <summary>Who is asked, by the setting <c>Recipients:DnsServer</c>; null when it is <see cref="Off"/>.</summary>
    internal static LookupClient? ClientOf(string server)
    {
        if (server == Off)
            return null;
        var options = server.Length == 0 ? new LookupClientOptions() : new LookupClientOptions(EndPointOf(server));
        (options.Timeout, options.Retries, options.UseCache, options.UseTcpFallback) = (AnswerPatience, 0, false, true);
        return new LookupClient(options);
    }

    private static IPEndPoint EndPointOf(string server)
    {
        var given = IPEndPoint.Parse(server);
        return given.Port == 0 ? new IPEndPoint(given.Address, NameServer.DefaultPort) : given;
    }
}
