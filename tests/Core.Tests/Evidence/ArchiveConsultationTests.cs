using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
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
        names.Count(n => n.EndsWith("attestation.pdf", StringComparison.Ordinal)).ShouldBe(2);
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

    private static async Task<string> TextAsync(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(await zip.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
