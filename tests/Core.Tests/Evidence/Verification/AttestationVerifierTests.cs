using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Pdf;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence.Verification;

public sealed class AttestationVerifierTests
{
    private static readonly string[] Reserved = ["authority-built-in", "no-trust", "self-signed", "self-signed"];

    [Theory, ClassData(typeof(Databases))]
    public async Task A_new_attestation_is_whole_with_the_reservations_of_the_defaults(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);

        var pdf = (await world.IssueAsync(conversation.Id)).Value.Pdf;

        foreach (var file in new[] { pdf, Exchanges.EvidenceOf(pdf) })
        {
            var report = AttestationVerifier.Verify(file);
            report.Findings.Where(f => f.Kind is FindingKind.Fault or FindingKind.NotSealed).ShouldBeEmpty();
            report.Outcome.ShouldBe(VerificationOutcome.Whole);
            report.Findings.Where(f => f.Kind == FindingKind.Reservation && f.Code is not ("timestamped-late" or "signature-not-dated")).Select(f => f.Code).Order().ShouldBe(Reserved);
            report.Attested!.Organisation.ShouldBe("Ville de Montrevel-sur-Loire");
            report.Attested.Told.Select(t => t.Label).ShouldBe(["Envoi", "Réception", "Lecture", "Réponse"]);
            report.Signers.Select(s => (s.Role, s.Name, s.SelfSigned, s.Trusted)).ShouldBe(
                [(SignerRole.Attestation, SigningCertificate.OwnName, true, null), (SignerRole.Timestamp, BuiltInAuthority.Name, true, null)]);
        }

