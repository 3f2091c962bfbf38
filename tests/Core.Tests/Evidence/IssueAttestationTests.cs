using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;
using ZXing;
using ZXing.Common;
using ZXing.QrCode;

namespace Vaguemestre.Core.Tests.Evidence;

public sealed class IssueAttestationTests
{
    /// <summary>A file and a reply go through a link that was sent to one address, and the attestation says to which: the recipient's, or a colleague's.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_colleague_did_is_told_with_the_address_of_its_own_link(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world, new DraftInput { Subject = "Demande de précisions", ReplyExpected = true });
        await world.OpenAsync(conversation);
        var reader = (await world.RunAsync((InviteReader o) => o.RunAsync(world.TokenOf(conversation), "conseil@cabinet.test", "fr", default))).Value;
        var token = world.RunSync((PersonalLink l) => l.TokenOfReader(reader.Id));
        var visit = (await world.RunAsync((FindVisit o) => o.RunAsync(token, default))).Value;
        await world.RunAsync((DownloadAttachment o) => o.RunAsync(token, visit.Letter.Attachments[0].Id, DownloadPart.Beginning, default));
        (await world.InScopeAsync(scope => scope.ReplyAsync(token, "Voici notre réponse."))).Succeeded.ShouldBeTrue();

        var text = Exchanges.TextOf((await world.IssueAsync(conversation.Id)).Value.Pdf);

        text.Split("Adresse affichée : conseil@cabinet.test").Length.ShouldBe(4); // among the four instants, and in two events
        text.ShouldContain($"Adresse affichée : {Exchanges.Email}");
        text.ShouldContain("ETSI EN 319 522-3 : ContentAccessTracking");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task It_tells_who_what_about_and_the_four_instants(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);

        var attestation = (await world.IssueAsync(conversation.Id)).Value;

        attestation.FileName.ShouldBe("attestation-2026-T-014-entreprise-dupont-fils.pdf");
        var text = Exchanges.TextOf(attestation.Pdf);
        foreach (var told in new[]
        {
            "Ville de Montrevel-sur-Loire", "Expéditeur : Camille Durand", Exchanges.Company, "Claire Dupont", Exchanges.Email,
            "2026-T-014", "Réfection de la toiture du groupe scolaire Jules-Ferry", "Demande de précisions sur votre offre",
            "Demande de complément", "Courrier électronique avec accusé de réception", "Réponse lue",
            "Oui, avant le mardi 10 mars 2026 à 10 h 00 min 00 s",
            "Envoyé le lundi 2 mars 2026 à 10 h 00 min 00 s",
            "Accepté par le serveur de messagerie distant Rapport parvenu le lundi 2 mars 2026 à 10 h 02 min 00 s", $"Serveur : mx1.dupont.test Mots du serveur : « {Exchanges.Acceptance} »",
            "Ouvert le lundi 2 mars 2026 à 10 h 27 min 00 s", "Adresse affichée : marches@dupont.test", "case de déclaration cochée",
            "Déposée le mercredi 4 mars 2026 à 12 h 27 min 41 s, avec 2 fichiers", "Ouverte par l’acheteur le mercredi 4 mars 2026 à 15 h 27 min 41 s",
            "Par : Camille Durand, pour l’acheteur", "2026-03-04T14:27:41Z", "Mémoire technique complété.pdf", "MailFilter/3.1",
            "Attestations Vaguemestre (certificat auto-signé)", "Autorité interne à la plateforme, non qualifiée", "https://courriers.test/verifier",
        })
        {
            text.ShouldContain(told);
        }

        var facts = await world.FactsAsync(conversation.Id);
        text.ShouldContain(Convert.ToHexStringLower(facts[^2].Hash));
        text.ShouldNotContain("Non constatée");
        text.ShouldNotContain("recommandé");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_did_not_happen_is_said_to_be_not_established(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world, new DraftInput { Mode = DeliveryMode.Plain });

        var text = Exchanges.TextOf((await world.IssueAsync(conversation.Id)).Value.Pdf);

