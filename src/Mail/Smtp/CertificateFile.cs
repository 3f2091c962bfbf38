using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Vaguemestre.Mail.Smtp;

/// <summary>
/// A server's certificate with its key, read from disk: PEM (certificate first, then its issuers; the key in the same file or one of
/// its own), or PKCS#12 without password. One renewed on disk is taken up within a minute; one that cannot be read leaves the old in use.
/// </summary>
public sealed class CertificateFile
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly string _certificate;
    private readonly string? _key;
    private readonly TimeProvider _clock;
    private readonly Action<Exception>? _faulted;
    private readonly Lock _lock = new();
    private byte[] _digest = [];
    private long _readAt;
    private SslStreamCertificateContext _context;

    private CertificateFile(string certificate, string? key, TimeProvider clock, Action<Exception>? faulted)
    {
        (_certificate, _key, _clock, _faulted) = (certificate, key, clock, faulted);
        _context = Read()!;
    }

    /// <param name="certificate">Path of the PEM or PKCS#12 file.</param>
    /// <param name="key">Path of the PEM key; null or empty when the first file holds it.</param>
    /// <param name="clock">Measures the minute.</param>
    /// <param name="faulted">Hears of a renewed certificate that cannot be used.</param>
    /// <exception cref="InvalidDataException">A file cannot be read, is neither form, or the key is another certificate's.</exception>
    public static CertificateFile Open(string certificate, string? key, TimeProvider clock, Action<Exception>? faulted = null) =>
        new(certificate, string.IsNullOrEmpty(key) ? null : key, clock, faulted);

    /// <summary>The certificate as it stands on disk, or stood a minute ago at most.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_clock.GetElapsedTime(_readAt) < Period)
                return _context;
            try
            {
                _context = Read() ?? _context;
            }
            catch (InvalidDataException fault)
            {
                _faulted?.Invoke(fault);
            }

            return _context;
        }
    }

    /// <summary>Null when the files hold what they held. Contents are compared, not times: links are turned without any file changing.</summary>
    private SslStreamCertificateContext? Read()
    {
        _readAt = _clock.GetTimestamp();
        try
        {
            var certificate = File.ReadAllBytes(_certificate);
            var key = _key is null ? certificate : File.ReadAllBytes(_key);
            var digest = SHA256.HashData([.. certificate, .. key]);
            if (digest.AsSpan().SequenceEqual(_digest))
                return null;
            var context = certificate.AsSpan().IndexOf("-----BEGIN"u8) >= 0 ? FromPem(certificate, key) : FromPkcs12(certificate);
            _digest = digest;
            return context;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    private static SslStreamCertificateContext FromPem(byte[] certificate, byte[] key)
    {
        var text = Encoding.UTF8.GetString(certificate);
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPem(text);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(text, Encoding.UTF8.GetString(key)), issuers, offline: true);
    }

    private static SslStreamCertificateContext FromPkcs12(byte[] store)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(store, password: null);
        var own = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("The file holds no certificate with its key.");
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }
}
