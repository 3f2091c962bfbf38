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
    public async Task A_reply_that_cannot_be_taken_leaves_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Limits.TrackedAttachments = 10_000);
        var conversation = await OpenedAsync(world);

        (await SendAsync(world, conversation, "x", ("un.bin", new byte[6_000]), ("deux.bin", new byte[6_000]))).Problem!.Kind.ShouldBe(ProblemKind.TooLarge);
        (await SendAsync(world, conversation, "x", ("un.bin", [1]), ("vide.bin", []))).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("« vide.bin » est vide");
        (await SendAsync(world, conversation, "x", ("a\r\nb", [1]))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("files");
        (await SendAsync(world, conversation, "  \n ")).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("text");
        (await SendAsync(world, conversation, new string('a', DraftContent.LongestBody + 1))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("text");
        (await SendAsync(world, conversation, "x", [.. Enumerable.Range(0, 101).Select(i => ($"{i}.bin", new byte[1]))])).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("files");

        world.FilesOnDisk().ShouldBeEmpty();
        (await world.QueryAsync(db => db.Replies.CountAsync())).ShouldBe(0);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        (await SendAsync(world, conversation, "juste", ("un.bin", new byte[6_000]), ("deux.bin", new byte[4_000]))).Succeeded.ShouldBeTrue();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_upload_that_breaks_off_leaves_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await OpenedAsync(world);

        await Should.ThrowAsync<IOException>(() => world.RunAsync((SendReply o) =>
            o.RunAsync(world.TokenOf(conversation), "x", [new ReplyFile("un.bin", new MemoryStream(new byte[100_000])), new ReplyFile("deux.bin", new BrokenStream(100_000))], default)));

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

        foreach (var conversation in new[] { silent, closed })
            (await SendAsync(world, conversation, "x", ("un.bin", [1]))).Problem!.Code.ShouldBe("no-reply-expected");
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
        world.RunAsync((SendReply o) => o.RunAsync(world.TokenOf(conversation), text, [.. files.Select(f => new ReplyFile(f.Name, new MemoryStream(f.Content)))], default));

    private static Task<Result<Reply>> OpenAsync(TestWorld world, Caller caller, Conversation conversation, Reply reply) =>
        world.RunAsync((OpenReply o) => o.RunAsync(caller, conversation.Id, reply.Id, default));

    private sealed class BrokenStream(int size) : MemoryStream(new byte[size])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > 0 ? throw new IOException("the sender went away") : base.ReadAsync(buffer, cancellationToken);
    }
}
