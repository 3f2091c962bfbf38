using System.Net;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A few lines of HTTP on the loopback, one request after the other. It ends by its own word: a listener that is closed does not always say so
/// to a call that begins meanwhile, and whoever waited for that would wait for ever.
/// </summary>
internal sealed class LoopbackHttp : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    public LoopbackHttp(int port, Func<HttpListenerContext, Task> answer)
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        _ended.SetResult();
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync(Func<HttpListenerContext, Task> answer)
    {
        while (true)
        {
            try
            {
                var next = _listener.GetContextAsync();
                if (await Task.WhenAny(next, _ended.Task) != next)
                    return;
                await answer(await next);
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException && _ended.Task.IsCompleted)
            {
                return;
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException)
            {
                // Whoever asked has left.
            }
        }
    }
}
