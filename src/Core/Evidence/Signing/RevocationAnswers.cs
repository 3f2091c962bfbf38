using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace Vaguemestre.Core.Evidence.Signing;

/// <summary>
/// Asks the issuers of certificates whether they are revoked, where a certificate says where to ask: OCSP first, else the list. An answer is kept
/// until its next one is due, a silence for a few minutes. Nothing that issues an attestation waits for it longer than <see cref="Patience"/>.
/// </summary>
public sealed class RevocationAnswers(TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 512 * 1024, MostKept = 200;
    private const string DistributionPoints = "2.5.29.31", AuthorityInformation = "1.3.6.1.5.5.7.1.1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Silence = TimeSpan.FromMinutes(5), Longest = TimeSpan.FromDays(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(3), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    private readonly ConcurrentDictionary<string, (EvidenceRevocation? Answer, DateTimeOffset Until)> _kept = new(StringComparer.Ordinal);

    public void Dispose() => _http.Dispose();

    /// <summary>Where a certificate says to ask.</summary>
    internal static (IReadOnlyList<Uri> Ocsp, IReadOnlyList<Uri> Lists) Places(X509Certificate2 certificate)
    {
        try
        {
            var information = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == AuthorityInformation);
            var points = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == DistributionPoints);
            return (
                information is null ? [] : Web(new X509AuthorityInformationAccessExtension(information.RawData).EnumerateOcspUris()),
                points is null ? [] : Web(CrlDistPoint.GetInstance(Asn1Object.FromByteArray(points.RawData)).GetDistributionPoints().SelectMany(Names)));
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException or IOException or InvalidCastException)
        {
            return ([], []);
        }
    }

    /// <param name="paths">Certificates towards their roots, each issued by the next.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>One answer a certificate that has one, in the order of the paths.</returns>
    internal async Task<IReadOnlyList<EvidenceRevocation>> OfAsync(IEnumerable<IReadOnlyList<X509Certificate2>> paths, CancellationToken cancel)
    {
        var asked = paths.SelectMany(path => path.Zip(path.Skip(1))).DistinctBy(c => Certificates.FingerprintOf(c.First)).Select(c => OfAsync(c.First, c.Second, cancel));
        return [.. (await Task.WhenAll(asked)).OfType<EvidenceRevocation>()];
    }

    private static IEnumerable<string> Names(DistributionPoint point) =>
        point.DistributionPointName is { Type: DistributionPointName.FullName } name
            ? GeneralNames.GetInstance(name.Name).GetNames().Where(n => n.TagNo == GeneralName.UniformResourceIdentifier).Select(n => ((IAsn1String)n.Name).GetString())
            : [];

    private static IReadOnlyList<Uri> Web(IEnumerable<string> places) =>
        [.. places.Select(p => Uri.TryCreate(p, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null).OfType<Uri>().Take(3)];

    private async Task<EvidenceRevocation?> OfAsync(X509Certificate2 certificate, X509Certificate2 issuer, CancellationToken cancel)
    {
        var (ocsp, lists) = Places(certificate);
        if (ocsp.Count + lists.Count == 0)
            return null;
        var (name, now) = (Certificates.FingerprintOf(certificate), clock.GetUtcNow());
        if (_kept.TryGetValue(name, out var kept) && kept.Until > now)
            return kept.Answer;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        var found = await AskAsync(name, certificate, issuer, ocsp, lists, patience.Token);
        cancel.ThrowIfCancellationRequested();
        if (_kept.Count >= MostKept)
            _kept.Clear();
        _kept[name] = (found?.Answer, found is { Until: { } until } ? Earlier(until, now + Longest) : now + Silence);
        return found?.Answer;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private async Task<(EvidenceRevocation Answer, DateTimeOffset? Until)?> AskAsync(
        string name, X509Certificate2 certificate, X509Certificate2 issuer, IReadOnlyList<Uri> ocsp, IReadOnlyList<Uri> lists, CancellationToken cancel)
    {
        foreach (var (kind, place) in ocsp.Select(p => (RevocationStatement.Ocsp, p)).Concat(lists.Select(p => (RevocationStatement.Crl, p))))
        {
            if (await FetchAsync(kind, place, certificate, issuer, cancel) is { } der && RevocationStatement.Read(kind, der, certificate, issuer) is { } statement
                && !(statement.Until < clock.GetUtcNow()))
                return (new EvidenceRevocation(name, kind, Convert.ToBase64String(der)), statement.Until);
        }

        return null;
    }

    private async Task<byte[]?> FetchAsync(string kind, Uri place, X509Certificate2 certificate, X509Certificate2 issuer, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place);
        if (kind == RevocationStatement.Ocsp)
        {
            request.Method = HttpMethod.Post;
            request.Content = new ByteArrayContent(RevocationStatement.Request(certificate, issuer)) { Headers = { ContentType = new MediaTypeHeaderValue("application/ocsp-request") } };
        }

        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsByteArrayAsync(cancel) : null;
        }
        catch (Exception silent) when (silent is HttpRequestException or IOException or OperationCanceledException)
        {
            return null; // the attestation is issued without, and says so when it is verified
        }
    }
}
