using Microsoft.Extensions.Time.Testing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Mail.Tests.Smtp;

public sealed class CertificateFileTests : IDisposable
{
    private readonly TestCertificate _onDisk = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly List<Exception> _faults = [];

    public void Dispose() => _onDisk.Dispose();

    [Fact]
    public void A_certificate_is_read_in_each_of_its_forms()
    {
        ThumbprintOf(Open()).ShouldBe(_onDisk.Thumbprint);
        ThumbprintOf(CertificateFile.Open(_onDisk.BothFile, null, _clock)).ShouldBe(_onDisk.Thumbprint);
        ThumbprintOf(CertificateFile.Open(_onDisk.Pkcs12File, "", _clock)).ShouldBe(_onDisk.Thumbprint);
    }

    [Fact]
    public void What_is_no_certificate_with_its_key_is_refused()
    {
        using var other = new TestCertificate();
        Should.Throw<InvalidDataException>(() => CertificateFile.Open("/nulle/part.pem", null, _clock));
        Should.Throw<InvalidDataException>(() => CertificateFile.Open(_onDisk.CertificateFile, null, _clock));
        Should.Throw<InvalidDataException>(() => CertificateFile.Open(_onDisk.CertificateFile, other.KeyFile, _clock));
        Should.Throw<InvalidDataException>(() => CertificateFile.Open(_onDisk.KeyFile, _onDisk.KeyFile, _clock));
        File.WriteAllText(other.Pkcs12File, "ni l'un ni l'autre");
        Should.Throw<InvalidDataException>(() => CertificateFile.Open(other.Pkcs12File, null, _clock));
    }

    [Fact]
    public void A_renewed_certificate_is_taken_up_after_a_minute()
    {
        var file = Open();
        var first = _onDisk.Thumbprint;
        _onDisk.Write("mx.ville.test");
        ThumbprintOf(file).ShouldBe(first);
        _clock.Advance(TimeSpan.FromMinutes(1));
        ThumbprintOf(file).ShouldBe(_onDisk.Thumbprint);
    }

    [Fact]
    public void A_renewal_half_done_leaves_the_old_certificate_in_use_and_is_heard_of()
    {
        var file = Open();
        var first = _onDisk.Thumbprint;
        var oldKey = File.ReadAllText(_onDisk.KeyFile);
        _onDisk.Write("mx.ville.test");
        var newKey = File.ReadAllText(_onDisk.KeyFile);
        File.WriteAllText(_onDisk.KeyFile, oldKey);
        _clock.Advance(TimeSpan.FromMinutes(1));
        ThumbprintOf(file).ShouldBe(first);
        _faults.ShouldHaveSingleItem();

        File.WriteAllText(_onDisk.KeyFile, newKey);
        _clock.Advance(TimeSpan.FromMinutes(1));
        ThumbprintOf(file).ShouldBe(_onDisk.Thumbprint);
    }

    private CertificateFile Open() => CertificateFile.Open(_onDisk.CertificateFile, _onDisk.KeyFile, _clock, _faults.Add);

    private static string ThumbprintOf(CertificateFile file) => file.Current().TargetCertificate.Thumbprint;
}
