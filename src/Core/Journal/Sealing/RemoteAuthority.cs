using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>
/// An authority asked over HTTP (RFC 3161 §3.4). Waits and reads no longer than what follows. One that did not answer in time is not asked again
/// for a while: who would wait for it meanwhile is told at once.
/// </summary>
public sealed class RemoteAuthority : ITimestampAuthority, IDisposable
{
    private const int LongestAnswer = 128 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15), Rest = TimeSpan.FromMinutes(1);

    private readonly TimestampingSettings _settings;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private long _silentUntil;

    public RemoteAuthority(TimestampingSettings settings, TimeProvider clock)
        : this(settings, clock, Patience)
    {
    }

    internal RemoteAuthority(TimestampingSettings settings, TimeProvider clock, TimeSpan patience)
    {
        (_settings, _clock) = (settings, clock);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = patience,
            MaxResponseContentBufferSize = LongestAnswer,
        };
        if (!string.IsNullOrEmpty(settings.UserName))
            _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.UserName}:{settings.Password}")));
    }

    public async Task<byte[]> StampAsync(byte[] sha256, CancellationToken cancel)
    {
        var request = Rfc3161TimestampRequest.CreateFromHash(
            sha256, HashAlgorithmName.SHA256, _settings.PolicyOid is { Length: > 0 } policy ? new Oid(policy) : null, RandomNumberGenerator.GetBytes(16), requestSignerCertificates: true);
        try
        {
            var token = request.ProcessResponse(await AskAsync(request.Encode(), cancel), out _);
            return token.VerifySignatureForHash(sha256, HashAlgorithmName.SHA256, out _)
                ? token.AsSignedCms().Encode()
                : throw new TimestampingException("Le jeton de l'autorité d'horodatage ne porte pas sur l'empreinte demandée, ou sa signature est fausse.");
        }
        catch (CryptographicException refusal)
        {
            throw new TimestampingException($"L'autorité d'horodatage a refusé, ou n'a pas donné de jeton valable : {refusal.Message}", refusal);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> AskAsync(byte[] query, CancellationToken cancel)
    {
        if (_clock.GetUtcNow().UtcTicks < Interlocked.Read(ref _silentUntil))
            throw new TimestampingException("L'autorité d'horodatage n'a pas répondu à temps il y a moins d'une minute : elle n'est pas redemandée aussitôt.");
        using var content = new ByteArrayContent(query) { Headers = { ContentType = new MediaTypeHeaderValue("application/timestamp-query") } };
        try
        {
            using var answer = await _http.PostAsync(_settings.Url, content, cancel);
            return answer.StatusCode == HttpStatusCode.OK
                ? await answer.Content.ReadAsByteArrayAsync(cancel)
                : throw new TimestampingException($"L'autorité d'horodatage a répondu {(int)answer.StatusCode} au lieu d'un jeton.");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            if (fault is OperationCanceledException)
                Interlocked.Exchange(ref _silentUntil, (_clock.GetUtcNow() + Rest).UtcTicks);
            throw new TimestampingException($"L'autorité d'horodatage ne répond pas : {fault.GetBaseException().Message}", fault);
        }
    }
}
