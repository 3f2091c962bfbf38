using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters.Historique;

public sealed class ImportHistoriqueTests
{
    private const string Reference = TestKit.World.Historique.Reference;

    private static string Sample => TestKit.World.Historique.Sample;

    [Theory, ClassData(typeof(Databases))]
    public async Task Past_messages_come_in_once_and_are_no_evidence_of_ours(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, TestKit.World.Historique.Before);

        var line = (await ImportAsync(world, Sample)).Lines.ShouldHaveSingleItem();

        (line.Outcome, line.Reference, line.Added, line.Known).ShouldBe((HistoriqueOutcome.Imported, Reference, 2, 0));
        (await world.KindsOfAsync(consultation.Id)).ShouldBe([FactKind.ConsultationCreated, FactKind.MessagesImported]);
        var fact = (await world.FactsOfAsync(consultation.Id))[^1].Content<MessagesImportedContent>();
        (fact.Sent, fact.Replies, fact.Attachments).ShouldBe((1, 1, 2));
        (await world.QueryAsync(db => db.Facts.CountAsync(f => f.SubjectKind == SubjectKind.Conversation || f.SubjectKind == SubjectKind.Letter))).ShouldBe(0);
        (await world.QueryAsync(async db => await db.Conversations.CountAsync() + await db.Sendings.CountAsync())).ShouldBe(0);

        var rows = (await world.RunAsync((ListMessages o) => o.RunAsync(world.Caller, consultation, null, 50, default))).Value.Items;
        rows.Select(r => (r.Kind, r.From, r.FirstRecipient, r.Recipients, r.Acknowledged)).ShouldBe(
        [
            (MessageKind.ImportedReply, "Établissements Delorme & Fils", null, 0, 0),
            (MessageKind.ImportedSent, "Camille Durand", "paul.delorme@delorme.test", 2, 0),
        ]);
        var sent = (await world.RunAsync((ReadImportedMessage o) => o.RunAsync(world.Caller, rows[1].Id, default))).Value;
        sent.At.ShouldBe(new DateTimeOffset(2024, 11, 18, 9, 2, 41, TimeSpan.Zero));
        sent.Files.Select(f => (f.Name, f.Size, f.FileId is null)).ShouldBe([("plan.txt", 20, false), ("cctp.pdf", 184320, true)]);
        sent.Recipients[0].AcknowledgedAt.ShouldNotBeNull();
        var documents = await world.RunAsync((ListDocuments o) => o.RunAsync(world.Caller, Reference, default));
        documents.Select(d => (d.Name, d.Received, d.ImportedId)).ShouldBe([("plan.txt", false, sent.Id)]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_same_again_changes_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var consultation = await world.AddConsultationAsync(Reference, TestKit.World.Historique.Before);
        await ImportAsync(world, Sample);
        var files = world.FilesOnDisk().Count;

        world.Clock.Advance(TimeSpan.FromDays(1));
        var line = (await ImportAsync(world, Sample)).Lines.ShouldHaveSingleItem();

        (line.Outcome, line.Added, line.Known).ShouldBe((HistoriqueOutcome.Unchanged, 0, 2));
        (await world.KindsOfAsync(consultation.Id)).Count.ShouldBe(2);
        (await world.QueryAsync(db => db.ImportedMessages.CountAsync())).ShouldBe(2);
        world.FilesOnDisk().Count.ShouldBe(files);

        var more = (await ImportAsync(world, Sample.Replace("\"55047\"", "\"55048\"", StringComparison.Ordinal))).Lines.ShouldHaveSingleItem();
        (more.Outcome, more.Added, more.Known).ShouldBe((HistoriqueOutcome.Imported, 1, 1));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_imported_message_never_changes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, TestKit.World.Historique.Before);
        await ImportAsync(world, Sample);

        var changed = Sample.Replace("Bien reçu, merci.", "Nous n'avons rien reçu.", StringComparison.Ordinal).Replace("\"55012\",\n          \"kind\"", "\"55013\",\n          \"kind\"", StringComparison.Ordinal);
        var line = (await ImportAsync(world, changed)).Lines.ShouldHaveSingleItem();

        line.Outcome.ShouldBe(HistoriqueOutcome.Refused);
        line.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Field.ShouldBe("consultations[0].messages[1].id"), e => e.Message.ShouldContain("55047"));
        (await world.QueryAsync(db => db.ImportedMessages.CountAsync())).ShouldBe(2, "nothing of a refused consultation is imported");
        world.FilesOnDisk().Count.ShouldBe(1, "nor are its files kept");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_a_consultation_of_the_historique_takes_them_and_each_by_itself(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference, TestKit.World.Historique.Before);
        await world.AddConsultationAsync("2026-T-014");
        var one = """{"id":"1","kind":"reply","at":"2024-01-01T00:00:00Z","sender":{"company":"Alpha"}}""";

        var report = await ImportAsync(world, $$"""{"format":"vaguemestre-historique-1","consultations":[{"reference":"2026-T-014","messages":[{{one}}]},{"reference":"inconnue","messages":[{{one}}]},{"reference":"{{Reference}}","messages":[{{one}}]}]}""");

        report.Refused.ShouldBeTrue();
        report.Lines.Select(l => l.Outcome).ShouldBe([HistoriqueOutcome.Refused, HistoriqueOutcome.Refused, HistoriqueOutcome.Imported]);
        report.Lines[0].Errors.ShouldHaveSingleItem().Message.ShouldContain("samedi 1er février 2025 à 0 h 00");
        report.Lines[1].Errors.ShouldHaveSingleItem().Message.ShouldContain("import ocds");
        var other = Caller.Of((await world.AddOrganisationAsync("Autre ville", "Samir Benali", "samir@autre.test")).Agent);
        (await world.RunAsync((ImportHistorique o) => o.RunAsync(other, new MemoryStream(Encoding.UTF8.GetBytes(Sample)), default))).Lines[0].Outcome.ShouldBe(HistoriqueOutcome.Refused);
        var id = await world.QueryAsync(db => db.ImportedMessages.Select(m => m.Id).SingleAsync());
        (await world.RunAsync((ReadImportedMessage o) => o.RunAsync(other, id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    private static Task<HistoriqueReport> ImportAsync(TestWorld world, string json) =>
        world.RunAsync((ImportHistorique o) => o.RunAsync(world.Caller, new MemoryStream(Encoding.UTF8.GetBytes(json)), default));
}
