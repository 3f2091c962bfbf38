using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class RepliesTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_with_files_comes_whole(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);
        var content = RandomNumberGenerator.GetBytes(100_000);

        var sent = (await SendAsync(world, conversation, "Voici.\n\nCordialement <é>", ("Plan n° 1.pdf", content), ("deux.txt", [1]))).Value;

        sent.Body.ShouldBe("<p>Voici.</p><p>Cordialement &lt;é&gt;</p>");
        var reply = (await world.RunAsync((ReadConversation o) => o.RunAsync(world.Caller, conversation.Id, default))).Value.Replies.ShouldHaveSingleItem();
        reply.Attachments.Select(a => (a.Name, a.Size)).ShouldBe([("Plan n° 1.pdf", 100_000L), ("deux.txt", 1L)]);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyUnread);
        var fact = (await world.FactsOfAsync(conversation.Id))[^1];
        fact.ConcernsId.ShouldBe(sent.Id);
        fact.Content<ReplyContent>().Attachments[0].Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(content)));
        fact.Content<ReplyContent>().BodySha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reply.Body))));
        var read = await world.RunAsync(async (FileStore files) =>
        {
            await using var stream = files.Open(reply.Attachments[0].FileId, reply.Attachments[0].Size);
            return SHA256.HashData(stream);
        });
        read.ShouldBe(SHA256.HashData(content));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_cannot_be_taken_is_refused_for_itself_and_loses_nothing_of_the_rest(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Limits.TrackedAttachments = 10_000);
        var conversation = await OpenedAsync(world);

        (await SendAsync(world, conversation, "  \n ")).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("text");
        (await SendAsync(world, conversation, new string('a', DraftContent.LongestBody + 1))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("text");
        (await SendAsync(world, conversation, "nul\0")).Problem!.Errors.ShouldHaveSingleItem().Code.ShouldBe(ReplyProblems.UnreadableCode);
        (await AddAsync(world, conversation, "un.bin", new byte[6_000])).Succeeded.ShouldBeTrue();
        (await AddAsync(world, conversation, "deux.bin", new byte[6_000])).Problem!.Kind.ShouldBe(ProblemKind.TooLarge);
        (await AddAsync(world, conversation, "vide.bin", [])).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("« vide.bin » est vide");
        (await AddAsync(world, conversation, "a\r\nb", [1])).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
        (await AddAsync(world, conversation, "virus.exe", [1])).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");

        world.FilesOnDisk().Count.ShouldBe(1);
        (await world.QueryAsync(db => db.Replies.CountAsync())).ShouldBe(0);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        var reply = (await SendAsync(world, conversation, "juste", ("deux.bin", new byte[4_000]))).Value;
        reply.Attachments.Select(a => a.Name).ShouldBe(["un.bin", "deux.bin"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_chosen_twice_is_one_and_one_taken_off_is_gone(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);
        var token = world.TokenOf(conversation);

        var first = (await AddAsync(world, conversation, "un.txt", [1])).Value;
        (await AddAsync(world, conversation, "un.txt", [1])).Value.Id.ShouldBe(first.Id);
        (await AddAsync(world, conversation, "un.txt", [2])).Value.Id.ShouldNotBe(first.Id);
        var left = (await world.RunAsync((RemoveReplyFile o) => o.RunAsync(token, first.Id, default))).Value;
        await world.RunAsync((RemoveReplyFile o) => o.RunAsync(token, first.Id, default));

        left.Draft!.Files.ShouldHaveSingleItem().Size.ShouldBe(1);
        world.FilesOnDisk().Count.ShouldBe(1);
        (await world.QueryAsync(db => db.Files.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_windows_do_not_overwrite_each_other(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);

        var first = (await WriteAsync(world, conversation, default, "Première fenêtre")).Value;
        (await WriteAsync(world, conversation, default, "Seconde fenêtre")).Problem!.Code.ShouldBe(ReplyProblems.ChangedCode);
        (await WriteAsync(world, conversation, default, "Première fenêtre")).Value.Version.ShouldBe(first.Version, "what is written already is no change");
        var second = (await WriteAsync(world, conversation, ReplyShown.Of(first), "Seconde fenêtre")).Value;

        (second.Text, second.Version).ShouldBe(("Seconde fenêtre", 2));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_sent_is_what_was_confirmed_once_however_often_it_is_pressed(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);
        var token = world.TokenOf(conversation);
        var draft = (await WriteAsync(world, conversation, default, "Voici.")).Value;
        var shown = ReplyShown.Of(draft);
        Task<Result<Reply>> Press(params Guid[] files) => world.RunAsync((SendReply o) => o.RunAsync(token, shown, files, default));

        var unseen = (await AddAsync(world, conversation, "ajouté.txt", [1])).Value;
        (await Press()).Problem!.Code.ShouldBe(ReplyProblems.ChangedCode, "a file that was not shown is not sent");
        await WriteAsync(world, conversation, shown, "Autre.");
        (await Press(unseen.Id)).Problem!.Code.ShouldBe(ReplyProblems.ChangedCode);
        shown = shown with { Version = 2 };
        var sent = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Press(unseen.Id))));

        sent.Select(r => r.Value.Id).Distinct().ShouldHaveSingleItem().ShouldBe(draft.Id);
        (await world.KindsOfAsync(conversation.Id)).Count(k => k == FactKind.Replied).ShouldBe(1);
        (await world.QueryAsync(db => db.ReplyDrafts.CountAsync())).ShouldBe(0);
        (await WriteAsync(world, conversation, shown, "Trop tard.")).Problem!.Code.ShouldBe(ReplyProblems.SentCode);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_the_deadline_an_organisation_may_close_and_what_was_typed_stays(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.QueryAsync(db => db.Organisations.ExecuteUpdateAsync(o => o.SetProperty(x => x.LateReplies, LateReplies.Closed)));
        var conversation = await OpenedAsync(world, TestWorld.Start.AddHours(1));
        var draft = (await WriteAsync(world, conversation, default, "Presque")).Value;
        world.Clock.Advance(TimeSpan.FromHours(2));

        var late = await world.RunAsync((SendReply o) => o.RunAsync(world.TokenOf(conversation), ReplyShown.Of(draft), [], default));

        late.Problem!.Code.ShouldBe(ReplyProblems.ClosedCode);
        (await AddAsync(world, conversation, "a.txt", [1])).Problem!.Code.ShouldBe(ReplyProblems.ClosedCode);
        (await world.RunAsync((FindReplyDraft o) => o.RunAsync(world.TokenOf(conversation), default))).Value.Draft!.Text.ShouldBe("Presque");
        world.Clock.Advance(world.Settings.Messaging.KeepReplyDrafts);
        (await world.RunAsync((PurgeReplyDrafts o) => o.RunAsync(default))).ShouldBe(1);
        (await world.QueryAsync(db => db.ReplyDrafts.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_upload_that_breaks_off_leaves_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);

        await Should.ThrowAsync<IOException>(() => world.RunAsync((AddReplyFile o) => o.RunAsync(world.TokenOf(conversation), "deux.bin", new BrokenStream(100_000), default)));

        world.FilesOnDisk().ShouldBeEmpty();
        (await world.QueryAsync(db => db.Files.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_reply_needs_an_opened_letter_that_expects_one(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var silent = await world.WriteToOneAsync(new DraftInput { ReplyExpected = false });
        var closed = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(silent);

        foreach (var (conversation, code) in new[] { (silent, ReplyProblems.NotExpectedCode), (closed, ReplyProblems.NotOpenedCode) })
        {
            (await SendAsync(world, conversation, "x")).Problem!.Code.ShouldBe(code);
            (await AddAsync(world, conversation, "un.bin", [1])).Problem!.Code.ShouldBe(code);
            (await WriteAsync(world, conversation, default, "x")).Problem!.Code.ShouldBe(code);
            (await world.RunAsync((UploadToReply o) => o.RunAsync(world.TokenOf(conversation), true, default))).Problem!.Code.ShouldBe(code);
        }

        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_late_reply_is_taken_and_told_late_and_a_further_one_completes_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world, TestWorld.Start.AddHours(1));
        var first = (await SendAsync(world, conversation, "à l'heure")).Value;
        world.Clock.Advance(TimeSpan.FromHours(2));
        var second = (await SendAsync(world, conversation, "en retard")).Value;

        (await world.FactsOfAsync(conversation.Id)).Where(f => f.Kind == FactKind.Replied).Select(f => f.Content<ReplyContent>().AfterDue).ShouldBe([false, true]);
        (await OpenAsync(world, world.Caller, conversation, first)).Succeeded.ShouldBeTrue();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyUnread);
        (await OpenAsync(world, world.Caller, conversation, second)).Succeeded.ShouldBeTrue();
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyRead);
        await SendAsync(world, conversation, "encore");
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyUnread);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_first_of_many_openings_is_the_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);
        var reply = (await SendAsync(world, conversation, "x")).Value;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => OpenAsync(world, world.Caller, conversation, reply))));

        var opening = (await world.FactsOfAsync(conversation.Id)).Where(f => f.Kind == FactKind.ReplyOpened).ShouldHaveSingleItem();
        (opening.ActorId, opening.Content<ReplyOpenedContent>().Agent).ShouldBe((world.Agent.Id, "Camille Durand"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_reads_and_opens_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var conversation = await OpenedAsync(world);
        var reply = (await SendAsync(world, conversation, "x")).Value;

        (await OpenAsync(world, Caller.Of(stranger), conversation, reply)).Problem!.Code.ShouldBe("reply-not-found");
        (await world.RunAsync((ReadConversation o) => o.RunAsync(Caller.Of(stranger), conversation.Id, default))).Problem!.Code.ShouldBe("conversation-not-found");
        (await world.RunAsync((SetFavourite o) => o.RunAsync(Caller.Of(stranger), conversation.Id, true, default))).Problem!.Code.ShouldBe("conversation-not-found");
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyUnread);
    }

    private static async Task<Conversation> OpenedAsync(TestWorld world, DateTimeOffset? due = null)
    {
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true, ReplyDue = due });
        await world.OpenAsync(conversation);
        return conversation;
    }

    private static Task<Result<Reply>> SendAsync(TestWorld world, Conversation conversation, string text, params (string Name, byte[] Content)[] files) =>
        world.InScopeAsync(scope => scope.ReplyAsync(world.TokenOf(conversation), text, files));

    private static Task<Result<ReplyDraftFile>> AddAsync(TestWorld world, Conversation conversation, string name, byte[] content) =>
        world.RunAsync((AddReplyFile o) => o.RunAsync(world.TokenOf(conversation), name, new MemoryStream(content), default));

    private static Task<Result<ReplyDraft>> WriteAsync(TestWorld world, Conversation conversation, ReplyShown shown, string text) =>
        world.RunAsync((WriteReply o) => o.RunAsync(world.TokenOf(conversation), shown, text, default));

    private static Task<Result<Reply>> OpenAsync(TestWorld world, Caller caller, Conversation conversation, Reply reply) =>
        world.RunAsync((OpenReply o) => o.RunAsync(caller, conversation.Id, reply.Id, default));

    private sealed class BrokenStream(int size) : MemoryStream(new byte[size])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > 0 ? throw new IOException("the sender went away") : base.ReadAsync(buffer, cancellationToken);
    }
}
