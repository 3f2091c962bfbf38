using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>The attestation of a letter with all its recipients, for one of them, and of a consultation.</summary>
public sealed class CollectionTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_letters_attestation_tells_each_recipient_and_verifies(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversations = await ManyAsync(world);
        var letter = conversations[0].LetterId;
        var before = await world.FactsAsync(conversations[0].Id);

        var attestation = (await world.AttestAsync(letter)).Value;

        attestation.FileName.ShouldBe("attestation-courrier-2026-T-014-precisions-pour-le-lot-2.pdf");
        var text = Exchanges.TextOf(attestation.Pdf);
        foreach (var told in new[]
        {
            "Attestation des échanges d’un courrier", "Précisions pour le lot 2", "Réponse non lue", "Non délivré", "En cours d’envoi", "a@alpha.test", "b@beta.test", "c@gamma.test", "c@gamma-corrige.test",
            "3 et 1 envoi à une adresse corrigée", "Réponse de a@alpha.test, événement n° 4 : texte", "DC1.pdf", "tel que reçu par les destinataires n°", "Non constatée", "Ce que chaque événement établit",
        })
        {
            text.ShouldContain(told);
        }

        var report = AttestationVerifier.Verify(attestation.Pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        report.Findings.Where(f => f.Kind == FindingKind.Established).Select(f => f.Code).ShouldBe(["evidence-signature", "pdf-signature", "signature-timestamp", "chain", "recipients", "seals", "pages"]);
        (report.Attested!.Scope, report.Attested.Id, report.Attested.Told.Count).ShouldBe((AttestationScope.Letter, letter, 4));
        report.Attested.Told[2].Value.ShouldStartWith("c@gamma.test\nNon délivré\nEnvoi : 02/03/2026 10:00:00\nRéception : Non délivré 02/03/2026 10:0");
        AttestationVerifier.Verify(attestation.Evidence).Outcome.ShouldBe(VerificationOutcome.Whole);
        AttestationVerifier.Verify(attestation.Pdf, new VerificationOptions(Files: [new("x.pdf", "%PDF-1.7 un"u8.ToArray())])).Findings.Single(f => f.Code == "file").Kind.ShouldBe(FindingKind.Established);

        (await world.FactsAsync(conversations[0].Id)).Count.ShouldBe(before.Count);
        var fact = (await world.FactsAsync(letter))[^1];
        fact.Kind.ShouldBe(FactKind.AttestationIssued);
        var issued = fact.Content<AttestationIssuedContent>();
        (issued.Agent, issued.Sha256, issued.Conversations, issued.For, issued.LastHash).ShouldBe(("Camille Durand", Convert.ToHexStringLower(SHA256.HashData(attestation.Pdf)), 4, null, null));
        ChainCheck.FirstFault(await world.FactsAsync(letter)).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Made_for_one_recipient_it_names_no_other(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversations = await ManyAsync(world);

        var attestation = (await world.AttestAsync(conversations[0].LetterId, conversations[0].Id)).Value;

        attestation.FileName.ShouldBe("attestation-courrier-2026-T-014-pour-a-alpha-test.pdf");
        foreach (var text in new[] { Exchanges.TextOf(attestation.Pdf), Encoding.UTF8.GetString(attestation.Evidence) })
        {
            foreach (var foreign in new[] { "beta", "gamma", "Un mot pour", "User unknown", "mx.beta" })
                text.ShouldNotContain(foreign);
            text.ShouldContain("a@alpha.test");
        }

        Exchanges.TextOf(attestation.Pdf).ShouldContain("Destinataire masqué");
        var report = AttestationVerifier.Verify(attestation.Pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        report.Findings.Select(f => f.Code).ShouldContain("withheld");
        report.Attested!.Told.Count(t => t.Value.StartsWith("Destinataire masqué", StringComparison.Ordinal)).ShouldBe(3);
        (await world.FactsAsync(conversations[0].LetterId))[^1].Content<AttestationIssuedContent>().For.ShouldBe(conversations[0].Id);

        (await world.AttestAsync(conversations[0].LetterId, Guid.CreateVersion7())).Problem!.Code.ShouldBe("conversation-not-found");
    }

    /// <summary>The correction of an address is a fact of both exchanges: it is told, and the page does not say that it is not.</summary>
    [Fact]
    public async Task Made_for_one_whose_address_was_corrected_it_says_which_other_address_it_tells()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var wrong = (await ManyAsync(world))[2];
        var right = await world.QueryAsync(db => db.Conversations.SingleAsync(c => c.CorrectsId == wrong.Id));

        var before = Exchanges.TextOf((await world.AttestAsync(wrong.LetterId, wrong.Id)).Value.Pdf);
        var after = Exchanges.TextOf((await world.AttestAsync(wrong.LetterId, right.Id)).Value.Pdf);

        before.ShouldContain("c@gamma-corrige.test");
        before.ShouldContain("hormis l’adresse qui a corrigé celle-ci");
        after.ShouldContain("c@gamma.test");
        after.ShouldContain("hormis l’adresse que celle-ci a corrigée");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_consultations_attestation_holds_every_letter_sent(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync();
        (await world.AttestConsultationAsync()).Problem!.Code.ShouldBe("nothing-sent");
        await ManyAsync(world);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.WriteToAsync(new DraftInput { Subject = "Second courrier", Mode = DeliveryMode.Plain }, "d@delta.test");
        await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Jamais envoyé" }, "e@epsilon.test");

        var attestation = (await world.AttestConsultationAsync()).Value;

        attestation.FileName.ShouldBe("attestation-consultation-2026-T-014.pdf");
        var text = Exchanges.TextOf(attestation.Pdf);
        text.ShouldContain("Courrier n° 1 : Précisions pour le lot 2");
        text.ShouldContain("Courrier n° 2 : Second courrier");
        text.ShouldNotContain("Jamais envoyé");
        var report = AttestationVerifier.Verify(attestation.Pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
        (report.Attested!.Scope, report.Attested.Id, report.Attested.Told.Count).ShouldBe((AttestationScope.Consultation, consultation.Id, 5));
        (await world.FactsAsync(consultation.Id))[^1].Kind.ShouldBe(FactKind.AttestationIssued);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_cannot_be_attested_is_refused(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversations = await ManyAsync(world);
        var draft = await world.AddDraftAsync("2026-T-014", null, "e@epsilon.test");
        var (_, stranger) = await world.AddOrganisationAsync("Département du Val", "Alex Roy", "alex.roy@val.test");

        (await world.AttestAsync(draft.Id)).Problem!.Code.ShouldBe("letter-not-sent");
        (await world.AttestAsync(Guid.CreateVersion7())).Problem!.Code.ShouldBe("letter-not-found");
        (await world.AttestAsync(conversations[0].LetterId, caller: Caller.Of(stranger))).Problem!.Code.ShouldBe("letter-not-found");
        (await world.AttestConsultationAsync(Caller.Of(stranger))).Problem!.Code.ShouldBe("consultation-not-found");
        await world.QueryAsync(db => db.Database.ExecuteSqlRawAsync("UPDATE replies SET body = '<p>Nous renonçons.</p>'"));
        var altered = (await world.AttestAsync(conversations[0].LetterId)).Problem!;
        (altered.Code, altered.Message.StartsWith("Échange avec a@alpha.test.", StringComparison.Ordinal)).ShouldBe(("content-altered", true));
        (await world.FactsAsync(conversations[0].LetterId))[^1].Kind.ShouldBe(FactKind.LetterSent);
    }

    /// <summary>A prime step through the evidence and through the PDF: each change is found.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task A_changed_byte_is_found(bool masked)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversations = await ManyAsync(world);
        var attestation = (await world.AttestAsync(conversations[0].LetterId, masked ? conversations[0].Id : null)).Value;

        foreach (var (file, step) in new[] { (attestation.Evidence, 29), (attestation.Pdf, 997) })
        {
            var passed = new System.Collections.Concurrent.ConcurrentBag<int>();
            Parallel.ForEach(Enumerable.Range(0, file.Length / step), i =>
            {
                byte[] changed = [.. file];
                changed[i * step] ^= (byte)(i % 2 == 0 ? 0x01 : 0x20);
                if (AttestationVerifier.Verify(changed).Outcome == VerificationOutcome.Whole)
                    passed.Add(i * step);
            });
            passed.ShouldBeEmpty();
        }
    }

    /// <summary>Whoever changes the evidence and signs it anew with a key of his own contradicts himself.</summary>
    [Theory]
    [InlineData("recipient left out", "recipients")]
    [InlineData("recipient twice", "chain recipients")]
    [InlineData("fact left out", "chain")]
    [InlineData("payload left out", "payload")]
    [InlineData("content changed", "letter")]
    [InlineData("content added", "letter")]
    [InlineData("sending changed", "chain recipients inclusion")]
    [InlineData("another letter", "chain")]
    public async Task A_forger_who_signs_again_contradicts_himself(string what, string codes)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var conversations = await ManyAsync(world);
        var file = (await world.AttestAsync(conversations[0].LetterId)).Value.Evidence;

        var report = AttestationVerifier.Verify(Forged(file, evidence => Change(evidence, what)));

        report.Outcome.ShouldBe(VerificationOutcome.Refused, string.Join('\n', report.Findings));
        report.Findings.Where(f => f.Kind == FindingKind.Fault).Select(f => f.Code).Distinct().ShouldBe(codes.Split(' '), ignoreOrder: true, string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task Foreign_programs_find_the_file_sound()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        var attestation = (await world.AttestAsync((await ManyAsync(world))[0].LetterId)).Value;
        var file = Path.Combine(world.Settings.DataDirectory, attestation.FileName);
        await File.WriteAllBytesAsync(file, attestation.Pdf, TestContext.Current.CancellationToken);

        (await Command.RunAsync(DebianProgram.Find("qpdf", "qpdf"), "--check", file)).ShouldContain("No syntax or stream encoding errors found");
        var signed = await Command.RunAsync(DebianProgram.Find("pdfsig", "poppler-utils"), "-nocert", file);
        signed.ShouldContain("Signature is Valid");
        signed.ShouldContain("Total document signed");
        (await Command.RunAsync(DebianProgram.Find("mutool", "mupdf-tools"), "draw", "-F", "text", file)).ShouldContain("Destinataire n° 4");
        Exchanges.EvidenceOf(attestation.Pdf).ShouldBe(attestation.Evidence);
    }

    /// <summary>Three recipients: one replied, one was refused and its address corrected, one has words of its own.</summary>
    /// <returns>That of the one who replied, of the one refused, of the one with words of its own.</returns>
    internal static async Task<IReadOnlyList<Conversation>> ManyAsync(TestWorld world)
    {
        if (!await world.QueryAsync(db => db.Consultations.AnyAsync()))
            await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "Précisions pour le lot 2", BodyHtml = "<p>Merci de répondre.</p>", ReplyExpected = true }, "a@alpha.test", "b@beta.test", "c@gamma.test");
        await world.RunAsync((WriteParagraph o) => o.RunAsync(world.Caller, draft.Id, draft.Recipients.Single(r => r.Email == "b@beta.test").Id, "Un mot pour vous seuls.", default));
        var sent = await world.SendAsync(draft.Id);
        foreach (var conversation in sent.Take(1))
        {
            await world.AppendAsync(conversation.Id, FactKind.Delivered, new ServerSaid("mx.alpha.test", "smtp; 250 2.0.0 Ok", "2.0.0", Report: "relayed"));
            await world.OpenAsync(conversation);
            await world.ReplyAsync(conversation, "Voici.", ("DC1.pdf", "%PDF-1.7 un"u8.ToArray()));
        }

        await world.AppendAsync(sent[2].Id, FactKind.Undelivered, new ServerSaid("mx.gamma.test", "smtp; 550 5.1.1 User unknown", "5.1.1", "UnknownRecipient", "Cette adresse n'existe pas chez le destinataire.", "failed"));
        world.Clock.Advance(TimeSpan.FromMinutes(30));
        (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, sent[2].Id, "c@gamma-corrige.test", default))).Succeeded.ShouldBeTrue();
        return sent;
    }

    internal static byte[] Forged(byte[] file, Action<JsonObject> change)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var forger = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=Faussaire", key, HashAlgorithmName.SHA256).CreateSelfSigned(TestWorld.Start.AddDays(-1), TestWorld.Start.AddYears(1));
        var evidence = JsonNode.Parse(file)!["evidence"]!.AsObject();
        change(evidence);
        var signed = Encoding.UTF8.GetBytes(CanonicalJson.Write(evidence));
        return [.. "{\"evidence\":"u8, .. signed, .. ",\"signature\":\""u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(ExactCms.Of(Cms.SignDetached([forger], signed), [forger], timestamp: null)!)), .. "\"}"u8];
    }

    private static void Change(JsonObject evidence, string what)
    {
        var letter = evidence["letters"]![0]!;
        var (conversations, contents) = (letter["conversations"]!.AsArray(), letter["contents"]!.AsArray());
        switch (what)
        {
            case "recipient left out":
                conversations.RemoveAt(1);
                contents.RemoveAt(contents.Count > 1 ? 1 : 0);
                break;
            case "recipient twice":
                conversations.Add(conversations[0]!.DeepClone());
                break;
            case "fact left out":
                conversations[0]!["facts"]!.AsArray().RemoveAt(2);
                break;
            case "payload left out":
                var fact = conversations[0]!["facts"]![1]!.AsObject();
                fact.Remove("payload");
                fact.Remove("salt");
                break;
            case "content changed":
                contents[0] = contents[0]!.GetValue<string>().Replace("Merci", "Prière", StringComparison.Ordinal);
                break;
            case "content added":
                contents.Add(contents[0]!.GetValue<string>().Replace("Merci", "Prière", StringComparison.Ordinal));
                break;
            case "sending changed":
                var sent = letter["sent"]!;
                sent["payload"] = sent["payload"]!.GetValue<string>().Replace("\"recipients\":3", "\"recipients\":4", StringComparison.Ordinal);
                sent["header"] = sent["header"]!.GetValue<string>().Replace("\"at\":\"2026", "\"at\":\"2025", StringComparison.Ordinal);
                sent["hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sent["header"]!.GetValue<string>())));
                break;
            case "another letter":
                evidence["subject"] = Guid.CreateVersion7().ToString();
                break;
        }
    }
}

/// <summary>Issuing, for tests of collections.</summary>
internal static class Collections
{
    public static Task<Result<Attestation>> AttestAsync(this TestWorld world, Guid letter, Guid? onlyFor = null, Caller? caller = null, int? volume = null) =>
        world.RunAsync((IssueLetterAttestation o) => o.RunAsync(caller ?? world.Caller, letter, onlyFor, volume, default));

    public static Task<Result<Attestation>> AttestConsultationAsync(this TestWorld world, Caller? caller = null, int? volume = null) =>
        world.RunAsync((IssueConsultationAttestation o) => o.RunAsync(caller ?? world.Caller, "2026-T-014", volume, default));
}
