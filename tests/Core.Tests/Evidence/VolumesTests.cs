using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>The attestation of what is too large for one: numbered volumes, each of them whole in itself.</summary>
public sealed class VolumesTests
{
    /// <summary>Small worlds, cut as the large ones are.</summary>
    private static readonly CollectionLimits Small = new(Conversations: 4, InVolume: 2);

    [Theory, ClassData(typeof(Databases))]
    public async Task A_large_letter_is_told_in_volumes_each_recipient_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, limits: Small);
        var sent = await world.WriteToAsync(null, Addresses(5));
        var letter = sent[0].LetterId;

        var refused = (await world.AttestAsync(letter)).Problem!;

        (refused.Code, refused.Kind).ShouldBe(("attestation-in-volumes", ProblemKind.Conflict));
        refused.Message.ShouldBe("Cette attestation porte sur 5 échanges : elle est établie en 3 volumes de 2 échanges au plus. Demandez chacun d'eux avec « volume », de 1 à 3.");
        foreach (var none in new[] { 0, -1, 4, int.MaxValue })
        {
            var invalid = (await world.AttestAsync(letter, volume: none)).Problem!;
            (invalid.Kind, invalid.Errors.Single().Field).ShouldBe((ProblemKind.Invalid, "volume"));
            invalid.Errors.Single().Message.ShouldEndWith("demandez un volume de 1 à 3.");
        }

        (await world.AttestAsync(letter, sent[0].Id, volume: 1)).Problem!.Errors.Single().Field.ShouldBe("volume");
        var told = new List<string>();
        foreach (var (volume, range) in new[] { (1, "destinataires n° 1 à 2 sur 5"), (2, "destinataires n° 3 à 4 sur 5"), (3, "destinataire n° 5 sur 5") })
        {
            var attestation = (await world.AttestAsync(letter, volume: volume)).Value;

            attestation.FileName.ShouldEndWith($"-volume-{volume}-sur-3.pdf");
            var text = Exchanges.TextOf(attestation.Pdf);
            foreach (var said in new[] { $"Attestation des échanges d’un courrier, volume {volume} sur 3", range, "Les autres destinataires sont dits dans les autres volumes", "Échanges de ce volume", " sur 5" })
                text.ShouldContain(said);
            var report = AttestationVerifier.Verify(attestation.Pdf);
            report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
            report.Findings.Where(f => f.Kind == FindingKind.Established).Select(f => f.Code).ShouldBe(["evidence-signature", "pdf-signature", "signature-timestamp", "chain", "recipients", "seals", "pages"]);
            report.Findings.ShouldNotContain(f => f.Sentence.Contains("Tous les destinataires", StringComparison.Ordinal));
            report.Findings.Single(f => f.Code == "volume").ShouldBe(new Finding(
                FindingKind.Reservation,
                "volume",
                $"Ce document n’est que le volume {volume} sur 3 : {range}. Les autres sont dans les autres volumes, que cette vérification n’a pas lus : rien ici n’établit ce qu’il en est d’eux."));
            report.Attested!.Recipient.ShouldEndWith($"\nvolume {volume} sur 3 : {range}");
            report.Attested.Status.ShouldContain(", dans ce volume : ");
            told.AddRange(report.Attested.Told.Select(t => $"{t.Label} {t.Value.Split('\n')[0]}"));
            var issued = (await world.FactsAsync(letter))[^1].Content<AttestationIssuedContent>();
            (issued.Volume, issued.Volumes, issued.FileName).ShouldBe((volume, 3, attestation.FileName));
        }

        told.ShouldBe(Enumerable.Range(1, 5).Select(i => $"N° {i} {Addresses(5)[i - 1]}"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Within_the_bounds_nothing_tells_of_volumes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, limits: Small);
        var letter = (await world.WriteToAsync(null, Addresses(4)))[0].LetterId;

        foreach (var attestation in new[] { (await world.AttestAsync(letter)).Value, (await world.AttestAsync(letter, volume: 1)).Value, (await world.AttestConsultationAsync(volume: 1)).Value })
        {
            attestation.FileName.ShouldNotContain("volume");
            var evidence = Encoding.UTF8.GetString(attestation.Evidence);
            evidence.ShouldContain("\"vaguemestre-evidence-collection/1\"");
            evidence.ShouldNotContain("\"volume");
            evidence.ShouldNotContain("\"part\"");
            Exchanges.TextOf(attestation.Pdf).ShouldNotContain("olume");
        }

        (await world.FactsAsync(letter))[^1].Payload!.Json.ShouldNotContain("volume");
        (await world.AttestAsync(letter, volume: 2)).Problem!.Errors.Single().Message.ShouldContain("tient en un seul volume");
        (await world.AttestConsultationAsync(volume: 2)).Problem!.Errors.Single().Field.ShouldBe("volume");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_consultations_letters_keep_their_numbers(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, limits: Small);
        await ThreeLettersAsync(world);

        (await world.AttestConsultationAsync()).Problem!.Code.ShouldBe("attestation-in-volumes");
        var told = new List<string>();
        foreach (var volume in new[] { 1, 2, 3 })
        {
            var attestation = (await world.AttestConsultationAsync(volume: volume)).Value;
            attestation.FileName.ShouldBe($"attestation-consultation-2026-T-014-volume-{volume}-sur-3.pdf");
            var report = AttestationVerifier.Verify(attestation.Pdf);
            report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
            told.AddRange(report.Attested!.Told.Select(t => $"{t.Label} {t.Value.Split('\n')[0]}"));
            if (volume != 2)
                continue;
            var text = Exchanges.TextOf(attestation.Pdf);
            foreach (var said in new[] { "échanges n° 3 à 4 sur 5", "Courriers de ce volume", "Courrier n° 1 : ", "Courrier n° 2 : ", "Dans ce volume : destinataire n° 3", "Destinataire n° 3 : ", "Dans ce volume : destinataire n° 1" })
                text.ShouldContain(said);
            report.Findings.Single(f => f.Code == "volume").Sentence.ShouldContain("volume 2 sur 3 : échanges n° 3 à 4 sur 5");
        }

        told.ShouldBe(["Courrier n° 1, n° 1 a0@alpha.test", "Courrier n° 1, n° 2 a1@alpha.test", "Courrier n° 1, n° 3 a2@alpha.test", "Courrier n° 2, n° 1 b@beta.test", "Courrier n° 3, n° 1 c@gamma.test"]);
    }

    /// <summary>Who has volumes 1 and 2 since yesterday asks only for what came since.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_corrected_address_comes_into_the_last_volume(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, limits: Small);
        var first = await ThreeLettersAsync(world);
        var before = new[] { await ToldAsync(world, 1), await ToldAsync(world, 2) };
        await world.AppendAsync(first[0].Id, FactKind.Undelivered, new ServerSaid("mx.alpha.test", "smtp; 550 5.1.1 User unknown", "5.1.1", "UnknownRecipient", "Cette adresse n'existe pas chez le destinataire.", "failed"));
        world.Clock.Advance(TimeSpan.FromMinutes(30));
        (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, first[0].Id, "a-corrige@alpha.test", default))).Succeeded.ShouldBeTrue();

        (await ToldAsync(world, 1)).ShouldBe(before[0]);
        (await ToldAsync(world, 2)).ShouldBe(before[1]);
        (await ToldAsync(world, 3)).ShouldBe(["Courrier n° 1, n° 4 a-corrige@alpha.test", "Courrier n° 3, n° 1 c@gamma.test"]);
        var report = AttestationVerifier.Verify((await world.AttestConsultationAsync(volume: 3)).Value.Pdf);
        report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Made_for_one_recipient_it_is_the_volume_where_that_one_is(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, limits: Small);
        var sent = await world.WriteToAsync(null, Addresses(5));
        var volumes = new List<int>();

        foreach (var one in sent)
        {
            var attestation = (await world.AttestAsync(one.LetterId, one.Id)).Value;
            var (text, evidence) = (Exchanges.TextOf(attestation.Pdf), Encoding.UTF8.GetString(attestation.Evidence));
            foreach (var other in sent.Where(s => s.Id != one.Id))
                (text + evidence).ShouldNotContain(other.Email);
            text.ShouldContain($"Pour {one.Email}.");
            text.ShouldContain("Les autres destinataires du courrier n’y sont pas.");
            var volume = JsonNode.Parse(evidence)!["evidence"]!["volume"]!["number"]!.GetValue<int>();
            text.ShouldContain($"volume {volume} sur 3");
            volumes.Add(volume);
            var report = AttestationVerifier.Verify(attestation.Pdf);
            report.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', report.Findings));
            report.Findings.Single(f => f.Code == "volume").Sentence.ShouldContain("Les autres n’y sont pas, même masqués");
            var issued = (await world.FactsAsync(one.LetterId))[^1].Content<AttestationIssuedContent>();
            (issued.For, issued.Volume, issued.Volumes).ShouldBe((one.Id, volume, 3));
        }

        volumes.Order().ShouldBe([1, 1, 2, 2, 3]);
    }

    [Fact]
    public async Task Many_facts_make_volumes_too_and_a_volume_of_too_many_is_refused()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, limits: Small with { Facts = 3 });
        var sent = await world.WriteToAsync(null, Addresses(4));

        (await world.AttestAsync(sent[0].LetterId)).Problem!.ShouldBeOfType<AttestationInVolumes>().Count.ShouldBe(2);
        (await world.AttestAsync(sent[0].LetterId, volume: 2)).Succeeded.ShouldBeTrue();
        await world.OpenAsync(sent[2]);
        await world.OpenAsync(sent[3]);
        (await world.AttestAsync(sent[0].LetterId, volume: 1)).Succeeded.ShouldBeTrue();
        var refused = (await world.AttestAsync(sent[0].LetterId, volume: 2)).Problem!;
        refused.Code.ShouldBe("attestation-too-large");
        refused.Message.ShouldContain("elle en porte 3 au plus");
    }

    [Fact]
    public async Task More_than_all_volumes_hold_is_refused()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, limits: Small with { InAll = 4 });
        var sent = await world.WriteToAsync(null, Addresses(5));

        (await world.AttestAsync(sent[0].LetterId, volume: 1)).Problem!.Message.ShouldContain("porterait 5 échanges ; elle en porte 4 au plus, tous volumes réunis");
    }

    /// <summary>The bounds of the product.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_to_a_thousand_and_one_has_three_volumes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(null, Addresses(1001));

        (await world.AttestAsync(sent[0].LetterId)).Problem!.ShouldBeOfType<AttestationInVolumes>().RangeOf(2).ShouldBe("destinataires n° 501 à 1000");
        (await world.AttestConsultationAsync()).Problem!.ShouldBeOfType<AttestationInVolumes>().RangeOf(3).ShouldBe("échange n° 1001");
        var second = AttestationVerifier.Verify((await world.AttestAsync(sent[0].LetterId, volume: 2)).Value.Pdf);
        second.Outcome.ShouldBe(VerificationOutcome.Whole, string.Join('\n', second.Findings));
        (second.Attested!.Told.Count, second.Attested.Told[0].Label, second.Attested.Told[^1].Label).ShouldBe((500, "N° 501", "N° 1000"));
        AttestationVerifier.Verify((await world.AttestConsultationAsync(volume: 3)).Value.Pdf).Attested!.Told.Single().Label.ShouldBe("N° 1001");
    }

    /// <summary>Letters of any size, in any order, with corrections long after.</summary>
    [Fact]
    public void The_cuts_hold_every_conversation_once_and_numbers_that_follow_each_other()
    {
        var random = new Random(7);
        var start = TestWorld.Start;
        var places = new List<Place>();
        for (var l = 0; l < 60; l++)
        {
            var (letter, sentAt) = (Guid.CreateVersion7(start), start.AddMinutes(random.Next(40)));
            var sent = random.Next(1, 120);
            for (var c = 0; c < sent + random.Next(3); c++)
                places.Add(new Place(letter, sentAt, Guid.CreateVersion7(start), c < sent ? sentAt : start.AddMinutes(50 + random.Next(1000)), $"contact-{random.Next()}@entreprise.test"));
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(places));
        var count = (places.Count + 99) / 100;
        var all = Enumerable.Range(1, count).Select(v => Share.Of(places, count, 100, v, null)).ToList();

        all.SelectMany(s => s.Letters).SelectMany(l => l.Conversations).Order().ShouldBe(places.Select(p => p.Conversation).Order());
        all.SkipLast(1).ShouldAllBe(s => s.Letters.Sum(l => l.Conversations.Count) == 100);
        foreach (var parts in all.SelectMany(s => s.Letters).GroupBy(l => l.Letter))
        {
            parts.Select(p => p.Part!.Letter).Distinct().ShouldHaveSingleItem();
            parts.SelectMany(p => Enumerable.Range(p.Part!.First, p.Conversations.Count)).ShouldBe(Enumerable.Range(1, parts.First().Part!.Of));
        }

        var one = places[0].Conversation;
        Share.Of(places, count, 100, null, one).Letters.SelectMany(l => l.Conversations).ShouldContain(one);
    }

    /// <summary>Whoever changes what a volume says of itself and signs anew with a key of his own contradicts himself.</summary>
    [Theory]
    [InlineData("number", "volume")]
    [InlineData("of", "volume")]
    [InlineData("size", "volume")]
    [InlineData("conversations", "volume")]
    [InlineData("letters", "volume")]
    [InlineData("letter", "volume")]
    [InlineData("first", "volume")]
    [InlineData("part of", "volume")]
    [InlineData("number zero", "volume")]
    [InlineData("size zero", "volume")]
    [InlineData("largest", "volume")]
    [InlineData("no part", "volume recipients")]
    [InlineData("no volume", "volume")]
    [InlineData("other format", "volume")]
    [InlineData("neither", "recipients")]
    [InlineData("recipient left out", "volume")]
    [InlineData("fewer in all", "recipients")]
    public async Task A_forger_of_a_volume_contradicts_himself(string what, string codes)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, limits: Small);
        var sent = await world.WriteToAsync(null, Addresses(5));
        var file = (await world.AttestAsync(sent[0].LetterId, volume: 2)).Value.Evidence;

        var report = AttestationVerifier.Verify(CollectionTests.Forged(file, evidence => Change(evidence, what)));

        report.Outcome.ShouldBe(VerificationOutcome.Refused, string.Join('\n', report.Findings));
        report.Findings.Where(f => f.Kind == FindingKind.Fault).Select(f => f.Code).Distinct().ShouldBe(codes.Split(' '), ignoreOrder: true, string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task Foreign_programs_read_the_number_that_the_volume_keeps()
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite, limits: Small);
        var sent = await world.WriteToAsync(null, Addresses(5));
        var evidence = JsonNode.Parse((await world.AttestAsync(sent[0].LetterId, volume: 2)).Value.Evidence)!["evidence"]!;

        evidence["volume"]!.ToJsonString().ShouldBe("""{"conversations":5,"letters":1,"number":2,"of":3,"size":2}""");
        evidence["letters"]![0]!["part"]!.ToJsonString().ShouldBe("""{"first":3,"letter":1,"of":5}""");
    }

    private static void Change(JsonObject evidence, string what)
    {
        var (volume, letter) = (evidence["volume"]!, evidence["letters"]![0]!.AsObject());
        var part = letter["part"]!;
        switch (what)
        {
            case "number":
                volume["number"] = 3;
                break;
            case "of":
                volume["of"] = 4;
                break;
            case "size":
                volume["size"] = 3;
                break;
            case "conversations":
                volume["conversations"] = 6;
                break;
            case "letters":
                volume["letters"] = 2;
                break;
            case "letter":
                part["letter"] = 2;
                break;
            case "first":
                part["first"] = 2;
                break;
            case "part of":
                part["of"] = 6;
                break;
            case "number zero":
                volume["number"] = 0;
                break;
            case "size zero":
                volume["size"] = 0;
                break;
            case "largest":
                (volume["number"], volume["size"], part["first"]) = (int.MaxValue, int.MaxValue, int.MaxValue);
                break;
            case "no part":
                letter.Remove("part");
                break;
            case "no volume":
                evidence.Remove("volume");
                break;
            case "other format":
                evidence["format"] = EvidenceCollection.WholeFormat;
                break;
            case "neither":
                evidence.Remove("volume");
                letter.Remove("part");
                evidence["format"] = EvidenceCollection.WholeFormat;
                break;
            case "recipient left out":
                letter["conversations"]!.AsArray().RemoveAt(1);
                break;
            case "fewer in all":
                (volume["conversations"], part["of"], volume["of"]) = (4, 4, 2);
                break;
        }
    }

    private static async Task<IReadOnlyList<Conversation>> ThreeLettersAsync(TestWorld world)
    {
        var first = await world.WriteToAsync(new DraftInput { Subject = "Premier courrier" }, "a0@alpha.test", "a1@alpha.test", "a2@alpha.test");
        foreach (var (subject, email) in new[] { ("Deuxième courrier", "b@beta.test"), ("Troisième courrier", "c@gamma.test") })
        {
            world.Clock.Advance(TimeSpan.FromHours(1));
            await world.WriteToAsync(new DraftInput { Subject = subject }, email);
        }

        return first;
    }

    /// <summary>Whom a volume of the consultation tells.</summary>
    private static async Task<IEnumerable<string>> ToldAsync(TestWorld world, int volume) =>
        AttestationVerifier.Verify((await world.AttestConsultationAsync(volume: volume)).Value.Pdf).Attested!.Told.Select(t => $"{t.Label} {t.Value.Split('\n')[0]}").ToList();

    /// <summary>In the order of the attestation.</summary>
    private static string[] Addresses(int count) => [.. Enumerable.Range(0, count).Select(i => $"contact-{i:0000}@entreprise.test")];
}
