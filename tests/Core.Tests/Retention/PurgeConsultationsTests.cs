using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Retention;
using Vaguemestre.Core.Tests.Evidence;
using Vaguemestre.Core.Tests.Journal.Sealing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Retention;

public sealed class PurgeConsultationsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_over_its_retention_is_erased_and_the_journal_keeps_the_proof_that_it_was(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, Correspondence.Reference, Register.Withdrawals, [new ContactInput(Exchanges.Company, null, "Claire Dupont", Exchanges.Email, null, [])], default));
        await world.AddDraftAsync(Correspondence.Reference, new DraftInput { Subject = "Brouillon pour Dupont" }, Exchanges.Email);
        await world.IndexAsync();
        await world.SealAsync();
        var before = await world.FactsAsync(conversation.Id);
        var (sent, replied) = (before[0].Content<SubmittedContent>(), before.Single(f => f.Kind == FactKind.Replied).Content<Core.Reception.ReplyContent>());
        var attestation = (await world.IssueAsync(conversation.Id)).Value.Pdf;
        (await world.KeepAsync()).Succeeded.ShouldBeTrue();
        await world.LetRetentionEndAsync();

        (await world.PurgeAsync()).ShouldBe(4, "one conversation, the letter and the draft, the consultation");
        await world.IndexAsync();
        await world.SealAsync();

        (await world.QueryAsync(async db => new[]
        {
            await db.Letters.CountAsync(), await db.Conversations.CountAsync(), await db.Replies.CountAsync(), await db.Sendings.CountAsync(), await db.Contacts.CountAsync(), await db.Files.CountAsync(), await db.Notices.CountAsync(),
            await db.News.CountAsync(), await db.SearchRows.CountAsync(),
        })).ShouldAllBe(left => left == 0);
        Directory.EnumerateFiles(Path.Combine(world.Settings.DataDirectory, "files"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await world.QueryAsync(db => db.Set<FactPayload>().Select(p => p.Json).ToListAsync())).ShouldAllBe(json => !json.Contains("upont") && !json.Contains("Camille") || json.Contains("\"author\":\"Camille Durand\""));

        var after = await world.FactsAsync(conversation.Id);
        ChainCheck.FirstFault(after).ShouldBeNull();
        after.SkipLast(1).ShouldAllBe(f => f.Payload == null);
        after.Take(before.Count).Select(f => f.Hash).ShouldBe(before.Select(f => f.Hash));
        (after[^1].Kind, after[^1].ActorKind).ShouldBe((FactKind.ContentPurged, ActorKind.Platform));
        var purged = after[^1].Content<ContentPurged>();
        (purged.Kind, purged.From, purged.Years, purged.Until).ShouldBe((RetentionKind.SuppliesAndServices, Retentions.From, 5, Retentions.Until));
        (purged.Facts, purged.LastHash).ShouldBe((after.Count - 1, Convert.ToHexStringLower(after[^2].Hash)));
        purged.ContentSha256.ShouldBe(sent.ContentSha256);
        purged.Files.ShouldBe([.. sent.Attachments.Select(a => a.Sha256), .. replied.Attachments.Select(a => a.Sha256)]);
        purged.Replies.ShouldBe([replied.BodySha256]);
        var end = (await world.FactsAsync(conversation.ConsultationId))[^1];
        end.Kind.ShouldBe(FactKind.ConsultationPurged);
        end.Content<ConsultationPurged>().ShouldSatisfyAllConditions(c => c.Letters.ShouldBe(2), c => c.Conversations.ShouldBe(1));

        var check = await world.RunAsync((CheckJournal o) => o.RunAsync(default));
        check.Faults.ShouldBeEmpty();
        check.Purged.ShouldBeGreaterThan(after.Count);
        AttestationVerifier.Verify(attestation).Outcome.ShouldBe(VerificationOutcome.Whole, "what was issued before stands");
        (await world.IssueAsync(conversation.Id)).Problem!.Code.ShouldBe("conversation-not-found");
        (await world.RetentionAsync()).ShouldSatisfyAllConditions(v => v.PurgedAt.ShouldNotBeNull(), v => v.Letters.ShouldBe(2), v => v.ErasedFrom.ShouldBeNull());
        (await world.KeepAsync()).Problem!.Code.ShouldBe("already-purged");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Without_a_date_nothing_is_ever_erased(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.RepliedAsync(world);
        await world.HoldAsync();
        await world.HoldAsync(hold: false);

        world.Clock.Advance(TimeSpan.FromDays(365 * 20));

        (await world.PurgeAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromDays(365));
        (await world.PurgeAsync()).ShouldBe(0);
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_hold_keeps_everything_and_once_lifted_the_erasure_is_announced_anew(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        await world.KeepAsync();
        (await world.HoldAsync()).Succeeded.ShouldBeTrue();
        await world.LetRetentionEndAsync();
        (await world.PurgeAsync()).ShouldBe(0);
        (await world.RetentionAsync()).ShouldSatisfyAllConditions(v => v.ErasedFrom.ShouldBeNull(), v => v.HeldBy.ShouldBe("Camille Durand"));

        await world.HoldAsync(hold: false, reason: "Recours jugé");
        (await world.PurgeAsync()).ShouldBe(0);
        (await world.RetentionAsync()).ErasedFrom.ShouldBe(world.Clock.Now().AddDays(30));
        world.Clock.Advance(TimeSpan.FromDays(29));
        (await world.PurgeAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromDays(1));
        (await world.PurgeAsync()).ShouldBePositive();

        (await world.KindsOfAsync((await world.QueryAsync(db => db.Consultations.SingleAsync())).Id)).TakeLast(4)
            .ShouldBe([FactKind.RetentionEntered, FactKind.HoldSet, FactKind.HoldLifted, FactKind.ConsultationPurged]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_hold_between_two_turns_stops_what_had_begun(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToAsync(null, [.. Enumerable.Range(1, PurgeConsultations.Batch + 3).Select(i => $"c{i}@alpha.test")]);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();

        (await world.PurgeTurnAsync()).ShouldBe(PurgeConsultations.Batch);
        await world.HoldAsync();
        (await world.PurgeTurnAsync()).ShouldBe(0);
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(3);
        await world.HoldAsync(hold: false);
        (await world.PurgeAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromDays(30));
        (await world.PurgeAsync()).ShouldBe(5);

        (await world.RetentionAsync()).ShouldSatisfyAllConditions(v => v.Letters.ShouldBe(1), v => v.Conversations.ShouldBe(PurgeConsultations.Batch + 3));
        (await world.RunAsync((CheckJournal o) => o.RunAsync(default))).Faults.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_clock_that_goes_back_erases_nothing_and_forgets_what_it_announced(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        await world.KeepAsync();
        world.Clock.SetUtcNow(Retentions.Until.AddYears(30));
        (await world.PurgeTurnAsync()).ShouldBe(0, "a clock far ahead announces only");

        world.Clock.AdjustTime(TestWorld.Start.AddDays(1));
        (await world.PurgeTurnAsync()).ShouldBe(0);
        (await world.QueryAsync(db => db.Retentions.SingleAsync())).AnnouncedAt.ShouldBeNull();
        await world.LetRetentionEndAsync();
        world.Clock.AdjustTime(Retentions.Until.AddDays(-1));
        (await world.PurgeTurnAsync()).ShouldBe(0);
        world.Clock.AdjustTime(Retentions.Until.AddDays(40));
        (await world.PurgeTurnAsync()).ShouldBe(0);

        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(1);
    }

    /// <summary>Whatever day is entered: the earliest that is taken is the consultation's own.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Nobody_erases_a_letter_by_entering_a_day(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        (await world.KeepAsync(new DateOnly(2026, 1, 12))).Succeeded.ShouldBeTrue();
        world.Clock.SetUtcNow(new DateTimeOffset(2031, 1, 20, 0, 0, 0, TimeSpan.Zero));
        (await world.PurgeAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromDays(35));
        (await world.PurgeAsync()).ShouldBe(0, "the letter is not five years old");
        (await world.RetentionAsync()).ShouldSatisfyAllConditions(v => v.KeptByExchanges.ShouldBeTrue(), v => v.ErasedFrom.ShouldBe(TestWorld.Start.AddYears(5)));

        world.Clock.SetUtcNow(TestWorld.Start.AddYears(5).AddMinutes(1));
        (await world.PurgeAsync()).ShouldBePositive();
    }

    /// <summary>Sending again, or to a corrected address, is an exchange as a new letter is.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_that_went_again_is_kept_as_many_years_more(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RefusedTwiceAsync(world);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();
        var again = world.Clock.Now();
        (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, conversation.Id, "juste@dupont.test", default))).Succeeded.ShouldBeTrue();

        (await world.PurgeAsync()).ShouldBe(0);
        (await world.RetentionAsync()).ShouldSatisfyAllConditions(v => v.KeptByExchanges.ShouldBeTrue(), v => v.ErasedFrom.ShouldBe(again.AddYears(5)));
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(2);
    }

    /// <summary>No date could be entered for it any more: it would be kept for ever.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Nothing_new_is_written_where_all_was_erased(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();
        await world.PurgeAsync();

        (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Correspondence.Reference, new DraftInput(), default))).Problem!.Code.ShouldBe("already-purged");
        (await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, Correspondence.Reference, Register.Withdrawals, [new ContactInput(Exchanges.Company, null, null, Exchanges.Email, null, [])], default))).Problem!.Code.ShouldBe("already-purged");
        (await world.QueryAsync(async db => await db.Letters.CountAsync() + await db.Contacts.CountAsync())).ShouldBe(0);
    }

    /// <summary>Some of its recipients are gone: an attestation without them would contradict the sending, which counts them.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_half_erased_has_no_attestation_as_a_whole(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(null, [.. Enumerable.Range(1, PurgeConsultations.Batch + 3).Select(i => $"c{i}@alpha.test")]);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();
        (await world.PurgeTurnAsync()).ShouldBe(PurgeConsultations.Batch);
        await world.HoldAsync();

        (await world.AttestAsync(sent[0].LetterId)).Problem!.Code.ShouldBe("content-erased");
        (await world.AttestConsultationAsync()).Problem!.Code.ShouldBe("content-erased");
        var left = await world.QueryAsync(db => db.Conversations.Select(c => c.Id).FirstAsync());
        AttestationVerifier.Verify((await world.IssueAsync(left)).Value.Pdf).Outcome.ShouldBe(VerificationOutcome.Whole);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_kill_it_goes_on_and_no_content_stays_on_the_disk(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();

        // As it stands when the rows were committed and the process died before the content went.
        var orphan = (await world.RunAsync((FileStore o) => o.SaveAsync(new MemoryStream(Encoding.UTF8.GetBytes("resté")), world.Organisation.Id, 100, default))).Value;
        await world.QueryAsync(async db =>
        {
            (await db.Retentions.SingleAsync()).Erased(0, 0, [orphan.Id, Guid.CreateVersion7()], world.Clock.Now());
            return await db.SaveChangesAsync();
        });

        (await world.PurgeAsync()).ShouldBe(3);
        Directory.EnumerateFiles(Path.Combine(world.Settings.DataDirectory, "files"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await world.QueryAsync(db => db.Retentions.SingleAsync())).Leftover.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Other_consultations_are_left_alone(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);
        await world.AddConsultationAsync("2026-T-015");
        await world.SendAsync((await world.AddDraftAsync("2026-T-015", null, "b@beta.test")).Id);
        await world.KeepAsync();
        await world.LetRetentionEndAsync();

        await world.PurgeAsync();

        (await world.QueryAsync(db => db.Conversations.Select(c => c.Email).ToListAsync())).ShouldBe(["b@beta.test"]);
        (await world.QueryAsync(db => db.Letters.CountAsync())).ShouldBe(1);
    }

    /// <summary>A new table about a letter or a conversation is erased in <c>PurgedPiece</c>, or goes with what it hangs on; then it is named here.</summary>
    [Fact]
    public async Task Every_table_about_a_letter_is_thought_of()
    {
        string[] links = ["ConsultationId", "LetterId", "RecipientId", "ConversationId", "SendingId", "ReplyId", "DraftId", "MessageId"];
        string[] kept = ["ConsultationChoice", "ConsultationRetention"];
        string[] erased =
        [
            "AgentNews", "Contact", "Conversation", "Favourite", "Handling", "ImportedFile", "ImportedMessage", "InboundMessage", "InvitedReader", "Letter", "LetterAttachment", "LetterRecipient",
            "News", "Notice", "Reply", "ReplyAttachment", "ReplyDraft", "ReplyDraftFile", "Sending",
        ];
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);

        var about = await world.QueryAsync(db => Task.FromResult(db.Model.GetEntityTypes().Where(e => !e.IsOwned() && e.GetProperties().Any(p => links.Contains(p.Name))).Select(e => e.ClrType.Name).ToList()));

        about.ShouldBe([.. erased, .. kept], ignoreOrder: true);
    }

    /// <summary>The database itself refuses: a payload goes only where a later fact of its chain says so.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task No_payload_goes_without_a_fact_that_says_so(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await Exchanges.SentAsync(world);

        (await Should.ThrowAsync<System.Data.Common.DbException>(() => world.QueryAsync(db => db.Set<FactPayload>().ExecuteDeleteAsync()))).Message.ShouldContain("append-only");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_agent_cannot_erase_a_sent_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.SentAsync(world);
        var file = await world.QueryAsync(db => db.Letters.Where(l => l.Id == conversation.LetterId).SelectMany(l => l.Attachments).SingleAsync());

        foreach (var caller in new[] { world.Caller, world.Administrator() })
        {
            (await world.RunAsync((DeleteDraft o) => o.RunAsync(caller, conversation.LetterId, default))).Problem!.Code.ShouldBe("letter-already-sent");
            (await world.RunAsync((RemoveAttachment o) => o.RunAsync(caller, conversation.LetterId, file.Id, default))).Problem!.Code.ShouldBe("letter-already-sent");
        }

        world.Clock.Advance(TimeSpan.FromDays(365 * 30));
        await world.RunAsync((PurgeDrafts o) => o.RunAsync(default));
        await world.PurgeAsync();
        (await world.QueryAsync(db => db.Letters.Include(l => l.Attachments).SingleAsync(l => l.Id == conversation.LetterId))).Attachments.Count.ShouldBe(1);
        (await world.IssueAsync(conversation.Id)).Succeeded.ShouldBeTrue();
    }
}
