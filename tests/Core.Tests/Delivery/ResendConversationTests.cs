using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class ResendConversationTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task An_undelivered_letter_goes_again_as_it_was_as_a_new_sending(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await Undelivered.OneAsync(world);

        (await ResendAsync(world, world.Caller, conversation.Id)).Succeeded.ShouldBeTrue();

        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Sending);
        (await world.EmptyOutboxAsync()).ShouldBe(1);
        var sendings = await world.SendingsOfAsync(conversation.Id);
        sendings.Select(s => s.BounceToken).Distinct().Count().ShouldBe(2);
        relay.Taken.Select(m => m.EnvelopeId).ShouldBe(sendings.Select(s => s.EnvelopeId));
        (await world.FactsOfAsync(conversation.Id)).Single(f => f.Kind == FactKind.Resubmitted).Content<Resent>().ShouldBe(new Resent("contact@alpha.test", 2));

        await world.ReportAsync(sendings[1], TestReports.Delivered("contact@alpha.test"));
        await world.ReportAsync(sendings[0], TestReports.Failed("contact@alpha.test"));
        (await world.StatusOfAsync(conversation.Id)).ShouldBe(Status.Delivered, "a late bounce of the first sending undoes nothing");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Both_mails_say_the_same_and_lead_to_the_same_link(DatabaseProvider provider)
    {
        foreach (var mode in Enum.GetValues<DeliveryMode>())
        {
            await using var world = await TestWorld.CreateAsync(provider);
            await using var relay = TestRelay.Start(world);
            var conversation = await Undelivered.WithOwnContentAsync(world, mode);
            await ResendAsync(world, world.Caller, conversation.Id);
            await world.EmptyOutboxAsync();

            var (first, second) = (Undelivered.Read(relay.Taken[0]), Undelivered.Read(relay.Taken[1]));
            (second.Subject, second.TextBody, second.HtmlBody).ShouldBe((first.Subject, first.TextBody, first.HtmlBody));
            Undelivered.FilesOf(second).ShouldBe(Undelivered.FilesOf(first));
            Undelivered.FilesOf(second).Count.ShouldBe(mode == DeliveryMode.Plain ? 2 : 0);
            second.TextBody!.Contains(world.TokenOf(conversation), StringComparison.Ordinal).ShouldBe(mode == DeliveryMode.Tracked);
            second.MessageId.ShouldNotBe(first.MessageId);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_renaming_it_goes_again_byte_for_byte_as_it_was(DatabaseProvider provider)
    {
        foreach (var mode in Enum.GetValues<DeliveryMode>())
        {
            await using var world = await TestWorld.CreateAsync(provider, settings => settings.Inbound.Smtp.Port = 2525);
            await using var relay = TestRelay.Start(world);
            Conversation[] conversations = [await Undelivered.WithOwnContentAsync(world, mode), await Undelivered.FailAsync(world, await world.WriteToOneAsync(new DraftInput { Mode = mode }))];
            await world.RenameAllAsync();
            foreach (var conversation in conversations)
                await ResendAsync(world, world.Caller, conversation.Id);

            // As another process would: nothing written before is at hand.
            using var moulds = ActivatorUtilities.CreateInstance<LetterMoulds>(world.Services);
            await ActivatorUtilities.CreateInstance<Outbox>(world.Services, moulds).DrainAsync(default);

            foreach (var conversation in conversations)
            {
                var sendings = await world.SendingsOfAsync(conversation.Id);
                var mails = sendings.ConvertAll(s => WithoutItsOwn(relay.Taken.Single(m => m.EnvelopeId == s.EnvelopeId), s));
                mails.Count.ShouldBe(2);
                mails[1].ShouldBe(mails[0]);
                mails[0].ShouldContain("Message-ID: <…@");
                mails[0].ShouldContain("Reply-To: reponse+…@");
            }
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Ten_who_resend_at_once_resend_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var conversation = await Undelivered.OneAsync(world);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => ResendAsync(world, world.Caller, conversation.Id))));

        results.Count(r => r.Succeeded).ShouldBe(1);
        results.Where(r => !r.Succeeded).ShouldAllBe(r => r.Problem!.Code == "not-undelivered");
        (await world.SendingsOfAsync(conversation.Id)).Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Only_what_is_undelivered_and_ones_own_is_sent_again(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var conversation = await Undelivered.OneAsync(world);

        (await ResendAsync(world, Caller.Of(stranger), conversation.Id)).Problem!.Code.ShouldBe("conversation-not-found");
        (await ResendAsync(world, world.Caller, Guid.CreateVersion7())).Problem!.Code.ShouldBe("conversation-not-found");
        await world.OpenAsync(conversation);
        (await ResendAsync(world, world.Caller, conversation.Id)).Problem!.Kind.ShouldBe(ProblemKind.Conflict);
    }

    /// <summary>The mail but for what belongs to one sending: its date, its identifier and its token.</summary>
    private static string WithoutItsOwn(ReceivedMail mail, Sending sending) => string.Join('\n', Encoding.UTF8.GetString(mail.Data.Span)
        .Replace(sending.EnvelopeId, "…", StringComparison.Ordinal).Replace(sending.BounceToken, "…", StringComparison.Ordinal)
        .Split('\n').Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal)));

    private static Task<Result<Conversation>> ResendAsync(TestWorld world, Caller caller, Guid id) =>
        world.RunAsync((ResendConversation o) => o.RunAsync(caller, id, default));
}
