using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
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
}
