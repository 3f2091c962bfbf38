using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

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
    public async Task<IResult> WatchAsync(HttpContext context, Watched watched)
    {
        var caller = context.Caller();
        if (!(await MarkAsync(caller, watched, context.RequestAborted)).Succeeded)
            return Results.NotFound();
        if (_open.Values.Sum() >= MostTogether || _open.GetValueOrDefault(caller.OwnerId) >= MostOfOneAgent)
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a reverse proxy passes events on as they come
        return TypedResults.ServerSentEvents(EventsAsync(caller, watched, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(Caller caller, Watched watched, [EnumeratorCancellation] CancellationToken gone)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        _open.AddOrUpdate(caller.OwnerId, 1, (_, open) => open + 1);
        try
        {
            var (began, told) = (clock.GetTimestamp(), clock.GetTimestamp());
            string? known = null;
            while (!stop.IsCancellationRequested && clock.GetElapsedTime(began) < Longest)
            {
                if (await MarkUntilGoneAsync(caller, watched, stop.Token) is not { } mark)
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
    private async Task<string?> MarkUntilGoneAsync(Caller caller, Watched watched, CancellationToken gone)
    {
        try
        {
            return await MarkAsync(caller, watched, gone) is { Succeeded: true, Value: var mark } ? mark : null;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Core.Result<string>> MarkAsync(Caller caller, Watched watched, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReadChangeMark>().RunAsync(caller, watched, cancel);
    }
}

internal static class LiveEndpoints
{
    private const string Events = "/evenements";

    /// <summary>Asked by an open page of itself, and by nobody who sits before it.</summary>
    public static bool AskedByThePage(HttpRequest request) => request.Path.Value!.EndsWith(Events, StringComparison.Ordinal) || request.Headers.ContainsKey("Vaguemestre-Refresh");

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        app.MapGet(Links.Inbox + Events, (HttpContext context, ChangeEvents events) => events.WatchAsync(context, new Watched())).RequireAuthorization().ExcludeFromDescription();
        app.MapGet("/consultations/{reference}/suivi" + Events, (HttpContext context, ChangeEvents events) => events.WatchAsync(context, new Watched(Reference: context.Reference()))).RequireAuthorization().ExcludeFromDescription();
        app.MapGet("/conversations/{id:guid}" + Events, (Guid id, HttpContext context, ChangeEvents events) => events.WatchAsync(context, new Watched(ConversationId: id))).RequireAuthorization().ExcludeFromDescription();
    }
}