        text.ShouldContain("En cours d’envoi");
        text.ShouldContain("RéceptionNon constatée par le serveur de messagerie distant à la date de cette attestation");
        text.ShouldContain("LectureNon constatée à la date de cette attestation ; un courrier électronique simple n’en rend pas compte");
        text.ShouldContain("RéponseNon constatée à la date de cette attestation ; ce courrier n’en demandait pas");
        text.ShouldNotContain("Ouvert le");
        text.ShouldNotContain("porteur du lien");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_sending_has_its_own_fate_and_our_words_are_not_a_servers(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RefusedTwiceAsync(world);

        var text = Exchanges.TextOf((await world.IssueAsync(conversation.Id)).Value.Pdf);

        text.ShouldContain("Réception n° 1Non délivré Rapport parvenu le lundi 2 mars 2026 à 10 h 02 min 00 s");
        text.ShouldContain("Réception n° 2Non délivré Rapport parvenu le mardi 3 mars 2026 à 10 h 04 min 00 s");
        text.ShouldContain($"Mots du serveur : « {Exchanges.Refusal} »");
        text.ShouldContain("Constat de la plateforme : « La connexion a été perdue avant la fin de l'envoi. »");
        text.ShouldNotContain("Mots du serveur : « La connexion");
        text.ShouldNotContain("Constat de la plateforme : « smtp");
        text.ShouldContain("Non délivré");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_late_bounce_does_not_hide_the_acceptance_before_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        await world.AppendAsync(conversation.Id, FactKind.Delivered, new ServerSaid("mx1.dupont.test", Exchanges.Acceptance, "2.0.0", Report: "relayed"));
        await world.AppendAsync(conversation.Id, FactKind.Undelivered, new ServerSaid("mx1.dupont.test", Exchanges.Refusal, "5.1.1", Report: "failed"));

        var text = Exchanges.TextOf((await world.IssueAsync(conversation.Id)).Value.Pdf);

        text.ShouldContain("RéceptionNon délivré Rapport parvenu le lundi 2 mars 2026 à 10 h 02 min 00 s");
        text.ShouldContain("Pour le même envoi, accepté par le serveur de messagerie distant Rapport parvenu le lundi 2 mars 2026 à 10 h 01 min 00 s");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task It_holds_nothing_of_other_conversations(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world, null, new RecipientInput("offres@martin.test", "Paul Martin", "Martin Couverture"));
        var other = await Exchanges.SentAsync(world, new DraftInput { Subject = "Un tout autre courrier", Recipients = [new("contact@bernard.test")] });
        await world.AppendAsync(other.Id, FactKind.Delivered, new ServerSaid("mx.bernard.test", "250 ok", "2.0.0"));

        var attestation = (await world.IssueAsync(conversation.Id)).Value;

        foreach (var text in new[] { Exchanges.TextOf(attestation.Pdf), Encoding.UTF8.GetString(Exchanges.EvidenceOf(attestation.Pdf)) })
        {
            foreach (var foreign in new[] { "martin", "Martin", "bernard", "Un tout autre courrier" })
                text.ShouldNotContain(foreign, Case.Sensitive);
            text.ShouldContain(Exchanges.Email);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Issuing_is_a_fact_with_the_hash_of_the_file_and_changes_no_status(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        var before = await world.FactsAsync(conversation.Id);

        var attestation = (await world.IssueAsync(conversation.Id)).Value;

        var facts = await world.FactsAsync(conversation.Id);
        facts.Count.ShouldBe(before.Count + 1);
        ChainCheck.FirstFault(facts).ShouldBeNull();
        facts[^1].Kind.ShouldBe(FactKind.AttestationIssued);
        facts[^1].ActorId.ShouldBe(world.Agent.Id);
        var digest = Convert.ToHexStringLower(SHA256.HashData(attestation.Pdf));
        facts[^1].Content<AttestationIssuedContent>().ShouldBe(new("Camille Durand", attestation.FileName, digest, before.Count, Convert.ToHexStringLower(before[^1].Hash)));
        (await world.QueryAsync(db => db.Conversations.SingleAsync(c => c.Id == conversation.Id))).Status.ShouldBe(Status.ReplyRead);

        Exchanges.TextOf(attestation.Pdf).ShouldNotContain("Une attestation des échanges a été établie");
        Exchanges.TextOf((await world.IssueAsync(conversation.Id)).Value.Pdf).ShouldContain($"SHA-256 : {digest}");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task For_another_organisation_the_conversation_does_not_exist(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        var (_, stranger) = await world.AddOrganisationAsync("Département du Val", "Alex Roy", "alex.roy@val.test");

        (await world.IssueAsync(conversation.Id, Caller.Of(stranger))).Problem!.Code.ShouldBe("conversation-not-found");
        (await world.IssueAsync(Guid.CreateVersion7())).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await world.FactsAsync(conversation.Id)).Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Any_text_makes_a_sound_file(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world, new DraftInput
        {
            Subject = "endstream endobj %%EOF ) >> \\ <script>alert(1)</script> \u202Eesrever\u202C z\u0351\u036Ba\u0322l\u0342go 👩‍👩‍👧 ﷽ Ωμέγα 漢字 ' OR 1=1 --",
            Recipients = [new(Exchanges.Email, "Ỹ̷͠∑ ''\"\"", "«\u00A0Œuvre & Cœur\u00A0» ../../etc/passwd \u200B🏗️")],
        });

        var attestation = (await world.IssueAsync(conversation.Id)).Value;

        attestation.FileName.ShouldBe("attestation-2026-T-014-oeuvre-coeur-etc-passwd.pdf");
        Exchanges.TextOf(attestation.Pdf).ShouldContain("<script>alert(1)</script>");
        var file = Path.Combine(world.Settings.DataDirectory, attestation.FileName);
        await File.WriteAllBytesAsync(file, attestation.Pdf, TestContext.Current.CancellationToken);
        (await Command.RunAsync(DebianProgram.Find("qpdf", "qpdf"), "--check", file)).ShouldContain("No syntax or stream encoding errors found");
    }

    /// <summary>As a telephone reads it off the printed page.</summary>
    [Theory]
    [InlineData("courriers.test")]
    [InlineData("œuvres-d-été.test")]
    public async Task The_code_leads_to_the_page_of_verification_with_the_hash_of_the_evidence(string host)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, settings => settings.PublicUrl = $"https://{host}");
        var attestation = (await world.IssueAsync((await Exchanges.RepliedAsync(world)).Id)).Value;
        var file = Path.Combine(world.Settings.DataDirectory, attestation.FileName);
        await File.WriteAllBytesAsync(file, attestation.Pdf, TestContext.Current.CancellationToken);

        await Command.RunAsync(DebianProgram.Find("mutool", "mupdf-tools"), "draw", "-r", "200", "-c", "gray", "-F", "pgm", "-o", file + "-%d.pgm", file);

        var read = Directory.GetFiles(world.Settings.DataDirectory, "*.pgm").Select(CodeOn).OfType<string>().ShouldHaveSingleItem();
        read.ShouldBe($"https://{new IdnMapping().GetAscii(host)}/verifier?sha256={Convert.ToHexStringLower(SHA256.HashData(attestation.Evidence))}");
    }

    /// <summary>The text of the QR code on a page drawn in grey (PGM, P5); null where there is none.</summary>
    private static string? CodeOn(string picture)
    {
        var bytes = File.ReadAllBytes(picture);
        var header = Encoding.ASCII.GetString(bytes, 0, 100).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[..4];
        var (width, height) = (int.Parse(header[1], CultureInfo.InvariantCulture), int.Parse(header[2], CultureInfo.InvariantCulture));
        var page = new RGBLuminanceSource(bytes[^(width * height)..], width, height, RGBLuminanceSource.BitmapFormat.Gray8);
        return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(page)), new Dictionary<DecodeHintType, object> { [DecodeHintType.TRY_HARDER] = true })?.Text;
    }
}
