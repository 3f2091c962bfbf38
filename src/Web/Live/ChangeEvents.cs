using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Live;

/// <summary>
/// Tells an open page that what it shows has changed, by server-sent events (HTML Standard, 9.2): the event <c>changed</c> holds a mark and nothing of
/// what changed, which the page fetches as it would be reloaded. <c>still</c> keeps the connection. A stream ends after a while, and with the
/// product; the browser comes back by itself, and is asked who it is anew.
/// </summary>
internal sealed class ChangeEvents(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Streams one agent may hold open: a tab that is not seen closes its own.</summary>
    public const int MostOfOneAgent = 8;

    private const int MostTogether = 2_000;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2), Still = TimeSpan.FromSeconds(20), Longest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Guid, int> _open = new();

    /// <summary>The stream; 404 for what is not the caller's, 429 for one too many: the page then stays as it is until it is reloaded.</summary>
    public async Task<IResult> WatchAsync(HttpContext context, string? reference, Guid? conversation)
    {
        var caller = context.Caller();
        if (!(await MarkAsync(caller, reference, conversation, context.RequestAborted)).Succeeded)
            return Results.NotFound();
        if (_open.Values.Sum() >= MostTogether || _open.GetValueOrDefault(caller.OwnerId) >= MostOfOneAgent)
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a reverse proxy passes events on as they come
        return TypedResults.ServerSentEvents(EventsAsync(caller, reference, conversation, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(Caller caller, string? reference, Guid? conversation, [EnumeratorCancellation] CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        _open.AddOrUpdate(caller.OwnerId, 1, (_, open) => open + 1);
        try
        {
            var (began, told) = (clock.GetTimestamp(), clock.GetTimestamp());
            string? known = null;
            while (!stop.IsCancellationRequested && clock.GetElapsedTime(began) < Longest)
            {
                if (await MarkUntilGoneAsync(caller, reference, conversation, stop.Token) is not { } mark)
                    yield break;
                if (known is null || known != mark || clock.GetElapsedTime(told) >= Still)
                {
                    // The first mark tells a page that came back whether it missed something.
                    yield return new SseItem<string>(mark, known == mark ? "still" : "changed") { EventId = mark };
                    (known, told) = (mark, clock.GetTimestamp());
                }

                await Task.Delay(Look, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _open.AddOrUpdate(caller.OwnerId, 0, (_, open) => open - 1);
            _open.TryRemove(KeyValuePair.Create(caller.OwnerId, 0));
        }
    }

    /// <summary>Null once there is nothing to tell, or nobody to tell it to: a page that is closed while it is asked for is no fault of the server's.</summary>
    private async Task<string?> MarkUntilGoneAsync(Caller caller, string? reference, Guid? conversation, CancellationToken gone)
    {
        try
        {
            return await MarkAsync(caller, reference, conversation, gone) is { Succeeded: true, Value: var mark } ? mark : null;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Core.Result<string>> MarkAsync(Caller caller, string? reference, Guid? conversation, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReadChangeMark>().RunAsync(caller, reference, conversation, cancel);
    }
}

internal static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder app)
    {
        app.MapGet("/consultations/{reference}/suivi/evenements", (string reference, HttpContext context, ChangeEvents events) => events.WatchAsync(context, reference, null)).RequireAuthorization().ExcludeFromDescription();
        app.MapGet("/conversations/{id:guid}/evenements", (Guid id, HttpContext context, ChangeEvents events) => events.WatchAsync(context, null, id)).RequireAuthorization().ExcludeFromDescription();
    }
}
