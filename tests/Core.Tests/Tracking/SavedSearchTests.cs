using Vaguemestre.Core.Access;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking;

public sealed class SavedSearchTests
{
    private const string Query = "status=undelivered&sort=recipient";

    [Theory, ClassData(typeof(Databases))]
    public async Task A_search_is_saved_renamed_and_forgotten(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var late = (await SaveAsync(world, world.Caller, "  Retards à relancer ")).Value;
        late.Name.ShouldBe("Retards à relancer");
        await SaveAsync(world, world.Caller, "élus");
        await SaveAsync(world, world.Caller, "Zone sud");
        (await NamesAsync(world, world.Caller)).ShouldBe(["élus", "Retards à relancer", "Zone sud"]);

        (await world.RunAsync((RenameSearch o) => o.RunAsync(world.Caller, late.Id, "RETARDS à relancer", default))).Value.Name.ShouldBe("RETARDS à relancer", "its own name is not taken by another");
        (await world.RunAsync((RenameSearch o) => o.RunAsync(world.Caller, late.Id, "Elus", default))).Problem!.Errors.ShouldHaveSingleItem().Message.ShouldContain("déjà");
        (await world.RunAsync((DeleteSearch o) => o.RunAsync(world.Caller, late.Id, default))).Value.ShouldBe("RETARDS à relancer");
        (await NamesAsync(world, world.Caller)).ShouldBe(["élus", "Zone sud"]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_cannot_be_saved_says_why(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await SaveAsync(world, world.Caller, "Échéances");

        foreach (var name in new[] { null, "", "  ", "a\nb", "a\0b", new string('a', SavedSearch.LongestName + 1), "echeances" })
            (await SaveAsync(world, world.Caller, name)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("name", name);
        foreach (var query in new[] { "", new string('q', SavedSearch.LongestQuery + 1), "q=\0" })
            (await SaveAsync(world, world.Caller, "Une autre", query)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("query", query);
        (await SaveAsync(world, world.Caller, string.Concat(Enumerable.Repeat("ﷺ", SavedSearch.LongestName)))).Succeeded.ShouldBeTrue();
        for (var i = 2; i < SaveSearch.MostSearches; i++)
            (await SaveAsync(world, world.Caller, $"Recherche {i}")).Succeeded.ShouldBeTrue();
        (await SaveAsync(world, world.Caller, "Une de trop")).Problem!.Code.ShouldBe("too-many-searches");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_search_is_its_owners_alone(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var colleague = Caller.Of(await world.AddAgentAsync("Dominique Petit", "dominique.petit@montrevel.test"));
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var mine = (await SaveAsync(world, world.Caller, "Les miennes")).Value;

        foreach (var other in new[] { colleague, Caller.Of(stranger) })
        {
            (await NamesAsync(world, other)).ShouldBeEmpty();
            (await world.RunAsync((RenameSearch o) => o.RunAsync(other, mine.Id, "Les leurs", default))).Problem!.Code.ShouldBe("search-not-found");
            (await world.RunAsync((DeleteSearch o) => o.RunAsync(other, mine.Id, default))).Problem!.Kind.ShouldBe(ProblemKind.NotFound);
            (await SaveAsync(world, other, "Les miennes")).Succeeded.ShouldBeTrue("a name is taken for its owner alone");
        }

        (await NamesAsync(world, world.Caller)).ShouldBe(["Les miennes"]);
    }

    private static Task<Result<SavedSearch>> SaveAsync(TestWorld world, Caller caller, string? name, string query = Query) =>
        world.RunAsync((SaveSearch o) => o.RunAsync(caller, name, query, default));

    private static async Task<IEnumerable<string>> NamesAsync(TestWorld world, Caller caller) =>
        (await world.RunAsync((ListSavedSearches o) => o.RunAsync(caller, default))).Select(s => s.Name);
}
