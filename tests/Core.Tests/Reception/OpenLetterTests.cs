using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class OpenLetterTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Without_the_declaration_nothing_opens(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        var refused = await OpenAsync(world, conversation, proof: null);

        refused.Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("declared");
        (await world.FactsOfAsync(conversation.Id))[^1].Content<Visit>().ShouldBe(new Visit("POST", "Firefox"));
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Fifty_clicks_at_once_make_one_receipt(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => OpenAsync(world, conversation, ReceiptProof.Declaration))));

        results.ShouldAllBe(r => r.Succeeded && r.Value.Opened);
        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Opened]);
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Read);
        (await world.FactsOfAsync(conversation.Id))[^1].Content<Receipt>().ShouldSatisfyAllConditions(r => r.Recipient.ShouldBe("contact@alpha.test"), r => r.Proof.ShouldBe(ReceiptProof.Declaration), r => r.UserAgent.ShouldBe("Firefox"));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_opened_letter_opens_again_without_a_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();
        await world.OpenAsync(conversation);
        world.Clock.Advance(TimeSpan.FromDays(1));

        (await OpenAsync(world, conversation, proof: null)).Value.OpenedAt.ShouldBe(TestWorld.Start);
        (await world.RunAsync((VisitLetter o) => o.RunAsync(world.TokenOf(conversation), new Visitor("GET", "Firefox"), default))).Value.Opened.ShouldBeTrue();

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Opened]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_file_is_given_once_the_letter_is_opened_and_each_download_is_a_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test");
        var file = (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "un.pdf", new MemoryStream([1, 2, 3]), default))).Value;
        var conversation = (await world.SendAsync(draft.Id))[0];
        var other = await world.WriteToOneAsync();
        await world.OpenAsync(other);

        (await DownloadAsync(world, conversation, file.Id)).Problem!.Code.ShouldBe("not-opened");
        await world.OpenAsync(conversation);
        (await DownloadAsync(world, conversation, file.Id)).Value.FileId.ShouldBe(file.FileId);
        (await DownloadAsync(world, conversation, file.Id)).Succeeded.ShouldBeTrue();
        (await DownloadAsync(world, conversation, Guid.CreateVersion7())).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await DownloadAsync(world, other, file.Id)).Problem!.Kind.ShouldBe(ProblemKind.NotFound);

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Opened, FactKind.AttachmentDownloaded, FactKind.AttachmentDownloaded]);
        (await world.FactsOfAsync(conversation.Id))[^1].ConcernsId.ShouldBe(file.Id);
    }

    private static Task<Result<LetterVisit>> OpenAsync(TestWorld world, Conversation conversation, ReceiptProof? proof) =>
        world.RunAsync((OpenLetter o) => o.RunAsync(world.TokenOf(conversation), proof, new Visitor("POST", "Firefox"), default));

    private static Task<Result<LetterAttachment>> DownloadAsync(TestWorld world, Conversation conversation, Guid file) =>
        world.RunAsync((DownloadAttachment o) => o.RunAsync(world.TokenOf(conversation), file, DownloadPart.Beginning, default));
}