        AttestationVerifier.Verify(pdf).Findings.Select(f => f.Code).ShouldBeSubsetOf(
            ["evidence-signature", "pdf-signature", "signature-timestamp", "chain", "seals", "pages", "timestamped-late", .. Reserved]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Certificates_that_are_trusted_leave_no_reservation_about_them(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        using var signing = new TestSigner("Ville de Montrevel-sur-Loire");
        await using var world = await TestWorld.CreateAsync(provider, s =>
        {
            s.Timestamping.Url = authority.Url;
            (s.Signing.CertificateFile, s.Signing.Password) = (signing.File, TestSigner.Password);
        });
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        var pdf = (await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Pdf;

        var trusting = AttestationVerifier.Verify(pdf, new VerificationOptions([signing.Root, X509CertificateLoader.LoadCertificateFromFile(authority.RootFile)]));
        var doubting = AttestationVerifier.Verify(pdf, new VerificationOptions([new TestSigner("Autre").Root]));

        trusting.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', trusting.Findings));
        trusting.Findings.Where(f => f.Kind == FindingKind.Reservation).Select(f => f.Code).ShouldBe(["authority-not-qualified"]);
        trusting.Signers.ShouldAllBe(s => s.Trusted == true && !s.SelfSigned);
        doubting.Outcome.ShouldBe(VerificationOutcome.Whole);
        doubting.Signers.ShouldAllBe(s => s.Trusted == false);
        doubting.Findings.Count(f => f.Code == "not-trusted").ShouldBe(2);
    }

    /// <summary>Each byte of the evidence takes another value: not one change passes.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task Every_changed_byte_of_the_evidence_is_found(bool foreign)
    {
        var file = Exchanges.EvidenceOf(await AttestedAsync(foreign));
        AttestationVerifier.Verify(file).Outcome.ShouldBe(VerificationOutcome.Whole);

        Unnoticed(file, Enumerable.Range(0, file.Length)).ShouldBeEmpty();
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Every_changed_byte_of_the_signature_of_a_PDF_is_found_and_of_the_rest_one_in_many(bool foreign)
    {
        var pdf = await AttestedAsync(foreign);
        AttestationVerifier.Verify(pdf).Outcome.ShouldBe(VerificationOutcome.Whole);
        var signature = pdf.AsSpan().IndexOf("/ByteRange ["u8);
        var end = signature + pdf.AsSpan(signature).IndexOf("\nendobj"u8);
        var cms = signature + pdf.AsSpan(signature, end - signature).LastIndexOfAnyExcept("0> "u8);

        // Where the certificates, the signature and its timestamp stand: each byte. Elsewhere a prime step, which meets every kind of object.
        var places = Enumerable.Range(signature - 300, cms - signature + 320).Concat(Enumerable.Range(0, pdf.Length / 97).Select(i => i * 97)).Concat(Enumerable.Range(pdf.Length - 400, 400));
        Unnoticed(pdf, places).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_appended_cut_or_put_before_is_found()
    {
        var pdf = await AttestedAsync(foreign: false);
        foreach (var changed in new byte[][] { [.. pdf, (byte)'\n'], [.. pdf, .. "\n1 0 obj\n<<>>\nendobj\n"u8], pdf[..^1], [.. " "u8, .. pdf], [.. pdf, .. pdf] })
            AttestationVerifier.Verify(changed).Outcome.ShouldBe(VerificationOutcome.Refused);
        var evidence = Exchanges.EvidenceOf(pdf);
        foreach (var changed in new byte[][] { [.. evidence, (byte)' '], [.. evidence, (byte)'\n'], evidence[..^1], [.. "\uFEFF"u8, .. evidence] })
            AttestationVerifier.Verify(changed).Outcome.ShouldBe(VerificationOutcome.Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("Bonjour")]
    [InlineData("%PDF-1.7\n%âãÏÓ\n1 0 obj\n<< >>\nendobj\n")]
    [InlineData("""{"evidence":{},"signature":""}""")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""")]
    public void What_is_no_attestation_is_said_to_be_none(string file) => AttestationVerifier.Verify(Encoding.UTF8.GetBytes(file)).Outcome.ShouldBe(VerificationOutcome.NotAnAttestation);

    /// <summary>Whoever changes the evidence and signs it anew with a key of his own: what contradicts itself is still named, and the key is not that of the other.</summary>
    [Theory]
    [InlineData("facts", "chain")]
    [InlineData("swap", "inclusion chain")]
    [InlineData("payload", "chain")]
    [InlineData("backdated", "inclusion")]
    [InlineData("letter", "letter")]
    [InlineData("reply", "reply")]
    [InlineData("no reply", "reply")]
    [InlineData("statement", "seal")]
    [InlineData("token", "token seal")]
    [InlineData("unsealed", "not-sealed")]
    [InlineData("no seals", "seal")]
    public async Task A_forger_who_signs_again_contradicts_himself(string what, string codes)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await Exchanges.RepliedAsync(world);
        var file = Exchanges.EvidenceOf((await world.IssueAsync(conversation.Id)).Value.Pdf);
        await using var otherWorld = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var other = Exchanges.EvidenceOf((await otherWorld.IssueAsync((await Exchanges.SentAsync(otherWorld)).Id)).Value.Pdf);

        var report = AttestationVerifier.Verify(Forged(file, evidence => Change(evidence, what, JsonNode.Parse(other)!["evidence"]!)));

        report.Outcome.ShouldBe(VerificationOutcome.Refused);
        report.Findings.Where(f => f.Kind is FindingKind.Fault or FindingKind.NotSealed).Select(f => f.Code).Distinct().ShouldBe(codes.Split(' '), ignoreOrder: true);
        report.Signers[0].Name.ShouldBe("Faussaire");
    }

    /// <summary>To read a reply is an act that its company is told of; its proof does not give it away.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task The_text_of_a_reply_that_nobody_opened_stays_where_it_is(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world, read: false);
        var pdf = (await world.IssueAsync(conversation.Id)).Value.Pdf;

        Encoding.UTF8.GetString(Exchanges.EvidenceOf(pdf)).ShouldNotContain("Veuillez trouver");
        var report = AttestationVerifier.Verify(pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        report.Findings.Single(f => f.Code == "reply-not-opened").Sentence.ShouldStartWith("Le texte de la réponse de l’événement n° ");

        var reply = await world.QueryAsync(db => db.Replies.SingleAsync());
        await world.RunAsync((Core.Reception.OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));
        var read = (await world.IssueAsync(conversation.Id)).Value.Pdf;
        Encoding.UTF8.GetString(Exchanges.EvidenceOf(read)).ShouldContain("Veuillez trouver");
        AttestationVerifier.Verify(read).Findings.ShouldNotContain(f => f.Code == "reply-not-opened");
    }

    /// <summary>The PDF of one conversation around the evidence of another, everything signed by whoever did it.</summary>
    /// <summary>Signed by who signed the evidence: only the words of the pages tell.</summary>
    [Theory, InlineData(AttestationPage.Edition), InlineData(AttestationPage.Edition + 1), InlineData(0)]
    public async Task A_PDF_whose_pages_say_something_else_is_refused(int edition)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await Exchanges.SentAsync(world);
        var honest = EvidenceFile.Read((await world.IssueAsync(conversation.Id)).Value.Evidence)!.Evidence;
        var certificate = world.RunSync((SigningCertificate c) => c);
        var file = EvidenceFile.Sign(honest with { Page = edition }, certificate);
        var page = new PdfDocument(new PdfProperties { Title = "Attestation des échanges", Author = "Ville", Subject = "Autre chose", CreatedAt = honest.IssuedAt });
        page.Heading(1, "Attestation des échanges");
        page.Paragraph("Ce courrier a été lu, approuvé et suivi d’effet.");
        page.Attach(EvidenceFile.Name, "application/json", file.Bytes(), "Les événements", AttachmentRelationship.Data);
        var lying = page.WriteForSignature(new PdfSignature("Attestation des échanges", AttestationPage.SignatureCapacity));

        var report = AttestationVerifier.Verify(lying.With(Signature.Make(certificate, lying.ToSign)));

        report.Outcome.ShouldBe(VerificationOutcome.Refused);
        report.Findings.Where(f => f.Kind == FindingKind.Fault).Select(f => f.Code).ShouldBe(["pages"]);
    }

    /// <summary>Signed today under an instant of last month, so that what came since need not be told.</summary>
    [Fact]
    public async Task An_attestation_that_is_backdated_says_so()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await Exchanges.RepliedAsync(world);
        var honest = EvidenceFile.Read((await world.IssueAsync(conversation.Id)).Value.Evidence)!.Evidence;
        var certificate = world.RunSync((SigningCertificate c) => c);
        var file = EvidenceFile.Sign(honest with { IssuedAt = honest.IssuedAt.AddDays(-30) }, certificate);
        var unsigned = AttestationPage.Write(file, certificate.Certificate);
        var signature = await world.RunAsync((ITimestampAuthority authority) => Signature.MakeTimestampedAsync(certificate, unsigned.ToSign, authority, default));

        var codes = AttestationVerifier.Verify(unsigned.With(signature)).Findings.Where(f => f.Kind == FindingKind.Reservation).Select(f => f.Code).ToList();

        codes.ShouldContain("signature-late");
        codes.ShouldContain("after-its-issue");
        codes.ShouldContain("sealed-after-its-issue");
        AttestationVerifier.Verify(file.Bytes()).Findings.Select(f => f.Code).ShouldContain("signature-not-dated");
    }

    /// <summary>Whoever made the file chose what is in it: an instant that no other can be reckoned from is no fault of the reader's.</summary>
    [Fact]
    public async Task An_instant_at_the_beginning_of_the_calendar_is_refused_as_any_other_lie()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var read = Vaguemestre.Pdf.SignedPdf.Read((await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Pdf)!;
        var (certificate, authority) = (world.RunSync((SigningCertificate c) => c), world.RunSync((BuiltInAuthority a) => a));
        var lying = EvidenceFile.Sign(EvidenceFile.Read(read.Attachment!)!.Evidence with { IssuedAt = DateTimeOffset.MinValue }, certificate);
        var unsigned = AttestationPage.Write(lying, certificate.Certificate);
        var pdf = unsigned.With(await Signature.MakeTimestampedAsync(certificate, unsigned.ToSign, authority, default));

        AttestationVerifier.Verify(pdf).Outcome.ShouldBe(VerificationOutcome.Refused);
    }

    /// <summary>Each of them issued by all the others: a path through thousands would take hours.</summary>
    [Fact]
    public void More_certificates_than_a_path_has_are_not_looked_through()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        X509Certificate2Collection alike = [.. Enumerable.Range(0, 17).Select(_ => new CertificateRequest("CN=Tous", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddYears(1)))];

        CertificatePath.Of(alike[0], alike).ShouldHaveSingleItem();
        CertificatePath.Of(alike[0], [.. alike.Take(3)]).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Files_that_the_reader_has_are_recognised_or_not()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var pdf = (await world.IssueAsync((await Exchanges.RepliedAsync(world)).Id)).Value.Pdf;

        var known = AttestationVerifier.Verify(pdf, new VerificationOptions(Files: [new("a.pdf", "règlement"u8.ToArray()), new("b.pdf", "mémoire"u8.ToArray())]));
        var unknown = AttestationVerifier.Verify(pdf, new VerificationOptions(Files: [new("c.pdf", "autre chose"u8.ToArray())]));

        known.Outcome.ShouldBe(VerificationOutcome.Whole);
        known.Findings.Where(f => f.Code == "file").Select(f => f.Sentence).ShouldBe(
            ["Le fichier « a.pdf » est, octet pour octet, « Règlement de la consultation.pdf », joint au courrier.", "Le fichier « b.pdf » est, octet pour octet, « Mémoire technique complété.pdf », joint à la réponse de l’événement n° 7."]);
        unknown.Outcome.ShouldBe(VerificationOutcome.Refused);

        var evidence = (EvidenceDocument)EvidenceFile.Read(Exchanges.EvidenceOf(pdf))!.Evidence;
        var texts = AttestationVerifier.Verify(pdf, new VerificationOptions(Files: [new("courrier.json", Encoding.UTF8.GetBytes(evidence.Letter)), new("réponse.txt", Encoding.UTF8.GetBytes(evidence.Replies[0].Body))]));
        texts.Findings.Where(f => f.Code == "file").Select(f => f.Sentence).ShouldBe(
            ["Le fichier « courrier.json » est, octet pour octet, le courrier, dans sa forme canonique.", "Le fichier « réponse.txt » est, octet pour octet, le texte de la réponse de l’événement n° 7."]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Without_its_authority_an_attestation_says_that_it_waits(DatabaseProvider provider)
    {
        await using var authority = OpensslAuthority.Start();
        await using var world = await TestWorld.CreateAsync(provider, s => s.Timestamping.Url = authority.Url);
        world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        var conversation = await Exchanges.SentAsync(world);
        authority.Instead = () => [];

        var pdf = (await world.IssueAsync(conversation.Id)).Value.Pdf;

        Exchanges.TextOf(pdf).ShouldContain("En attente d’horodatage : 1 événement.");
        var report = AttestationVerifier.Verify(pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Refused);
        report.Findings.Where(f => f.Kind == FindingKind.NotSealed).ShouldHaveSingleItem();
        report.Findings.Where(f => f.Kind == FindingKind.Fault).ShouldBeEmpty();
        report.Findings.ShouldContain(f => f.Code == "signature-not-timestamped");
        report.Verdict.ShouldStartWith("Rien n’a été modifié");

        authority.Instead = null;
        AttestationVerifier.Verify((await world.IssueAsync(conversation.Id)).Value.Pdf).Outcome.ShouldBe(VerificationOutcome.Whole);
    }

    [Fact]
    public async Task A_clock_that_went_back_or_ran_ahead_is_told()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversation = await Exchanges.SentAsync(world);
        world.Clock.AdjustTime(TestWorld.Start.AddHours(-1));
        await world.AppendAsync(conversation.Id, Core.Journal.FactKind.NoReport, new Vaguemestre.Core.Delivery.Silence(TestWorld.Start, true));

        var report = AttestationVerifier.Verify((await world.IssueAsync(conversation.Id)).Value.Pdf);

        report.Outcome.ShouldBe(VerificationOutcome.Whole);
        report.Findings.Select(f => f.Code).ShouldContain("clock-went-back");
        report.Findings.Select(f => f.Code).ShouldContain("after-its-timestamp");
    }

    private static async Task<byte[]> AttestedAsync(bool foreign)
    {
        await using var authority = OpensslAuthority.Start();
        using var signing = new TestSigner("Ville");
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, s =>
        {
            if (!foreign)
                return;
            s.Timestamping.Url = authority.Url;
            (s.Signing.CertificateFile, s.Signing.Password) = (signing.File, TestSigner.Password);
        });
        if (foreign)
            world.Clock.AdjustTime(TimeProvider.System.GetUtcNow());
        return (await world.IssueAsync((await Exchanges.SentAsync(world)).Id)).Value.Pdf;
    }

    private static List<(int Place, byte Was, byte Became)> Unnoticed(byte[] file, IEnumerable<int> places)
    {
        var passed = new System.Collections.Concurrent.ConcurrentBag<(int, byte, byte)>();
        Parallel.ForEach(places.Distinct(), place =>
        {
            // The smallest change, the change of case, any other.
            byte[] changed = [.. file];
            changed[place] ^= (place % 3) switch { 0 => 0x01, 1 => 0x20, _ => (byte)(1 + (place % 255)) };
            if (AttestationVerifier.Verify(changed).Outcome == VerificationOutcome.Whole)
                passed.Add((place, file[place], changed[place]));
        });
        return [.. passed];
    }

    private static byte[] Forged(byte[] file, Action<JsonObject> change)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var forger = new CertificateRequest("CN=Faussaire", key, HashAlgorithmName.SHA256).CreateSelfSigned(TestWorld.Start.AddDays(-1), TestWorld.Start.AddYears(1));
        var evidence = JsonNode.Parse(file)!["evidence"]!.AsObject();
        change(evidence);
        var signed = Encoding.UTF8.GetBytes(Core.Journal.CanonicalJson.Write(evidence));
        return [.. "{\"evidence\":"u8, .. signed, .. ",\"signature\":\""u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(ExactCms.Of(Cms.SignDetached([forger], signed), [forger], timestamp: null)!)), .. "\"}"u8];
    }

    private static void Change(JsonObject evidence, string what, JsonNode other)
    {
        var facts = evidence["facts"]!.AsArray();
        switch (what)
        {
            case "facts":
                facts.RemoveAt(4);
                break;
            case "swap":
                var (third, fourth) = (facts[2]!, facts[3]!);
                facts.RemoveAt(3);
                facts.RemoveAt(2);
                facts.Insert(2, fourth);
                facts.Insert(3, third);
                var (a, b) = (fourth["seal"]!.DeepClone(), third["seal"]!.DeepClone());
                (fourth["seal"], third["seal"]) = (b, a);
                break;
            case "payload":
                facts[2]!["payload"] = facts[2]!["payload"]!.GetValue<string>().Replace("dupont", "martin", StringComparison.Ordinal);
                break;
            case "backdated":
                var header = facts[^1]!["header"]!.GetValue<string>().Replace("\"at\":\"2026-03-04", "\"at\":\"2026-03-03", StringComparison.Ordinal);
                facts[^1]!["header"] = header;
                facts[^1]!["hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(header)));
                break;
            case "letter":
                evidence["letter"] = evidence["letter"]!.GetValue<string>().Replace("précisions", "réponses", StringComparison.Ordinal);
                break;
            case "reply":
                evidence["replies"]![0]!["body"] = "<p>Nous renonçons.</p>";
                break;
            case "no reply":
                evidence["replies"]!.AsArray().Clear();
                break;
            case "statement":
                evidence["seals"]![0]!["statement"] = evidence["seals"]![0]!["statement"]!.GetValue<string>().Replace("\"number\":1", "\"number\":2", StringComparison.Ordinal);
                break;
            case "token":
                evidence["seals"]![0]!["token"] = other["seals"]![0]!["token"]!.DeepClone();
                break;
            case "unsealed":
                foreach (var fact in facts)
                    fact!.AsObject().Remove("seal");
                evidence["seals"]!.AsArray().Clear();
                break;
            case "no seals":
                evidence["seals"]!.AsArray().Clear();
                break;
        }
    }
}
