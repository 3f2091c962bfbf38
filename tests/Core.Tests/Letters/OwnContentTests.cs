using MimeKit;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class OwnContentTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Each_recipient_gets_its_own_words_and_files_and_never_anothers(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (a, b) = await SendToTwoAsync(world, DeliveryMode.Tracked);

        var seenByA = (await OpenAsync(world, a)).Conversation;
        (seenByA.Subject, seenByA.Body).ShouldBe(("Rejet, a@alpha.test", "<p>Bonjour a@alpha.test</p><p>Vos notes</p>"));
        seenByA.Files.Select(f => f.Name).ShouldBe(["commun.pdf", "acte.pdf"]);

        var seenByB = (await OpenAsync(world, b)).Conversation;
        (seenByB.Subject, seenByB.Body).ShouldBe(("Rejet, b@beta.test", "<p>Bonjour b@beta.test</p>"));
        seenByB.Files.Select(f => f.Name).ShouldBe(["commun.pdf"]);
        var token = world.RunSync((PersonalLink l) => l.TokenOf(b.Id));
        (await world.RunAsync((DownloadAttachment o) => o.RunAsync(token, seenByA.Files[1].Id, DownloadPart.Beginning, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_mail_of_a_plain_letter_carries_its_recipients_own(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (a, b) = await SendToTwoAsync(world, DeliveryMode.Plain);

        await using var relay = TestRelay.Start(world);
        await world.EmptyOutboxAsync();
        MailTo(a, relay).Attachments.OfType<MimePart>().Select(f => f.FileName).ShouldBe(["commun.pdf", "acte.pdf"]);
        var mail = MailTo(b, relay);
        mail.Attachments.OfType<MimePart>().Select(f => f.FileName).ShouldBe(["commun.pdf"]);
        mail.TextBody!.ShouldContain("Bonjour b@beta.test");
        mail.TextBody!.ShouldNotContain("Vos notes");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_hash_covers_what_the_recipient_got_and_an_attestation_is_issued_over_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (a, b) = await SendToTwoAsync(world, DeliveryMode.Tracked);

        var hashes = new[] { (await world.FactsOfAsync(a.Id))[0].Content<SubmittedContent>(), (await world.FactsOfAsync(b.Id))[0].Content<SubmittedContent>() };
        hashes[0].ContentSha256.ShouldNotBe(hashes[1].ContentSha256);
        hashes[0].Attachments.Count.ShouldBe(2);
        (await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, a.Id, default))).Problem.ShouldBeNull();
        (await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, b.Id, default))).Problem.ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Own_files_count_against_the_limit_of_their_recipient(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider, s => s.Limits.TrackedAttachments = 10);
        var draft = await DraftAsync(world, DeliveryMode.Tracked);
        var recipient = draft.Recipients[0];
        (await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "commun.pdf", new MemoryStream(new byte[6]), default))).Problem.ShouldBeNull();

        (await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, recipient.Id, "trop.pdf", new MemoryStream(new byte[5]), default))).Problem!.Code.ShouldBe("attachments-too-large");
        (await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, recipient.Id, "juste.pdf", new MemoryStream(new byte[4]), default))).Problem.ShouldBeNull();
        world.FilesOnDisk().Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_program_is_no_own_file_either(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var draft = await DraftAsync(world, DeliveryMode.Tracked);
        foreach (var (name, content) in new[] { ("acte.pdf.exe", "%PDF-"u8.ToArray()), ("acte.pdf", [.. "MZ\0"u8]), ("vide.pdf", []) })
            (await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, draft.Recipients[0].Id, name, new MemoryStream(content), default))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("file");
        world.FilesOnDisk().ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_copy_is_a_draft_with_everything_and_files_of_its_own(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (a, _) = await SendToTwoAsync(world, DeliveryMode.Tracked);

        var copy = (await world.RunAsync((DuplicateLetter o) => o.RunAsync(world.Caller, a.LetterId, default))).Value;

        var draft = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, copy.Id, default))).Value;
        (draft.State, draft.Recipients.Count, draft.Attachments.Count).ShouldBe((LetterState.Draft, 2, 1));
        (draft.Recipients[0].Paragraph, draft.Recipients[0].Attachments.ShouldHaveSingleItem().Name).ShouldBe(("Vos notes", "acte.pdf"));
        world.FilesOnDisk().Count.ShouldBe(4);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_subject_of_one_recipient_is_found_and_shown_in_the_list(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await SendToTwoAsync(world, DeliveryMode.Tracked);
        await world.IndexAsync();

        var rows = (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Text = "Rejet" }, null, 10, default))).Value.Items;

        rows.Select(r => (r.Subject, r.Attachments)).ShouldBe([("Rejet, a@alpha.test", 2), ("Rejet, b@beta.test", 1)], ignoreOrder: true);
    }

    private static async Task<(Conversation A, Conversation B)> SendToTwoAsync(TestWorld world, DeliveryMode mode)
    {
        var draft = await DraftAsync(world, mode);
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "commun.pdf", new MemoryStream([1]), default));
        await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, draft.Id, draft.Recipients[0].Id, "acte.pdf", new MemoryStream([2]), default));
        await world.RunAsync((WriteParagraph o) => o.RunAsync(world.Caller, draft.Id, draft.Recipients[0].Id, "Vos notes", default));
        return await world.SendAsync(draft.Id) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
    }

    private static async Task<Letter> DraftAsync(TestWorld world, DeliveryMode mode)
    {
        await world.AddConsultationAsync();
        var made = await world.AddDraftAsync("2026-T-014", new DraftInput { Mode = mode, Subject = "Rejet, {{ recipient.company }}", BodyHtml = "<p>Bonjour {{ recipient.email }}</p><p>{{ recipient.paragraph }}</p>" }, "a@alpha.test", "b@beta.test");
        return (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, made.Id, default))).Value;
    }

    private static async Task<LetterVisit> OpenAsync(TestWorld world, Conversation conversation)
    {
        var token = world.RunSync((PersonalLink l) => l.TokenOf(conversation.Id));
        return (await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "test"), default))).Value;
    }

    private static MimeMessage MailTo(Conversation conversation, TestRelay relay) =>
        MimeMessage.Load(new MemoryStream(relay.Taken.Single(m => m.Recipients.Single().Address == conversation.Email).Data.ToArray()));
}
