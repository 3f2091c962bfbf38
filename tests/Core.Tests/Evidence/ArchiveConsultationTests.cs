using System.IO.Compression;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

public sealed class ArchiveConsultationTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task The_archive_holds_letters_read_replies_and_attestations_that_verify(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(new DraftInput { Subject = "Pièces <à> compléter", BodyHtml = "<p>Merci.</p>", ReplyExpected = true }, "a@alpha.test", "b@beta.test");
        var (read, unread) = (sent.Single(c => c.Email == "a@alpha.test"), sent.Single(c => c.Email == "b@beta.test"));
        foreach (var conversation in sent)
            await world.OpenAsync(conversation);
        var reply = await world.ReplyAsync(read, "Voici la première.", ("DC1.pdf", "%PDF-1.7 un"u8.ToArray()));
        await world.ReplyAsync(unread, "Voici la seconde.", ("DC2.pdf", "%PDF-1.7 deux"u8.ToArray()));
        _ = (await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, read.Id, reply.Id, default))).Value;

        using var zip = new ZipArchive(new MemoryStream(await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Correspondence.Reference, default)).Value))));

        var names = zip.Entries.Select(e => e.FullName).ToList();
        names.ShouldContain("index.html");
        names.ShouldContain("index.csv");
        foreach (var conversation in sent)
        {
            var folder = await FolderOfAsync(zip, conversation);
            var pdf = await BytesAsync(zip, $"{folder}/attestation.pdf");
            var report = AttestationVerifier.Verify(pdf);
            (report.Outcome, report.Attested!.Id, report.Attested.Recipient).ShouldBe((VerificationOutcome.Whole, conversation.Id, conversation.Email));
            var evidence = await BytesAsync(zip, $"{folder}/preuves.json");
            AttestationVerifier.Verify(evidence).Outcome.ShouldBe(VerificationOutcome.Whole);
            evidence.ShouldBe(Exchanges.EvidenceOf(pdf));
            var told = (EvidenceDocument)EvidenceFile.Read(evidence)!.Evidence;
            told.Facts.Select(f => f.Read().Id).ShouldBe((await world.FactsAsync(conversation.Id)).Where(f => f.Kind != FactKind.AttestationIssued).Select(f => f.Id));
            told.Replies.Select(r => r.Id).ShouldBe(conversation.Id == read.Id ? new[] { reply.Id } : []);
        }

        names.Count(n => n.EndsWith("attestation.pdf", StringComparison.Ordinal)).ShouldBe(2);
        names.ShouldNotContain(n => n.EndsWith("faits.json", StringComparison.Ordinal));
        var html = await TextAsync(zip, "index.html");
        html.ShouldContain("Pièces &lt;à&gt; compléter");
        html.ShouldContain("réponse 1 non ouverte");
        names.Count(n => n.EndsWith("reponse.html", StringComparison.Ordinal)).ShouldBe(1);
        (await TextAsync(zip, names.Single(n => n.EndsWith("reponse.html", StringComparison.Ordinal)))).ShouldContain("Voici la première.");
        (await TextAsync(zip, names.Single(n => n.EndsWith("DC1.pdf", StringComparison.Ordinal)))).ShouldBe("%PDF-1.7 un");
        names.ShouldNotContain(n => n.EndsWith("DC2.pdf", StringComparison.Ordinal));
        foreach (var link in html.Split("href=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]))
            names.ShouldContain(link);
        (await world.KindsOfAsync(read.Id)).ShouldContain(FactKind.AttestationIssued);
        (await world.StatusOfAsync(unread.Id)).ShouldBe(Status.ReplyUnread);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Of_the_messagerie_historique_it_holds_messages_and_replies_without_statuses(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Historique.Reference, Historique.Before);
        var conversation = (await world.SendMessageAsync("Précision", "contact@alpha.test"))[0];
        await world.OpenAsync(conversation);
        await world.ReplyAsync(conversation, "Merci de la précision.");
        await world.AddConsultationAsync(Historique.Reference);

        using var zip = new ZipArchive(new MemoryStream(await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Historique.Reference, default)).Value))));

        var names = zip.Entries.Select(e => e.FullName).ToList();
        (await TextAsync(zip, names.Single(n => n.EndsWith("reponse.html", StringComparison.Ordinal)))).ShouldContain("Merci de la précision.");
        names.ShouldNotContain(n => n.Contains("attestation", StringComparison.Ordinal));
        var html = await TextAsync(zip, "index.html");
        html.ShouldContain("Messagerie historique");
        html.ShouldContain("contact@alpha.test, <a href=");
        foreach (var link in html.Split("href=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]))
            names.ShouldContain(link);
        (await TextAsync(zip, "index.csv")).Split("\r\n")[1].ShouldStartWith($"{Historique.Reference};;;Précision;");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Where_no_attestation_can_be_made_it_holds_the_facts_as_they_are_kept(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(new DraftInput { ReplyExpected = true }, "a@alpha.test", "b@beta.test", "c@gamma.test", "d@delta.test");
        foreach (var conversation in sent)
            await world.OpenAsync(conversation);
        await world.ReplyAsync(sent[2]);
        await TamperingTests.TamperAsync(
            world,
            "UPDATE fact_payloads SET json = replace(json, 'a@alpha.test', 'x@alpha.test')",
            "DELETE FROM fact_payloads WHERE fact_id IN (SELECT f.id FROM facts f JOIN conversations c ON c.id = f.subject_id WHERE c.email = 'b@beta.test' AND f.kind = 'opened')",
            "UPDATE replies SET body = '<p>Nous renonçons.</p>'");

        using var zip = new ZipArchive(new MemoryStream(await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Correspondence.Reference, default)).Value))));

        var names = zip.Entries.Select(e => e.FullName).ToList();
        var html = await TextAsync(zip, "index.html");
        html.ShouldContain("<code>faits.json</code>");
        for (var i = 0; i < sent.Count; i++)
        {
            var folder = await FolderOfAsync(zip, sent[i]);
            var attested = i == 3;
            names.Contains($"{folder}/preuves.json").ShouldBe(attested);
            names.Contains($"{folder}/faits.json").ShouldBe(!attested);
            if (attested)
                continue;
            html.ShouldContain($"<a href=\"{folder}/faits.json\">faits</a>");
            (await TextAsync(zip, $"{folder}/attestation-non-etablie.txt")).ShouldContain("L'attestation n'est pas établie.");
            var facts = CanonicalJson.DeserializeStrictly<List<ExportedFact>>(await TextAsync(zip, $"{folder}/faits.json"))!;
            facts.ShouldBe((await world.FactsAsync(sent[i].Id)).ConvertAll(ExportedFact.Of));
            facts.Select(f => f.Read()).Select(f => (f.Kind, f.SubjectId)).ShouldBe(new[] { FactKind.Submitted, FactKind.Opened, FactKind.Replied }.Take(facts.Count).Select(kind => (kind, sent[i].Id)));
            facts.Count(f => f.Payload is null).ShouldBe(i == 1 ? 1 : 0);
        }
    }

    /// <summary>An archive is no event of what it holds: by its last event, a conversation is found among what is new.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task It_leaves_the_last_event_of_each_conversation_and_their_order_as_they_were(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(new DraftInput { ReplyExpected = true }, "a@alpha.test", "b@beta.test", "c@gamma.test");
        world.Clock.Advance(TimeSpan.FromDays(1));
        await world.OpenAsync(sent[1]);
        var before = await RowsAsync();
        before[0].Id.ShouldBe(sent[1].Id);
        world.Clock.Advance(TimeSpan.FromDays(1));

        await world.InScopeAsync(async scope => await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Correspondence.Reference, default)).Value));

        (await world.KindsOfAsync(sent[1].Id)).ShouldContain(FactKind.AttestationIssued);
        (await RowsAsync()).ShouldBe(before);
        await world.ReplyAsync(sent[1]);
        (await world.QueryAsync(db => db.Conversations.SingleAsync(c => c.Id == sent[1].Id))).LastEventAt.ShouldBe((await world.FactsAsync(sent[1].Id))[^1].At);

        async Task<IReadOnlyList<ConversationRow>> RowsAsync() => (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new(), null, 10, default))).Value.Items;
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_imported_is_in_it_and_said_to_be_no_evidence_of_ours(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Historique.Reference, Historique.Before);
        (await world.RunAsync((ImportHistorique o) => o.RunAsync(world.Caller, new MemoryStream(Encoding.UTF8.GetBytes(Historique.Sample)), default))).Refused.ShouldBeFalse();
        await world.AddConsultationAsync(Historique.Reference);

        using var zip = new ZipArchive(new MemoryStream(await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Historique.Reference, default)).Value))));

        var names = zip.Entries.Select(e => e.FullName).ToList();
        var html = await TextAsync(zip, "index.html");
        html.ShouldContain("RE: Précision sur le mobilier du réfectoire");
        html.ShouldContain("n’en atteste rien");
        foreach (var link in html.Split("href=\"").Skip(1).Select(part => part[..part.IndexOf('"', StringComparison.Ordinal)]))
            names.ShouldContain(link);
        var sent = await TextAsync(zip, "importes/0001/message.html");
        foreach (var told in new[] { "Message importé", "n’en atteste rien", "paul.delorme@delorme.test", "empreinte SHA-256 9f86d08" })
            sent.ShouldContain(told);
        (await TextAsync(zip, names.Single(n => n.StartsWith("importes/0001/fichiers/", StringComparison.Ordinal)))).ShouldBe("Plan du réfectoire\n");
        (await TextAsync(zip, "importes/0002/message.html")).ShouldContain("Bien reçu, merci.");
    }

    /// <summary>Each attestation in it is an event of its conversation, by which the table is sorted.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Its_table_has_every_conversation_however_many(DatabaseProvider provider)
    {
        const int Many = ListConversations.MostItems + 3;
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToAsync(null, [.. Enumerable.Range(0, Many).Select(i => $"n{i}@alpha.test")]);

        using var zip = new ZipArchive(new MemoryStream(await world.InScopeAsync(async scope =>
            await WrittenAsync((await scope.GetRequiredService<ArchiveConsultation>().RunAsync(world.Caller, Correspondence.Reference, default)).Value))));

        zip.Entries.Count(e => e.FullName.EndsWith("attestation.pdf", StringComparison.Ordinal)).ShouldBe(Many);
        (await TextAsync(zip, "index.csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(Many + 1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_consultation_is_not_there(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var (_, agent) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");

        (await world.RunAsync((ArchiveConsultation o) => o.RunAsync(Caller.Of(agent), Correspondence.Reference, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    private static async Task<byte[]> WrittenAsync(Func<Stream, CancellationToken, Task> write)
    {
        var target = new MemoryStream();
        await write(target, TestContext.Current.CancellationToken);
        return target.ToArray();
    }

    /// <summary>Where the index says that what concerns a conversation is.</summary>
    private static async Task<string> FolderOfAsync(ZipArchive zip, Conversation conversation)
    {
        var lines = (await TextAsync(zip, "index.html")).Split('\n').Where(line => line.StartsWith("<li>", StringComparison.Ordinal));
        var link = lines.Single(line => line.Contains(conversation.Email, StringComparison.Ordinal)).Split('"')[1];
        return link[..link.LastIndexOf('/')];
    }

    private static async Task<byte[]> BytesAsync(ZipArchive zip, string name)
    {
        await using var entry = await zip.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken);
        var content = new MemoryStream();
        await entry.CopyToAsync(content, TestContext.Current.CancellationToken);
        return content.ToArray();
    }

    private static async Task<string> TextAsync(ZipArchive zip, string name) => Encoding.UTF8.GetString(await BytesAsync(zip, name));
}
