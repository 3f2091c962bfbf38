using Vaguemestre.Core.Access;
using Vaguemestre.Core.Retention;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Retention;

internal static class Retentions
{
    /// <summary>The first day whose five years end after the letters that a test sends at <see cref="TestWorld.Start"/> are five years old.</summary>
    public static readonly DateOnly From = new(2026, 4, 30);

    /// <summary>The end of the five years that run from <see cref="From"/>: 1 May 2031 in Paris.</summary>
    public static readonly DateTimeOffset Until = new(2031, 4, 30, 22, 0, 0, TimeSpan.Zero);

    public static Caller Administrator(this TestWorld world) => world.Caller with { IsAdministrator = true };

    public static Task<Result<ConsultationRetention>> KeepAsync(this TestWorld world, DateOnly? from = null, RetentionKind kind = RetentionKind.SuppliesAndServices, Caller? caller = null, string reference = Correspondence.Reference) =>
        world.RunAsync((EnterRetention o) => o.RunAsync(caller ?? world.Caller, reference, kind, from ?? From, default));

    public static Task<Result<ConsultationRetention>> HoldAsync(this TestWorld world, bool hold = true, string? reason = "Recours devant le tribunal administratif", Caller? caller = null) =>
        world.RunAsync((HoldConsultation o) => o.RunAsync(caller ?? world.Administrator(), Correspondence.Reference, hold, reason, default));

    /// <summary>One turn of the worker.</summary>
    public static Task<int> PurgeTurnAsync(this TestWorld world) => world.RunAsync((PurgeConsultations o) => o.RunAsync(default));

    /// <summary>Turns of the worker until nothing is due.</summary>
    public static async Task<int> PurgeAsync(this TestWorld world)
    {
        var erased = 0;
        while (await world.PurgeTurnAsync() is > 0 and var turn)
            erased += turn;
        return erased;
    }

    /// <summary>The retention ends and was announced for long enough: the next turn may erase.</summary>
    public static async Task LetRetentionEndAsync(this TestWorld world)
    {
        world.Clock.SetUtcNow(Until.AddDays(1));
        (await world.PurgeTurnAsync()).ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromDays(30));
    }

    public static Task<RetentionView> RetentionAsync(this TestWorld world) =>
        world.RunAsync(async (ReadRetention o) => (await o.RunAsync(world.Caller, Correspondence.Reference, default)).Value);
}
