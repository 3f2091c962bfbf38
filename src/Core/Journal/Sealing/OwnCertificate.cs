using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>
/// A key of the platform's own and the certificate that it signed itself, made on first use under <c>keys/</c> in the data directory,
/// readable by the service's user only. Belongs in the backup: with another key, what comes later is signed by somebody else.
/// </summary>
public static class OwnCertificate
{
    private const int Years = 30;

    public static X509Certificate2 Read(string dataDirectory, string name, DateTimeOffset now, Func<ECDsa, CertificateRequest> request)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(dataDirectory, "keys")).FullName, name + ".pfx");
        if (!File.Exists(path))
            Make(path, now, request);
        return X509CertificateLoader.LoadPkcs12FromFile(path, password: null, X509KeyStorageFlags.EphemeralKeySet);
    }

    /// <summary>Two processes that start together end with one key: the file appears whole, once.</summary>
    private static void Make(string path, DateTimeOffset now, Func<ECDsa, CertificateRequest> request)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = request(key).CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        var draft = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
            file.Write(certificate.Export(X509ContentType.Pkcs12));
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
