using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class SendLetterTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Sending_makes_one_conversation_one_fact_and_one_outbox_row_a_recipient(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test", "b@beta.test", "A@ALPHA.test");

        var conversations = await world.SendAsync(draft.Id);

        conversations.Select(c => c.Email).ShouldBe(["a@alpha.test", "b@beta.test"]);
        conversations.ShouldAllBe(c => c.Status == Status.Sending);
        foreach (var conversation in conversations)
        {
            var facts = await world.RunAsync((Core.Journal.Journal journal) => journal.OfAsync(conversation.Id, default));
            facts.Select(f => f.Kind).ShouldBe([FactKind.Submitted]);
            ChainCheck.FirstFault(facts).ShouldBeNull();
        }

        (await world.QueryAsync(db => db.Sendings.CountAsync())).ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_is_sent_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test");
        await world.SendAsync(draft.Id);

        var again = await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default));

        again.Problem!.Code.ShouldBe("letter-already-sent");
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_draft_that_somebody_changed_since_it_was_seen_is_neither_sent_nor_deleted(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test");
        var changed = (await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Subject = "Autre" }, null, default))).Value;

        (await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default, draft.Version))).Problem!.Code.ShouldBe("stale");
        (await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, draft.Id, default, draft.Version))).Problem!.Code.ShouldBe("stale");

        (await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default, changed.Version))).Value.State.ShouldBe(LetterState.Sent);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Twenty_who_send_at_once_send_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", null, "a@alpha.test", "b@beta.test");

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default)))));

        results.Count(r => r.Succeeded).ShouldBe(1);
        results.Where(r => !r.Succeeded).ShouldAllBe(r => r.Problem!.Code == "letter-already-sent");
        (await world.QueryAsync(db => db.Sendings.CountAsync())).ShouldBe(2);
        (await world.KindsOfAsync(draft.Id)).ShouldBe([FactKind.DraftCreated, FactKind.LetterSent]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_that_cannot_go_says_every_reason_and_stays_a_draft(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var draft = await world.AddDraftAsync("2026-T-014", new DraftInput { Subject = "", BodyHtml = "<p>&nbsp;<br></p>", ReplyExpected = true, ReplyDue = TestWorld.Start });

        var refused = await world.RunAsync((SendLetter o) => o.RunAsync(world.Caller, draft.Id, default));

        refused.Problem!.Errors.Select(e => e.Field).ShouldBe(["recipients", "subject", "bodyHtml", "replyDue"]);
        var read = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, draft.Id, default))).Value;
        (read.State, read.Version).ShouldBe((LetterState.Draft, draft.Version));
        (await world.QueryAsync(db => db.Sendings.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_thousand_recipients_get_a_letter_each(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        string[] emails = [.. Enumerable.Range(0, 2_000).Select(i => $"a{i}@alpha.test")];

        var conversations = await world.WriteToAsync(null, emails);

        conversations.Select(c => c.Email).ShouldBe(emails);
        conversations.Select(c => Convert.ToHexString(c.LinkHash!)).Distinct().Count().ShouldBe(2_000);
        var sendings = await world.QueryAsync(db => db.Sendings.AsNoTracking().ToListAsync());
        sendings.Select(s => s.ConversationId).ShouldBe(conversations.Select(c => c.Id), ignoreOrder: true);
        sendings.Select(s => s.BounceToken).Distinct().Count().ShouldBe(2_000);
        (await world.QueryAsync(db => db.Facts.CountAsync(f => f.Kind == FactKind.Submitted))).ShouldBe(2_000);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_typed_address_becomes_a_free_entry_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "2026-T-014", Register.Deposits, [new("Dépôt SA", null, null, "depot@delta.test", null, [])], default));
        var input = new DraftInput { Recipients = [new("Libre@Alpha.test", "Léa", "Alpha"), new("DEPOT@delta.test"), new("choisi@beta.test", Register: "withdrawals")] };
        for (var i = 0; i < 2; i++)
        {
            var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, "2026-T-014", input, default))).Value;
            await world.SendAsync(draft.Id);
            input = input with { Recipients = [new("libre@ALPHA.test"), new("autre@alpha.test")] };
        }

        var free = await world.QueryAsync(db => db.Contacts.Where(c => c.Register == Register.FreeEntries).OrderBy(c => c.Rank).ToListAsync());
        free.Select(c => (c.Email, c.Company, c.Name, c.Rank)).ShouldBe([("Libre@Alpha.test", "Alpha", "Léa", 0), ("autre@alpha.test", "autre@alpha.test", null, 1)]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Letters_sent_at_once_to_one_typed_address_make_one_free_entry(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var drafts = new List<Letter>();
        for (var i = 0; i < 8; i++)
            drafts.Add(await world.AddDraftAsync("2026-T-014", null, "libre@alpha.test"));

        await Task.WhenAll(drafts.Select(d => Task.Run(() => world.SendAsync(d.Id))));

        (await world.QueryAsync(db => db.Contacts.CountAsync(c => c.Register == Register.FreeEntries))).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_sent_is_frozen_under_its_hash(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync(new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte</p>" });

        var letter = (await world.RunAsync((FindLetter o) => o.RunAsync(world.Caller, conversation.LetterId, default))).Value;

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(LetterContent.Canonical(letter)));
        letter.ContentHash.ShouldBe(hash);
        LetterContent.Canonical(letter).ShouldBe("""{"attachments":[],"body":"<p>Texte</p>","mode":"tracked","replyExpected":false,"subject":"Objet","type":"free"}""");
        (await world.FactsOfAsync(conversation.Id))[0].Content<SubmittedContent>().ContentSha256.ShouldBe(Convert.ToHexStringLower(hash));
    }
}
