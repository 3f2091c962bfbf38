using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Notices;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Reception.Space;

/// <summary>The ways into a company's space, and what leaves and enters it.</summary>
public sealed class SpaceTests
{
    private const string Alpha = "contact@alpha.test";
    private const string Other = "offres@alpha.test";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_link_goes_only_where_letters_went_and_the_answer_is_the_same(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();

        var known = await AskAsync(world, "Contact@Alpha.test");
        var unknown = await AskAsync(world, "personne@ailleurs.test");
        var none = await AskAsync(world, "contact");

        (known.Value.Text, unknown.Value.Text).ShouldBe(("Contact@Alpha.test", "personne@ailleurs.test"));
        none.Problem!.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(e => e.Field.ShouldBe("email"), e => e.Code.ShouldBe(SpaceProblems.EmailCode));
        var notice = (await NoticesAsync(world)).ShouldHaveSingleItem();
        (notice.Kind, notice.Email, notice.Language, notice.OrganisationId).ShouldBe((NoticeKind.SpaceSignIn, Alpha, "en", null));
        var token = TokenOf(world, notice);
        notice.Values.ShouldNotContain(token);
        (await world.QueryAsync(db => db.CompanySignIns.SingleAsync(s => s.EmailKey == Alpha))).TokenHash.ShouldBe(LinkToken.HashOf(token));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task One_address_gets_five_links_an_hour_however_many_ask_at_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => AskAsync(world, Alpha))));

        answers.ShouldAllBe(a => a.Succeeded);
        (await NoticesAsync(world)).Count.ShouldBe(5);
        world.Clock.Advance(TimeSpan.FromMinutes(61));
        (await AskAsync(world, Alpha)).Succeeded.ShouldBeTrue();
        (await NoticesAsync(world)).Count.ShouldBe(6);
        world.Clock.Advance(TimeSpan.FromDays(2));
        await AskAsync(world, Alpha);
        (await world.QueryAsync(db => db.CompanySignIns.CountAsync())).ShouldBe(1, "old ones are swept");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_link_is_looked_at_without_end_and_used_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var token = await LinkAsync(world, Alpha);

        for (var i = 0; i < 3; i++)
            (await WayAsync(world, token)).Value.ShouldSatisfyAllConditions(w => w.Email.ShouldBe(Alpha), w => w.Joins.ShouldBeEmpty());
        (await EnterAsync(world, token, deliberate: false)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("declared");
        var clicks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => EnterAsync(world, token))));

        clicks.Count(c => c.Succeeded).ShouldBe(1);
        clicks.Where(c => !c.Succeeded).ShouldAllBe(c => c.Problem == SpaceProblems.NoLink);
        (await WayAsync(world, token)).Problem.ShouldBeSameAs(SpaceProblems.NoLink);
        (await WayAsync(world, LinkToken.Write(new byte[32]))).Problem.ShouldBeSameAs(SpaceProblems.NoLink);
        (await WayAsync(world, "x")).Problem.ShouldBeSameAs(SpaceProblems.NoLink);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_link_is_good_for_ten_minutes(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var token = await LinkAsync(world, Alpha);

        world.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        (await WayAsync(world, token)).Succeeded.ShouldBeTrue();
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        (await WayAsync(world, token)).Problem.ShouldBeSameAs(SpaceProblems.NoLink);
        (await EnterAsync(world, token)).Problem.ShouldBeSameAs(SpaceProblems.NoLink);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Two_links_followed_at_once_lead_to_one_space_and_so_does_the_next(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        string[] tokens = [await LinkAsync(world, Alpha), await LinkAsync(world, Alpha)];

        var entered = await Task.WhenAll(tokens.Select(t => Task.Run(() => EnterAsync(world, t))));

        var session = entered.Select(e => e.Value).Distinct().ShouldHaveSingleItem();
        (await EnterAsync(world, await LinkAsync(world, Alpha))).Value.ShouldBe(session);
        (await world.QueryAsync(db => db.CompanySpaces.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_address_joins_by_following_its_link_and_can_be_taken_off(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var session = await SessionAsync(world, Alpha);

        (await JoinAsync(world, session, Alpha)).Problem!.Errors.ShouldHaveSingleItem().Code.ShouldBe(SpaceProblems.JoinedCode);
        (await JoinAsync(world, session, "x")).Problem!.Errors.ShouldHaveSingleItem().Code.ShouldBe(SpaceProblems.EmailCode);
        (await JoinAsync(world, session, Other)).Value.Text.ShouldBe(Other);
        (await AddressesAsync(world, session)).ShouldBe([Alpha], "nothing joins before it is proven");
        var notice = (await NoticesAsync(world))[^1];
        (notice.Email, notice.Values.Contains(Alpha, StringComparison.Ordinal)).ShouldBe((Other, true));
        (await WayAsync(world, TokenOf(world, notice))).Value.Joins.ShouldBe([Alpha]);
        var second = (await EnterAsync(world, TokenOf(world, notice))).Value;

        second.SpaceId.ShouldBe(session.SpaceId);
        (await AddressesAsync(world, session)).ShouldBe([Alpha, Other]);
        (await TakeOffAsync(world, session, session.AddressId)).Problem.ShouldBeSameAs(SpaceProblems.OwnAddress);
        (await TakeOffAsync(world, session, Guid.CreateVersion7())).Problem.ShouldBeSameAs(SpaceProblems.NoAddress);
        (await TakeOffAsync(world, session, second.AddressId)).Value.EmailKey.ShouldBe(Other);
        (await AddressesAsync(world, session)).ShouldBe([Alpha]);
        (await world.RunAsync((ListAddresses o) => o.RunAsync(second, default))).Problem.ShouldBeSameAs(SpaceProblems.NoSpace, "who came by it is out");
        (await world.RunAsync((ListSpaceLetters o) => o.RunAsync(second, null, default))).Problem.ShouldBeSameAs(SpaceProblems.NoSpace);
        (await JoinAsync(world, second, "tiers@alpha.test")).Problem.ShouldBeSameAs(SpaceProblems.NoSpace);
        (await TakeOffAsync(world, second, session.AddressId)).Problem.ShouldBeSameAs(SpaceProblems.NoSpace);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task An_address_of_another_space_moves_by_proof_and_the_empty_space_is_gone(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToAsync(null, Alpha, Other);
        var first = await SessionAsync(world, Alpha);
        var second = await SessionAsync(world, Other);
        second.SpaceId.ShouldNotBe(first.SpaceId);

        (await JoinAsync(world, first, Other)).Succeeded.ShouldBeTrue();
        (await AddressesAsync(world, second)).ShouldBe([Other], "asking moves nothing");
        var moved = (await EnterAsync(world, TokenOf(world, (await NoticesAsync(world))[^1]))).Value;

        (moved.SpaceId, moved.AddressId).ShouldBe((first.SpaceId, second.AddressId));
        (await AddressesAsync(world, first)).ShouldBe([Alpha, Other]);
        (await world.RunAsync((ListAddresses o) => o.RunAsync(second, default))).Problem.ShouldBeSameAs(SpaceProblems.NoSpace);
        (await world.QueryAsync(db => db.CompanySpaces.Select(s => s.Id).ToListAsync())).ShouldBe([first.SpaceId]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task One_space_asks_five_addresses_an_hour_to_join(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToOneAsync();
        var session = await SessionAsync(world, Alpha);

        for (var i = 0; i < 8; i++)
            (await JoinAsync(world, session, $"service{i}@alpha.test")).Succeeded.ShouldBeTrue();

        (await NoticesAsync(world)).Count(n => n.Email != Alpha).ShouldBe(5);
    }

    internal static Task<Result<EmailAddress>> AskAsync(TestWorld world, string email) => world.RunAsync((AskForSpaceLink o) => o.RunAsync(email, "en", default));

    internal static async Task<SpaceSession> SessionAsync(TestWorld world, string email) => (await EnterAsync(world, await LinkAsync(world, email))).Value;

    private static async Task<string> LinkAsync(TestWorld world, string email)
    {
        world.Clock.Advance(TimeSpan.FromSeconds(1)); // so that the latest notice is told apart
        await AskAsync(world, email);
        return TokenOf(world, (await NoticesAsync(world))[^1]);
    }

    private static Task<List<Notice>> NoticesAsync(TestWorld world) => world.QueryAsync(db => db.Notices.AsNoTracking().Where(n => n.Kind == NoticeKind.SpaceSignIn).OrderBy(n => n.Id).ToListAsync());

    private static string TokenOf(TestWorld world, Notice notice) => world.Services.GetRequiredService<PersonalLink>().TokenOfSpaceSignIn(notice.ConcernsId!.Value);

    private static Task<Result<SpaceWay>> WayAsync(TestWorld world, string token) => world.RunAsync((FindSpaceWay o) => o.RunAsync(token, default));

    private static Task<Result<SpaceSession>> EnterAsync(TestWorld world, string token, bool deliberate = true) => world.RunAsync((EnterSpace o) => o.RunAsync(token, deliberate, default));

    private static Task<Result<EmailAddress>> JoinAsync(TestWorld world, SpaceSession session, string email)
    {
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        return world.RunAsync((AskToJoin o) => o.RunAsync(session, email, "fr", default));
    }

    private static Task<Result<CompanyAddress>> TakeOffAsync(TestWorld world, SpaceSession session, Guid address) => world.RunAsync((TakeOffAddress o) => o.RunAsync(session, address, default));

    private static async Task<IEnumerable<string>> AddressesAsync(TestWorld world, SpaceSession session) =>
        (await world.RunAsync((ListAddresses o) => o.RunAsync(session, default))).Value.Select(a => a.EmailKey);
}
