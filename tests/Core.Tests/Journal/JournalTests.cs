using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Journal;

public sealed class JournalTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Fifty_writers_at_once_leave_one_chain_without_a_gap(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => world.InScopeAsync(services =>
        {
            var journal = services.GetRequiredService<ConversationJournal>();
            return services.GetRequiredService<VaguemestreDb>().WriteAsync<bool>(
                async () =>
                {
                    var locked = (await journal.LockAsync(conversation.Id, default))!;
                    await journal.AppendAsync(locked, FactKind.AutomatedAccess, new Visit("GET", $"robot {i}"), Actor.Recipient);
                    return true;
                },
                default);
        }))));

        var facts = await world.FactsOfAsync(conversation.Id);
        facts.Select(f => f.Sequence).ShouldBe(Enumerable.Range(1, 51));
        facts.Skip(1).Select(f => f.Content<Visit>().UserAgent).Distinct().Count().ShouldBe(50);
        ChainCheck.FirstFault(facts).ShouldBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_who_forgot_the_lock_cannot_take_one_place_in_the_chain(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        var end = await world.QueryAsync(db => db.EndOfChainAsync(conversation.Id, default));
        Task<Result<Fact>> AppendAsync() => world.InScopeAsync(services => services.GetRequiredService<VaguemestreDb>().WriteAsync<Fact>(
            async () => await services.GetRequiredService<Core.Journal.Journal>().AppendAsync(end, conversation.JournalSubject, FactKind.Delayed, new NothingMore(), Actor.Platform, null, default),
            default));
        (await AppendAsync()).Succeeded.ShouldBeTrue();
        await Should.ThrowAsync<DbException>(AppendAsync);

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted, FactKind.Delayed]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_fact_without_a_transaction_is_refused(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => world.RunAsync((Core.Journal.Journal journal) => journal.AppendAsync(conversation.JournalSubject, FactKind.Delayed, new NothingMore(), Actor.Platform)));

        (await world.KindsOfAsync(conversation.Id)).ShouldBe([FactKind.Submitted]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_fact_is_read_back_as_it_was_written(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        world.Clock.Advance(TimeSpan.FromTicks(12_345_678));
        var conversation = await world.WriteToOneAsync(new DraftInput { Subject = "Œuvre « d'été » 😀 \\ \"" });

        var fact = (await world.FactsOfAsync(conversation.Id)).ShouldHaveSingleItem();

        fact.At.ShouldBe(TestWorld.Start.AddTicks(12_345_670));
        fact.Content<SubmittedContent>().Subject.ShouldBe("Œuvre « d'été » 😀 \\ \"");
        fact.Content<SubmittedContent>().Recipient.ShouldBe("contact@alpha.test");
        fact.Hash.ShouldBe(fact.ComputeHash());
    }

    /// <summary>One scope does two things to one conversation, and somebody else a third in between.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_a_scope_read_before_its_transaction_is_not_believed_in_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(conversation);
        var first = await world.ReplyAsync(conversation, "Première réponse.");
        var second = await world.ReplyAsync(conversation, "Seconde réponse.");

        await world.InScopeAsync(async services =>
        {
            var open = services.GetRequiredService<OpenReply>();
            (await open.RunAsync(world.Caller, conversation.Id, first.Id, default)).Succeeded.ShouldBeTrue();
            await world.ReplyAsync(conversation, "Troisième réponse.");
            return (await open.RunAsync(world.Caller, conversation.Id, second.Id, default)).Succeeded;
        });

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.ReplyUnread);
        ChainCheck.FirstFault(await world.FactsOfAsync(conversation.Id)).ShouldBeNull();
    }
}
