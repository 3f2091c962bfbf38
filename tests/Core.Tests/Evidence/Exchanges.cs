using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UglyToad.PdfPig;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>Conversations to attest, each taken through its life minute by minute, and what an attestation of them says.</summary>
internal static class Exchanges
{
    public const string Company = "Entreprise Dupont & Fils";
    public const string Email = "marches@dupont.test";
    public const string Acceptance = "smtp; 250 2.0.0 Ok: queued as 4FB2C1A0";
    public const string Refusal = "smtp; 550 5.1.1 <marches@dupont.test>: Recipient address rejected: User unknown";

    /// <summary>Sent, and nothing more. A tracked letter carries a file.</summary>
    public static async Task<Conversation> SentAsync(TestWorld world, DraftInput? input = null, params RecipientInput[] others)
    {
        if (!await world.QueryAsync(db => db.Consultations.AnyAsync()))
            await world.AddConsultationAsync();
        var given = input ?? new DraftInput { Subject = "Demande de précisions sur votre offre" };
        given = given with { Recipients = given.Recipients ?? [new(Email, "Claire Dupont", Company), .. others] };
        var letter = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, "2026-T-014", given, default))).Value;
        if (letter.Mode == DeliveryMode.Tracked)
            await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, letter.Id, "Règlement de la consultation.pdf", Content("règlement"), default));
        return (await world.SendAsync(letter.Id))[0];
    }

    /// <summary>Sent, accepted, visited by a filter, opened, downloaded, replied to with two files, the reply opened, or not.</summary>
    public static async Task<Conversation> RepliedAsync(TestWorld world, bool read = true)
    {
        var conversation = await SentAsync(world, new DraftInput
        {
            Type = LetterType.CompletionRequest,
            Subject = "Demande de précisions sur votre offre",
            ReplyExpected = true,
            ReplyDue = world.Clock.Now().AddDays(8),
        });
        await world.AppendAsync(conversation.Id, FactKind.AcceptedByRelay, new ServerSaid("smtp.montrevel.test [192.0.2.10]:25", "250 2.0.0 Ok: queued as 9C1D22", "2.0.0"));
        await world.AppendAsync(conversation.Id, FactKind.Delivered, new ServerSaid("mx1.dupont.test", Acceptance, "2.0.0", Report: "relayed"));
        var token = await world.RunAsync((PersonalLink links) => Task.FromResult(links.TokenOf(conversation.Id)));
        await world.RunAsync((VisitLetter o) => o.RunAsync(token, new Visitor("GET", "Mozilla/5.0 (compatible; MailFilter/3.1)"), default));
        world.Clock.Advance(TimeSpan.FromMinutes(25));
        var visit = (await world.RunAsync((OpenLetter o) => o.RunAsync(token, ReceiptProof.Declaration, new Visitor("POST", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), default))).Value;
        world.Clock.Advance(TimeSpan.FromSeconds(41));
        await world.RunAsync((DownloadAttachment o) => o.RunAsync(token, visit.Letter.Attachments[0].Id, DownloadPart.Beginning, default));
        world.Clock.Advance(TimeSpan.FromHours(50));
        var reply = (await world.InScopeAsync(scope => scope.ReplyAsync(
            token,
            "Veuillez trouver ci-joint notre mémoire.",
            ("Mémoire technique complété.pdf", Encoding.UTF8.GetBytes("mémoire")),
            ("Détail estimatif.xlsx", Encoding.UTF8.GetBytes("détail"))))).Value;
        world.Clock.Advance(TimeSpan.FromHours(3));
        if (read)
            await world.RunAsync((OpenReply o) => o.RunAsync(world.Caller, conversation.Id, reply.Id, default));
        world.Clock.Advance(TimeSpan.FromMinutes(2));
        return conversation;
    }

    /// <summary>Sent, refused, sent again, delayed, refused again.</summary>
    public static async Task<Conversation> RefusedTwiceAsync(TestWorld world)
    {
        var conversation = await SentAsync(world);
        await world.AppendAsync(conversation.Id, FactKind.AcceptedByRelay, new ServerSaid("smtp.montrevel.test [192.0.2.10]:25", "250 2.0.0 Ok: queued as 9C1D22", "2.0.0"));
        await world.AppendAsync(conversation.Id, FactKind.Undelivered, new ServerSaid("mx1.dupont.test", Refusal, "5.1.1", "UnknownRecipient", "Cette adresse n'existe pas chez le destinataire.", "failed"));
        world.Clock.Advance(TimeSpan.FromDays(1));
        (await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, conversation.Id, default))).Succeeded.ShouldBeTrue();
        await world.AppendAsync(conversation.Id, FactKind.Delayed, new ServerSaid("smtp.montrevel.test [192.0.2.10]:25", "La connexion a été perdue avant la fin de l'envoi.", StatusCode: null));
        await world.AppendAsync(conversation.Id, FactKind.Undelivered, new ServerSaid("mx2.dupont.test", "smtp; 552 5.2.2 Mailbox full", "5.2.2", "MailboxFull", "La boîte du destinataire est pleine.", "failed"));
        return conversation;
    }

    /// <summary>Writes a fact about the latest sending, a minute later, as a mail server's.</summary>
    public static Task<Result<Fact>> AppendAsync(this TestWorld world, Guid conversationId, FactKind kind, FactContent content) => world.InScopeAsync(scope =>
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var db = scope.GetRequiredService<VaguemestreDb>();
        return db.WriteAsync<Fact>(
            async () =>
            {
                var journal = scope.GetRequiredService<ConversationJournal>();
                var conversation = (await journal.LockAsync(conversationId, default))!;
                var sending = await db.Sendings.Where(s => s.ConversationId == conversationId).OrderByDescending(s => s.CreatedAt).FirstAsync();
                return await journal.AppendAsync(conversation, kind, content, Actor.MailServer, sending.Id);
            },
            default);
    });

    public static Task<Result<Attestation>> IssueAsync(this TestWorld world, Guid conversationId, Caller? caller = null) =>
        world.RunAsync((IssueAttestation o) => o.RunAsync(caller ?? world.Caller, conversationId, default));

    public static Task<List<Fact>> FactsAsync(this TestWorld world, Guid subjectId) =>
        world.RunAsync((Core.Journal.Journal journal) => journal.OfAsync(subjectId, default));

    /// <summary>Every character of every page, one page after the other.</summary>
    public static string TextOf(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        return string.Concat(document.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value));
    }

    public static byte[] EvidenceOf(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        document.Advanced.TryGetEmbeddedFiles(out var files).ShouldBeTrue();
        var file = files!.ShouldHaveSingleItem();
        file.Name.ShouldBe("preuves.json");
        return file.Memory.ToArray();
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));
}
