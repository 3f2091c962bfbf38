using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Files.Scanning;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Historique;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Files.Scanning;

/// <summary>What a real clamd finds is refused wherever files enter; what it could not see waits.</summary>
public sealed class AntivirusTests
{
    private static readonly byte[] Sound = "%PDF-1.7 un plan"u8.ToArray();

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_infected_is_refused_by_name_wherever_it_enters_and_nothing_of_it_is_kept(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var world = await CreateWorldAsync(provider, clamd);
        var draft = await world.AddDraftAsync(Correspondence.Reference, null, "a@alpha.test");
        var recipient = (await FindAsync(world, draft.Id)).Recipients[0].Id;
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(conversation);
        var before = await world.FactsOfAsync(draft.Id);

        foreach (var (name, content) in new[] { ("prix.txt", ClamdServer.Eicar), ("dossier.zip", ClamdServer.EicarInZip()) })
        {
            Infected(await AttachAsync(world, draft.Id, name, content), name);
            Infected(await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, recipient, name, new MemoryStream(content), default)), name);
            Infected(await UploadAsync(world, draft.Id, name, content), name);
            Infected(await ReplyWithAsync(world, conversation, name, content), name);
        }

        world.FilesOnDisk().ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(world.Settings.DataDirectory, "uploads")).ShouldBeEmpty();
        (await world.QueryAsync(db => db.Files.CountAsync())).ShouldBe(0);
        (await world.QueryAsync(db => db.Uploads.CountAsync())).ShouldBe(0);
        (await world.FactsOfAsync(draft.Id)).Count.ShouldBe(before.Count);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_sound_passes_and_is_marked_so(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var world = await CreateWorldAsync(provider, clamd);
        var draft = await world.AddDraftAsync(Correspondence.Reference, new DraftInput { Subject = "Objet", BodyHtml = "<p>Bonjour</p>" }, "a@alpha.test");
        (await AttachAsync(world, draft.Id, "plan.pdf", Sound)).Succeeded.ShouldBeTrue();
        (await UploadAsync(world, draft.Id, "autre.pdf", Sound)).Succeeded.ShouldBeTrue();
        var copy = (await world.RunAsync((DuplicateLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;

        (await world.SendAsync(draft.Id)).Count.ShouldBe(1);

        copy.Attachments.Count.ShouldBe(2);
        (await world.QueryAsync(db => db.Files.Select(f => f.Scan).ToListAsync())).ShouldBe([FileScan.Clean, FileScan.Clean, FileScan.Clean, FileScan.Clean]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task While_clamd_is_away_files_of_a_draft_wait_and_go_nowhere_until_it_has_seen_them(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var world = await CreateWorldAsync(provider, clamd);
        await clamd.StopAsync();
        var draft = await world.AddDraftAsync(Correspondence.Reference, new DraftInput { Subject = "Objet", BodyHtml = "<p>Bonjour</p>" }, "a@alpha.test");
        (await AttachAsync(world, draft.Id, "plan.pdf", Sound)).Succeeded.ShouldBeTrue();
        (await UploadAsync(world, draft.Id, "prix.txt", ClamdServer.Eicar)).Succeeded.ShouldBeTrue();

        (await ScanAsync(world)).ShouldBe(0);
        foreach (var file in (await FindAsync(world, draft.Id)).Attachments)
            HeldFiles.WhyNot(file.Name, file.File!)!.Code.ShouldBe("file-unscanned");
        var refused = (await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Problem!.Errors;
        refused.Select(e => (e.Field, e.Code)).ShouldBe([("attachments", "file-unscanned"), ("attachments", "file-unscanned")]);
        refused[0].Message.ShouldContain("« plan.pdf »");
        (await world.RunAsync((ScheduleSending o) => o.RunAsync(world.Caller, draft.Id, TestWorld.Start.AddHours(2), default))).Problem!.Errors.ShouldAllBe(e => e.Code == "file-unscanned");
        (await world.RunAsync((DuplicateLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Problem!.Code.ShouldBe("file-unscanned");

        await clamd.StartAgainAsync();
        (await ScanAsync(world)).ShouldBe(2);
        (await ScanAsync(world)).ShouldBe(0);
        var letter = await FindAsync(world, draft.Id);
        letter.Attachments.Select(a => (a.File!.Scan, a.File.Finding)).ShouldBe([(FileScan.Clean, null), (FileScan.Refused, "Essai.Eicar.UNOFFICIAL")]);
        world.FilesOnDisk().ShouldHaveSingleItem("the infected one's content is gone");
        (await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("« prix.txt » (Essai.Eicar.UNOFFICIAL)");

        (await world.RunAsync((RemoveAttachment o) => o.RunAsync(world.Caller, draft.Id, letter.Attachments[1].Id, default))).Succeeded.ShouldBeTrue();
        (await world.SendAsync(draft.Id)).Count.ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task While_clamd_is_away_a_reply_is_kept_and_is_sent_once_it_is_back(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var world = await CreateWorldAsync(provider, clamd);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(conversation);
        await clamd.StopAsync();
        (await world.InScopeAsync(scope => scope.ReplyAsync(world.TokenOf(conversation), "Voici.", ("kbis.pdf", Sound)))).Problem!.Code.ShouldBe("file-unscanned");
        (await world.KindsOfAsync(conversation.Id)).ShouldNotContain(FactKind.Replied);

        await clamd.StartAgainAsync();
        (await ScanAsync(world)).ShouldBe(1);

        var reply = (await world.InScopeAsync(scope => scope.ReplyAsync(world.TokenOf(conversation), "Voici."))).Value;
        reply.Attachments.ShouldHaveSingleItem().Name.ShouldBe("kbis.pdf");
    }

    /// <summary>Played by a few lines: clamd itself says so only where a disk is full or its time is up.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_about_which_clamd_says_nothing_keeps_no_other_waiting(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => (s.Antivirus.ClamAv.Host, s.Antivirus.ClamAv.Port) = ("127.0.0.1", FreePort.Next()));
        await world.AddConsultationAsync(Correspondence.Reference);
        var draft = await world.AddDraftAsync(Correspondence.Reference, null, "a@alpha.test");
        await AttachAsync(world, draft.Id, "ardu.bin", "ardu"u8.ToArray());
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await AttachAsync(world, draft.Id, "plan.pdf", Sound);
        using var clamd = new TcpListener(IPAddress.Loopback, world.Settings.Antivirus.ClamAv.Port);
        clamd.Start();
        var serving = ServeAsync(clamd);

        (await ScanAsync(world)).ShouldBe(1);

        (await FindAsync(world, draft.Id)).Attachments.OrderBy(a => a.Rank).Select(a => a.File!.Scan).ShouldBe([FileScan.Waiting, FileScan.Clean]);
        clamd.Stop();
        await serving;

        static async Task ServeAsync(TcpListener listener)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                    await AnswerAsync(client.GetStream());
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
        }

        static async Task AnswerAsync(NetworkStream line)
        {
            var buffer = new byte[64 * 1024];
            var read = 0;
            var answer = "";
            while (answer.Length == 0 && await line.ReadAsync(buffer.AsMemory(read), TestContext.Current.CancellationToken) is > 0 and var more)
            {
                var text = System.Text.Encoding.Latin1.GetString(buffer, 0, read += more);
                answer = text.StartsWith("zVERSION", StringComparison.Ordinal) ? "ClamAV 1.4.3/1/Tue Aug 12 08:27:42 2025" : !text.EndsWith("\0\0\0\0", StringComparison.Ordinal) ? "" : text.Contains("ardu", StringComparison.Ordinal) ? "INSTREAM: Can't allocate memory ERROR" : "stream: OK";
            }

            await line.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer + "\0"), TestContext.Current.CancellationToken);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Switched_off_nothing_waits_any_more(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => (s.Antivirus.ClamAv.Host, s.Antivirus.ClamAv.Port) = ("127.0.0.1", FreePort.Next()));
        await world.AddConsultationAsync(Correspondence.Reference);
        var draft = await world.AddDraftAsync(Correspondence.Reference, null, "a@alpha.test");
        await AttachAsync(world, draft.Id, "plan.pdf", Sound);
        (await FindAsync(world, draft.Id)).Attachments[0].File!.Scan.ShouldBe(FileScan.Waiting);

        world.Settings.Antivirus.ClamAv.Host = "";
        await ScanAsync(world);

        (await FindAsync(world, draft.Id)).Attachments[0].File!.Scan.ShouldBeNull();
    }

    [Fact]
    public async Task A_file_as_large_as_a_letters_may_be_is_streamed_and_one_beyond_clamds_own_limit_is_refused()
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var small = await ClamdServer.StartAsync("1M");
        await using var world = await CreateWorldAsync(DatabaseProvider.Sqlite, clamd);
        var draft = await world.AddDraftAsync(Correspondence.Reference, null, "a@alpha.test");
        var largest = new byte[world.Settings.Limits.TrackedAttachments];

        var joined = (await AttachAsync(world, draft.Id, "grand.bin", largest)).Value;
        joined.File!.Scan.ShouldBe(FileScan.Clean);
        await world.RunAsync((RemoveAttachment o) => o.RunAsync(world.Caller, draft.Id, joined.Id, default));
        world.Settings.Antivirus.ClamAv.Port = small.Port;
        var refused = (await AttachAsync(world, draft.Id, "grand.bin", largest)).Problem!.Errors[0];

        (refused.Code, refused.Message).ShouldSatisfyAllConditions(r => r.Code.ShouldBe("file-unscannable"), r => r.Message.ShouldContain("« grand.bin »"));
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Messages_of_before_are_not_imported_with_an_infected_file_nor_while_clamd_is_away(DatabaseProvider provider)
    {
        await using var clamd = await ClamdServer.StartAsync();
        await using var world = await CreateWorldAsync(provider, clamd);
        await world.AddConsultationAsync(Historique.Reference, Historique.Before);
        var infected = Historique.Sample.Replace("UGxhbiBkdSByw6lmZWN0b2lyZQo=", Convert.ToBase64String(ClamdServer.Eicar), StringComparison.Ordinal);

        (await ImportAsync(world, infected)).Lines.SelectMany(l => l.Errors).ShouldHaveSingleItem().Message.ShouldContain("infecté");
        await clamd.StopAsync();
        (await ImportAsync(world, Historique.Sample)).Lines.SelectMany(l => l.Errors).ShouldHaveSingleItem().Message.ShouldContain("attend l'analyse antivirus");
        world.FilesOnDisk().ShouldBeEmpty();
        await clamd.StartAgainAsync();
        (await ImportAsync(world, Historique.Sample)).Refused.ShouldBeFalse();
    }

    [Theory]
    [InlineData("ClamAV 1.4.3/27731/Tue Aug 12 08:27:42 2025", "ClamAV 1.4.3", "2025-08-12T08:27:42Z")]
    [InlineData("ClamAV 1.0.7/27451/Mon Nov  4 09:34:04 2024", "ClamAV 1.0.7", "2024-11-04T09:34:04Z")]
    [InlineData("ClamAV 1.4.3", "ClamAV 1.4.3", null)]
    [InlineData("ClamAV 1.4.3/0/Thu Jan  1 00:00", "ClamAV 1.4.3", null)]
    public void The_age_of_signatures_is_read_from_its_version(string answer, string engine, string? at)
    {
        var version = ClamAvClient.VersionOf(answer);
        (version.Engine, version.SignaturesAt).ShouldBe((engine, at is null ? null : DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static void Infected<T>(Result<T> refused, string name)
    {
        var error = refused.Problem.ShouldNotBeNull().Errors.ShouldHaveSingleItem();
        (error.Field, error.Code).ShouldBe(("file", "file-infected"));
        error.Message.ShouldStartWith($"Le fichier « {name} » est infecté, d'après l'antivirus (Essai.Eicar.UNOFFICIAL)");
    }

    private static async Task<TestWorld> CreateWorldAsync(DatabaseProvider provider, ClamdServer clamd)
    {
        var world = await TestWorld.CreateAsync(provider, s => (s.Antivirus.ClamAv.Host, s.Antivirus.ClamAv.Port) = ("127.0.0.1", clamd.Port));
        await world.AddConsultationAsync(Correspondence.Reference);
        return world;
    }

    private static async Task<Letter> FindAsync(TestWorld world, Guid letter) => (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, letter, default))).Value;

    private static Task<Result<LetterAttachment>> AttachAsync(TestWorld world, Guid letter, string name, byte[] content) =>
        world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, letter, name, new MemoryStream(content), default));

    private static Task<Result<ReplyDraftFile>> ReplyWithAsync(TestWorld world, Conversation conversation, string name, byte[] content) =>
        world.RunAsync((AddReplyFile o) => o.RunAsync(world.TokenOf(conversation), name, new MemoryStream(content), default));

    private static async Task<Result<UploadProgress>> UploadAsync(TestWorld world, Guid letter, string name, byte[] content)
    {
        var id = (await ToAsync(world, letter, (StartUpload o, UploadTarget to) => o.RunAsync(to, name, content.Length, default))).Value.Id;
        return await ToAsync(world, letter, (AppendUpload o, UploadTarget to) => o.RunAsync(to, id, 0, new MemoryStream(content), default));
    }

    private static Task<T> ToAsync<TOperation, T>(TestWorld world, Guid letter, Func<TOperation, UploadTarget, Task<T>> run)
        where TOperation : notnull => world.InScopeAsync(async scope =>
    {
        var target = (await ((UploadToLetter)scope.GetService(typeof(UploadToLetter))!).RunAsync(world.Caller, letter, default)).Value;
        return await run((TOperation)scope.GetService(typeof(TOperation))!, target);
    });

    private static Task<int> ScanAsync(TestWorld world) => world.RunAsync((ScanWaitingFiles o) => o.RunAsync(default));

    private static Task<HistoriqueReport> ImportAsync(TestWorld world, string json) =>
        world.RunAsync((ImportHistorique o) => o.RunAsync(world.Caller, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)), default));
}
