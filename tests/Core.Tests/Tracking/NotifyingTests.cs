using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking.Inbox;
using Vaguemestre.Core.Tracking.Notifying;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking;

public sealed class NotifyingTests
{
    private const string Camille = "camille.durand@montrevel.test", Samir = "samir.benali@montrevel.test", Helene = "helene.legoff@montrevel.test";

    private static readonly NoticePaces EverythingAtOnce = new(NoticePace.AtOnce, NoticePace.AtOnce, NoticePace.AtOnce, NoticePace.AtOnce);

    private static readonly NoticePaces EverythingDaily = new(NoticePace.Daily, NoticePace.Daily, NoticePace.Daily, NoticePace.Daily);

    private static readonly NoticePaces Nothing = new(NoticePace.None, NoticePace.None, NoticePace.None, NoticePace.None);

    [Theory, ClassData(typeof(Databases))]
    public async Task Without_a_choice_the_author_is_told_at_once_of_what_asks_for_somebody_and_not_of_readings(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var read = await world.WriteToOneAsync();
        await world.OpenAsync(read);
        (await world.TellAgentsAsync()).ShouldBe(0);
        (await world.QueryAsync(db => db.News.AnyAsync())).ShouldBeFalse();

        var failed = await world.WriteToOneAsync(email: "b@beta.test");
        await world.ReportAsync((await world.SendingsOfAsync(failed.Id))[0], TestReports.Failed("b@beta.test"));
        (await world.TellAgentsAsync()).ShouldBe(1);

        var notice = (await NoticesAsync(world)).ShouldHaveSingleItem();
        (notice.Kind, notice.Email, notice.ConversationId, notice.OrganisationId).ShouldBe((NoticeKind.LetterUndelivered, Camille, failed.Id, world.Organisation.Id));
        NoticeValues.Of(notice).Reason.ShouldBe("Cette adresse n'existe pas chez le destinataire.");
        (await world.TellAgentsAsync()).ShouldBe(0, "it is told once");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_kind_is_told_as_it_was_chosen(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await ChooseAsync(world, world.Caller, new NoticePaces(NoticePace.AtOnce, NoticePace.Daily, NoticePace.None, NoticePace.AtOnce));
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(conversation);
        await world.ReplyAsync(conversation);

        (await world.TellAgentsAsync()).ShouldBe(0);
        var waits = (await world.QueryAsync(db => db.AgentNews.ToListAsync())).ShouldHaveSingleItem();
        (waits.Kind, waits.Daily, waits.DueAt).ShouldBe((NewsKind.Read, true, new DateTimeOffset(2026, 3, 3, 7, 0, 0, TimeSpan.Zero)));

        await ChooseAsync(world, world.Caller, Nothing);
        world.Clock.Advance(TimeSpan.FromDays(1));
        (await world.TellAgentsAsync()).ShouldBe(0, "what was chosen since counts");
        (await world.QueryAsync(db => db.AgentNews.AnyAsync())).ShouldBeFalse();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Five_hundred_recipients_who_open_a_letter_make_one_mail(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await ChooseAsync(world, world.Caller, EverythingAtOnce);
        var conversations = await world.WriteToAsync(new DraftInput { Subject = "Rejet" }, [.. Enumerable.Range(0, 500).Select(i => $"a{i}@alpha.test")]);
        await BurstAsync(world, conversations);

        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(world.TellAgentsAsync)));

        written.Sum().ShouldBe(1);
        var news = NoticeValues.Of((await NoticesAsync(world)).ShouldHaveSingleItem()).News!;
        (news.Count, news.LeftOut, news.Daily).ShouldBe((500, 0, false));
        news.Lines.ShouldHaveSingleItem().ShouldBe(new NewsLine(NewsKind.Read, 500, null, 500, "Rejet", Correspondence.Reference, TestWorld.Start, null));
        await world.SendAllNoticesAsync();
        var mail = (await relay.MailsAsync()).ShouldHaveSingleItem();
        mail.Subject.ShouldBe("Du nouveau sur vos courriers\u00a0: 500 événements");
        mail.TextBody!.ShouldContain("Courrier lu\u00a0: 500 destinataires. «\u00a0Rejet\u00a0», consultation 2026-T-014");
        (await world.QueryAsync(db => db.Facts.CountAsync(f => f.Kind == FactKind.NoticeSent))).ShouldBe(0, "it is about no single conversation");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_follows_a_mail_waits_and_is_told_together(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await ChooseAsync(world, world.Caller, EverythingAtOnce);
        var conversations = await world.WriteToAsync(null, [.. Enumerable.Range(0, 30).Select(i => $"a{i}@alpha.test")]);

        var mails = 0;
        foreach (var conversation in conversations)
        {
            await BurstAsync(world, [conversation]);
            mails += await world.TellAgentsAsync(); // a minute later
        }

        mails.ShouldBe(2, "half an hour");
        world.Clock.Advance(world.Settings.Notifications.QuietFor);
        (await world.TellAgentsAsync()).ShouldBe(1);
        var told = (await NoticesAsync(world)).Sum(n => NoticeValues.Of(n).News?.Count ?? 1);
        told.ShouldBe(30);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_long_list_is_cut_and_what_it_leaves_out_is_counted(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await ChooseAsync(world, world.Caller, EverythingAtOnce);
        for (var i = 0; i < 25; i++)
            await BurstAsync(world, [await world.WriteToOneAsync(new DraftInput { Subject = $"Courrier {i}" }, $"a{i}@alpha.test")]);
        var replied = await world.WriteToOneAsync(new DraftInput { Subject = "Question", ReplyExpected = true }, "z@zeta.test");
        await world.OpenAsync(replied);
        await world.ReplyAsync(replied);

        (await world.TellAgentsAsync()).ShouldBe(1);

        var news = NoticeValues.Of((await NoticesAsync(world)).ShouldHaveSingleItem()).News!;
        (news.Count, news.Lines.Count, news.LeftOut).ShouldBe((27, 20, 7));
        (news.Lines[0].Kind, news.Lines[0].Recipient, news.Lines[0].Conversation).ShouldBe((NewsKind.Replied, "z@zeta.test", replied.Id), "what asks for somebody comes first");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task However_much_came_one_mail_tells_all_of_it(DatabaseProvider provider)
    {
        const int Many = 12_000;
        await using var world = await TestWorld.CreateAsync(provider);
        var samir = await world.AddAgentAsync("Samir Benali", Samir);
        await AwayAsync(world, Caller.Of(samir), world.Agent, days: 3);
        var read = await world.WriteToAsync(new DraftInput { Subject = "Rejet" }, "a@alpha.test", "b@beta.test");
        var replied = await world.WriteToOneAsync(new DraftInput { Subject = "Question", ReplyExpected = true }, "z@zeta.test");
        foreach (var (paces, daily) in new[] { (EverythingAtOnce, false), (EverythingDaily, true) })
        {
            await ChooseAsync(world, world.Caller, paces);
            await ChooseAsync(world, Caller.Of(samir), paces);
            var before = (await NoticesAsync(world)).Select(n => n.Id).ToHashSet();
            world.Clock.Advance(world.Settings.Notifications.QuietFor);
            var now = world.Clock.GetUtcNow();
            var news = Enumerable.Range(0, Many).Select(i => Of(world.Agent, read[i % 2], NewsKind.Read, Guid.CreateVersion7(now), now))
                .Append(Of(world.Agent, replied, NewsKind.Replied, Guid.CreateVersion7(now), now.AddHours(-1))).ToList(); // older than all the others
            await AddAsync([.. news, .. news.Take(40).Select((n, i) => Of(samir, read[i % 2], n.Kind, n.ConcernsId, n.At))]);

            (await world.RunAsync((TellAgents o) => o.RunAsync(default))).ShouldBe(1);
            (await world.RunAsync((TellAgents o) => o.RunAsync(default))).ShouldBe(0);

            var told = NoticeValues.Of((await NoticesAsync(world)).Where(n => !before.Contains(n.Id)).ShouldHaveSingleItem());
            (told.News!.Count, told.News.LeftOut, told.News.Daily, told.InPlaceOf).ShouldBe((Many + 1, 0, daily, "Samir Benali"));
            told.News.Lines.ShouldBe([
                new NewsLine(NewsKind.Replied, 1, "z@zeta.test", 1, "Question", Correspondence.Reference, now.AddHours(-1), replied.Id),
                new NewsLine(NewsKind.Read, Many, null, 2, "Rejet", Correspondence.Reference, now, null)]);
            (await world.QueryAsync(db => db.AgentNews.AnyAsync())).ShouldBeFalse();

            AgentNews Of(Agent agent, Conversation conversation, NewsKind kind, Guid? concerns, DateTimeOffset at) => new()
            {
                Id = Guid.CreateVersion7(now),
                OrganisationId = world.Organisation.Id,
                AgentId = agent.Id,
                ConversationId = conversation.Id,
                Kind = kind,
                ConcernsId = concerns,
                At = at,
                Daily = daily,
                DueAt = now,
            };
        }

        Task AddAsync(IReadOnlyList<AgentNews> news) => world.QueryAsync(db => db.WriteAsync<int>(
            async () =>
            {
                await db.InsertManyAsync(news, default);
                return news.Count;
            },
            default));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_mail_of_the_day_leaves_at_eight_and_not_when_there_is_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await ChooseAsync(world, world.Caller, EverythingDaily);
        var conversations = await world.WriteToAsync(new DraftInput { ReplyExpected = true }, "a@alpha.test", "b@beta.test");
        await BurstAsync(world, conversations);
        await world.ReplyAsync(conversations[0]);
        (await world.TellAgentsAsync()).ShouldBe(0);

        world.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 3, 6, 58, 0, TimeSpan.Zero));
        (await world.TellAgentsAsync()).ShouldBe(0, "it is 7 h 59 in Paris");
        (await world.TellAgentsAsync()).ShouldBe(1);
        var notice = (await NoticesAsync(world)).ShouldHaveSingleItem();
        (notice.Kind, NoticeValues.Of(notice).News!.Daily, NoticeValues.Of(notice).News!.Count).ShouldBe((NoticeKind.AgentNews, true, 3));

        world.Clock.Advance(TimeSpan.FromDays(1));
        (await world.TellAgentsAsync()).ShouldBe(0, "nothing came");
        await world.ReplyAsync(conversations[1]);
        await world.TellAgentsAsync();
        world.Clock.Advance(TimeSpan.FromDays(1));
        (await world.TellAgentsAsync()).ShouldBe(1);
        (await NoticesAsync(world)).ShouldAllBe(n => n.Kind == NoticeKind.AgentNews, "the mail of the day is one even for a single thing");
    }

    /// <summary>Europe/Paris goes over to summer time on 29 March 2026 and back on 25 October.</summary>
    [Theory]
    [InlineData("2026-03-28T06:59:00Z", "2026-03-28T07:00:00Z")]
    [InlineData("2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z")]
    [InlineData("2026-03-29T00:30:00Z", "2026-03-29T06:00:00Z")]
    [InlineData("2026-03-29T23:00:00Z", "2026-03-30T06:00:00Z")]
    [InlineData("2026-10-24T22:30:00Z", "2026-10-25T07:00:00Z")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T07:00:00Z")]
    [InlineData("2026-10-25T07:00:01Z", "2026-10-26T07:00:00Z")]
    [InlineData("2026-12-31T23:30:00Z", "2027-01-01T07:00:00Z")]
    public void Eight_in_the_morning_is_eight_whatever_the_season(string now, string expected) =>
        TellAgents.NextDailyMail(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Theory, ClassData(typeof(Databases))]
    public async Task The_author_the_assignee_and_followers_are_told_each_once_and_who_muted_is_not(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (samir, helene) = (await world.AddAgentAsync("Samir Benali", Samir), await world.AddAgentAsync("Hélène Le Goff", Helene));
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(conversation);

        await world.RunAsync((AssignConversation o) => o.RunAsync(world.Caller, conversation.Id, samir.Id, default));
        await FollowAsync(world, Caller.Of(samir), NoticePace.AtOnce);
        await FollowAsync(world, Caller.Of(helene), NoticePace.AtOnce);
        (await AddresseesAsync(world, conversation)).ShouldBe([Camille, Helene, Samir]);

        await FollowAsync(world, Caller.Of(samir), NoticePace.None);
        await FollowAsync(world, Caller.Of(helene), null);
        (await AddresseesAsync(world, conversation)).ShouldBe([Camille]);

        await FollowAsync(world, world.Caller, NoticePace.None);
        (await AddresseesAsync(world, conversation)).ShouldBeEmpty();
    }

    /// <summary>The consultation's pace is the soonest, not another choice for its kinds: what was never to be told is not.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_consultation_can_be_followed_in_the_mail_of_the_day_whatever_was_chosen_for_each_kind(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await FollowAsync(world, world.Caller, NoticePace.Daily);
        await world.OpenAsync(conversation);

        (await AddresseesAsync(world, conversation)).ShouldBeEmpty();
        var waits = await world.QueryAsync(db => db.AgentNews.AsNoTracking().SingleAsync());
        (waits.Kind, waits.Daily).ShouldBe((NewsKind.Replied, true));

        world.Clock.Advance(TimeSpan.FromDays(1));
        (await AddresseesAsync(world, conversation)).ShouldBe([Camille]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_program_has_no_mailbox_and_those_who_follow_the_consultation_are_told(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var key = new Caller(world.Organisation.Id, new Actor(ActorKind.Key, Guid.CreateVersion7(TestWorld.Start)), "Profil d'acheteur", null);
        await world.AddConsultationAsync();
        var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(key, Correspondence.Reference, new DraftInput { ReplyExpected = true, Recipients = [new("a@alpha.test")] }, default))).Value;
        await world.RunAsync((SendLetter o) => o.RunAsync(key, draft.Id, default));
        var conversation = await world.QueryAsync(db => db.Conversations.SingleAsync());
        await world.OpenAsync(conversation);

        (await AddresseesAsync(world, conversation)).ShouldBeEmpty();
        await FollowAsync(world, world.Caller, NoticePace.AtOnce);
        (await AddresseesAsync(world, conversation)).ShouldBe([Camille]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task While_an_agent_is_away_its_substitute_is_told_in_one_mail_with_its_own(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (samir, helene) = (await world.AddAgentAsync("Samir Benali", Samir), await world.AddAgentAsync("Hélène Le Goff", Helene));
        await AwayAsync(world, world.Caller, samir, days: 3);
        var conversations = await world.WriteToAsync(new DraftInput { ReplyExpected = true }, "a@alpha.test", "b@beta.test", "c@gamma.test");
        foreach (var conversation in conversations)
            await world.OpenAsync(conversation);
        await world.RunAsync((AssignConversation o) => o.RunAsync(world.Caller, conversations[1].Id, samir.Id, default));
        foreach (var conversation in conversations.Take(2))
            await world.ReplyAsync(conversation);

        (await world.TellAgentsAsync()).ShouldBe(1);
        var notice = (await NoticesAsync(world)).ShouldHaveSingleItem();
        (notice.Email, NoticeValues.Of(notice).InPlaceOf, NoticeValues.Of(notice).News!.Count).ShouldBe((Samir, "Camille Durand", 2));

        // Samir leaves too: whoever stands in for him. When she leaves in her turn for Camille, nobody is there.
        await AwayAsync(world, Caller.Of(samir), helene, days: 3);
        (await AddresseesAsync(world, conversations[2])).ShouldBe([Helene]);
        await AwayAsync(world, Caller.Of(helene), world.Agent, days: 3);
        (await AddresseesAsync(world, conversations[2])).ShouldBe([Camille]);

        world.Clock.Advance(TimeSpan.FromDays(4));
        (await AddresseesAsync(world, conversations[2])).ShouldBe([Camille]);
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Absence.ShouldBeNull("it is over");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_absence_needs_days_in_order_and_a_colleague(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var samir = await world.AddAgentAsync("Samir Benali", Samir);
        var stranger = (await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test")).Agent;
        var today = new DateOnly(2026, 3, 2);

        (await FaultsAsync(null, null, null)).ShouldBe(["from", "until", "substitute"]);
        (await FaultsAsync(today, today.AddDays(-1), samir.Id)).ShouldBe(["until"]);
        (await FaultsAsync(today.AddDays(2), today.AddDays(1), samir.Id)).ShouldBe(["until"]);
        (await FaultsAsync(today, today.AddDays(400), samir.Id)).ShouldBe(["until"]);
        (await FaultsAsync(new DateOnly(9999, 12, 31), new DateOnly(9999, 12, 31), samir.Id)).ShouldContain("from");
        (await FaultsAsync(new DateOnly(1, 1, 1), today, samir.Id)).ShouldContain("from");
        (await FaultsAsync(today, today, world.Agent.Id)).ShouldBe(["substitute"]);
        (await FaultsAsync(today, today, stranger.Id)).ShouldBe(["substitute"]);

        (await world.RunAsync((SetAbsence o) => o.RunAsync(world.Caller, today, today, samir.Id, default))).Value.Name.ShouldBe("Samir Benali");
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Absence.ShouldBe(new Absence(today, today, new Colleague(samir.Id, "Samir Benali")));
        await world.RunAsync((SetAbsence o) => o.EndAsync(world.Caller, default));
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Absence.ShouldBeNull();

        async Task<IEnumerable<string>> FaultsAsync(DateOnly? from, DateOnly? until, Guid? substitute) =>
            (await world.RunAsync((SetAbsence o) => o.RunAsync(world.Caller, from, until, substitute, default))).Problem!.Errors.Select(e => e.Field);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisation_is_told_of_nothing_and_follows_nothing_of_it(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var (other, stranger) = await world.AddOrganisationAsync("Département de l'Orme", "Lou Martin", "lou.martin@orme.test");
        var conversation = await world.WriteToOneAsync(new DraftInput { ReplyExpected = true });
        await world.OpenAsync(conversation);

        (await world.RunAsync((ChooseConsultation o) => o.RunAsync(Caller.Of(stranger), Correspondence.Reference, NoticePace.AtOnce, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
        (await AddresseesAsync(world, conversation)).ShouldBe([Camille]);

        // Even where its row were there by mistake.
        await world.QueryAsync(async db =>
        {
            db.Add(new ConsultationChoice { AgentId = stranger.Id, ConsultationId = conversation.ConsultationId, OrganisationId = other.Id, Pace = NoticePace.AtOnce });
            return await db.SaveChangesAsync();
        });
        (await AddresseesAsync(world, conversation)).ShouldBe([Camille]);
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Consultations.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Choices_written_at_once_by_two_windows_leave_one_row(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Correspondence.Reference);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            await ChooseAsync(world, world.Caller, i % 2 == 0 ? EverythingDaily : Nothing);
            await FollowAsync(world, world.Caller, i % 2 == 0 ? NoticePace.None : NoticePace.AtOnce);
        })));

        (await world.QueryAsync(db => db.AgentNotices.CountAsync())).ShouldBe(1);
        (await world.RunAsync((ReadNotices o) => o.RunAsync(world.Caller, default))).Consultations.ShouldHaveSingleItem().Reference.ShouldBe(Correspondence.Reference);
    }

    /// <summary>All are opened at the same instant; what a receipt is made of is told elsewhere.</summary>
    private static Task BurstAsync(TestWorld world, IReadOnlyList<Conversation> conversations) => world.QueryAsync(async db =>
    {
        var chains = await db.WriteAsync<bool>(
            async () =>
            {
                var locked = await ConversationChains.LockAsync(db, world.Clock, [.. conversations.Select(c => c.Id)], default);
                foreach (var conversation in conversations)
                    locked.Append(conversation.JournalSubject, FactKind.Opened, new NothingMore(), Actor.Recipient, conversation.Id);
                await locked.WriteAsync(default);
                return true;
            },
            default);
        return chains.Value;
    });

    /// <summary>Who is told of one more reply, once the quiet is over.</summary>
    private static async Task<IReadOnlyList<string>> AddresseesAsync(TestWorld world, Conversation conversation)
    {
        var before = (await NoticesAsync(world)).Select(n => n.Id).ToHashSet();
        world.Clock.Advance(world.Settings.Notifications.QuietFor);
        await world.ReplyAsync(conversation);
        await world.TellAgentsAsync();
        return [.. (await NoticesAsync(world)).Where(n => !before.Contains(n.Id)).Select(n => n.Email).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<Notice>> NoticesAsync(TestWorld world)
    {
        NoticeKind[] kinds = [NoticeKind.ReplyReceived, NoticeKind.WrongRecipient, NoticeKind.LetterUndelivered, NoticeKind.LetterRead, NoticeKind.AgentNews];
        return await world.QueryAsync(db => db.Notices.AsNoTracking().Where(n => kinds.Contains(n.Kind)).OrderBy(n => n.CreatedAt).ToListAsync());
    }

    private static Task ChooseAsync(TestWorld world, Caller caller, NoticePaces paces) => world.RunAsync((ChooseNotices o) => o.RunAsync(caller, paces, default));

    private static async Task FollowAsync(TestWorld world, Caller caller, NoticePace? pace) =>
        (await world.RunAsync((ChooseConsultation o) => o.RunAsync(caller, Correspondence.Reference, pace, default))).Succeeded.ShouldBeTrue();

    private static async Task AwayAsync(TestWorld world, Caller caller, Agent substitute, int days)
    {
        var today = DateOnly.FromDateTime(world.Clock.GetUtcNow().DateTime);
        (await world.RunAsync((SetAbsence o) => o.RunAsync(caller, today, today.AddDays(days - 1), substitute.Id, default))).Succeeded.ShouldBeTrue();
    }
}
