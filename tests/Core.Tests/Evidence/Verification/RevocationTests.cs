using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence.Verification;

/// <summary>What an issuer says of its certificate goes into the evidence, and is read again without a network.</summary>
[Collection(nameof(ByThemselves))]
public sealed class RevocationTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task The_responders_answer_stands_in_the_evidence(DatabaseProvider provider)
    {
        var report = await ReportAsync(provider, _ => { });

        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        var said = report.Findings.Single(f => f.Code == "not-revoked");
        said.Kind.ShouldBe(FindingKind.Established);
        said.Sentence.ShouldContain("selon la réponse OCSP de « Racine de Ville de Montrevel-sur-Loire », jointe aux preuves.");
        report.Findings.ShouldNotContain(f => f.Code == "no-revocation-data");
    }

    [Fact]
    public async Task Without_a_responder_the_list_is_taken()
    {
        var report = await ReportAsync(DatabaseProvider.Sqlite, r => r.ServesOcsp = false);

        report.Findings.Single(f => f.Code == "not-revoked").Sentence.ShouldContain("selon la liste de révocation de");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Without_an_answer_it_is_issued_and_says_so(bool nonsense)
    {
        var report = await ReportAsync(DatabaseProvider.Sqlite, r =>
        {
            (r.ServesOcsp, r.ServesList) = (nonsense, nonsense);
            r.Instead = nonsense ? () => [0x30, 0x03, 0x0A, 0x01, 0x00] : null;
        });

        report.Outcome.ShouldBe(VerificationOutcome.Whole);
        report.Findings.Single(f => f.Code == "no-revocation-data").Sentence.ShouldContain("Aucune donnée de révocation n’est jointe pour le certificat « Ville de Montrevel-sur-Loire »");
        report.Findings.ShouldNotContain(f => f.Code == "not-revoked");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_certificate_revoked_before_it_signed_is_refused(bool ocsp)
    {
        var report = await ReportAsync(DatabaseProvider.Sqlite, r => (r.ServesOcsp, r.RevokedAt) = (ocsp, TimeProvider.System.GetUtcNow().AddDays(-1)));

        report.Outcome.ShouldBe(VerificationOutcome.Refused);
        report.Findings.Single(f => f.Kind == FindingKind.Fault).Code.ShouldBe("revoked");
    }

    /// <summary>Who stole the key says that it signed while the certificate was good; the authority says when it signed.</summary>
    [Fact]
    public async Task A_certificate_revoked_before_its_signature_was_timestamped_is_refused_whatever_instant_the_evidence_bears()
    {
        await using var responder = OpensslResponder.Start();
        responder.RevokedAt = TimeProvider.System.GetUtcNow().AddDays(-1);
        await using var world = await WorldAsync(DatabaseProvider.Sqlite, responder);
        var honest = EvidenceFile.Read((await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Evidence)!.Evidence;
        var certificate = world.RunSync((SigningCertificate c) => c);
        var unsigned = AttestationPage.Write(EvidenceFile.Sign(honest with { IssuedAt = honest.IssuedAt.AddDays(-30) }, certificate), certificate.Certificate);

        var report = AttestationVerifier.Verify(unsigned.With(await world.RunAsync((ITimestampAuthority authority) => Signature.MakeTimestampedAsync(certificate, unsigned.ToSign, authority, default))));

        report.Outcome.ShouldBe(VerificationOutcome.Refused);
        report.Findings.Select(f => f.Code).ShouldContain("revoked");
    }

    [Fact]
    public async Task A_responder_that_the_issuer_named_answers_for_it()
    {
        var report = await ReportAsync(DatabaseProvider.Sqlite, r => r.Delegates = true);

        report.Findings.Single(f => f.Code == "not-revoked").Sentence.ShouldContain("selon la réponse OCSP de");
    }

    /// <summary>Of the issuer's certificates, only those that say so may answer.</summary>
    [Fact]
    public async Task Another_certificate_of_the_issuer_answers_nothing()
    {
        var report = await ReportAsync(DatabaseProvider.Sqlite, r => (r.Delegates, r.DelegateIsNamed, r.ServesList) = (true, false, false));

        report.Findings.ShouldContain(f => f.Code == "no-revocation-data");
        report.Findings.ShouldNotContain(f => f.Code == "not-revoked");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_authority_that_timestamps_is_asked_about_too(bool ocsp)
    {
        await using var responder = OpensslResponder.Start("l’État");
        responder.ServesOcsp = ocsp;
        await using var authority = OpensslAuthority.Start(issuer: responder);
        await using var world = await TimestampedAsync(authority);
        var conversation = await Exchanges.SentAsync(world);

        var report = AttestationVerifier.Verify((await world.IssueAsync(conversation.Id)).Value.Pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        report.Findings.Single(f => f.Code == "not-revoked").Sentence.ShouldStartWith("Le certificat « Horodatage d'essai » n’était pas révoqué le ");

        responder.TimestampingRevokedAt = TimeProvider.System.GetUtcNow().AddDays(-1);
        world.Clock.Advance(TimeSpan.FromDays(2));
        var revoked = AttestationVerifier.Verify((await world.IssueAsync(conversation.Id)).Value.Pdf);
        revoked.Outcome.ShouldBe(VerificationOutcome.Refused);
        revoked.Findings.First(f => f.Kind == FindingKind.Fault).Code.ShouldBe("revoked");
    }

    [Fact]
    public async Task The_authority_that_renews_a_timestamp_is_asked_about_too()
    {
        await using var responder = OpensslResponder.Start("l’État");
        await using var authority = OpensslAuthority.Start(issuer: responder);
        await using var world = await TimestampedAsync(authority);
        var conversation = await Exchanges.SentAsync(world);
        await world.InScopeAsync(s => new SealFacts(s.GetRequiredService<VaguemestreDb>(), s.GetRequiredService<BuiltInAuthority>(), world.Clock).RunAsync(null, default));
        var seals = await world.QueryAsync(db => db.Seals.CountAsync());
        (await world.RunAsync((RenewTimestamps o) => o.RunAsync(all: true, default))).Waiting.ShouldBeNull();

        var report = AttestationVerifier.Verify((await world.IssueAsync(conversation.Id)).Value.Pdf);

        report.Findings.Single(f => f.Code == "not-revoked").Sentence.ShouldStartWith("Le certificat « Horodatage d'essai » n’était pas révoqué le ");
        (await world.QueryAsync(db => db.Seals.CountAsync())).ShouldBe(seals, "the built-in authority alone sealed");
    }

    [Fact]
    public async Task An_answer_is_kept_until_the_next_one_is_due_and_a_silence_for_minutes()
    {
        await using var responder = OpensslResponder.Start();
        await using var world = await WorldAsync(DatabaseProvider.Sqlite, responder);
        var conversation = await Exchanges.SentAsync(world);
        responder.Instead = () => new byte[1024 * 1024];
        await world.IssueAsync(conversation.Id);
        await world.IssueAsync(conversation.Id);
        responder.Asked.ShouldBe(2); // the responder, then the list: neither answer is taken, whatever its size

        responder.Instead = null;
        world.Clock.Advance(TimeSpan.FromMinutes(6));
        await world.IssueAsync(conversation.Id);
        await world.IssueAsync(conversation.Id);

        responder.Asked.ShouldBe(3);
    }

    /// <summary>The signature covers the issuer's word as everything else.</summary>
    [Fact]
    public async Task Without_its_revocation_data_the_evidence_is_not_what_was_signed()
    {
        await using var responder = OpensslResponder.Start();
        await using var world = await WorldAsync(DatabaseProvider.Sqlite, responder);
        var file = Exchanges.EvidenceOf((await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Pdf);
        var evidence = System.Text.Json.Nodes.JsonNode.Parse(file)!;
        evidence["evidence"]!.AsObject().Remove("revocations").ShouldBeTrue();

        var report = AttestationVerifier.Verify(System.Text.Encoding.UTF8.GetBytes(Core.Journal.CanonicalJson.Write(evidence)));

        report.Findings.Select(f => f.Code).ShouldContain("evidence-signature");
        report.Outcome.ShouldBe(VerificationOutcome.Refused);
    }

    private static async Task<VerificationReport> ReportAsync(DatabaseProvider provider, Action<OpensslResponder> configure)
    {
        await using var responder = OpensslResponder.Start();
        configure(responder);
        await using var world = await WorldAsync(provider, responder);
        return AttestationVerifier.Verify((await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Pdf);
    }

    private static async Task<TestWorld> TimestampedAsync(OpensslAuthority authority)
    {
        var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s => s.Timestamping.Url = authority.Url);
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        return world;
    }

    private static async Task<TestWorld> WorldAsync(DatabaseProvider provider, OpensslResponder responder)
    {
        var world = await TestWorld.CreateAsync(provider, s => (s.Signing.CertificateFile, s.Signing.Password) = (responder.SigningFile, OpensslResponder.Password));
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        return world;
    }
}
