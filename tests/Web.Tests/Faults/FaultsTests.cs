using Vaguemestre.Core;
using Vaguemestre.TestKit.Faults;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Web.Tests.Faults;

/// <summary>A sample of <c>eng/faults</c>: the product's own process, killed while it sends.</summary>
public sealed class FaultsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task Five_kills_lose_nothing_and_every_double_is_told(DatabaseProvider provider) =>
        await HoldsAsync(new FaultRun(provider, FaultKind.Kill, letters: 300, faults: 5));

    [Fact]
    public async Task PostgreSQL_restarted_under_load_loses_nothing() =>
        await HoldsAsync(new FaultRun(DatabaseProvider.Postgresql, FaultKind.PostgresRestart, letters: 300, faults: 2));

    private static async Task HoldsAsync(FaultRun run)
    {
        var result = await run.RunAsync();
        result.ShouldNotBeNull();
        result.Holds.ShouldBeTrue($"{result} {result.LastError}");
        result.Letters.ShouldBe(300);
    }
}
