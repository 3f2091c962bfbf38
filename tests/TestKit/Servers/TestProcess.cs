using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vaguemestre.TestKit.Servers;

/// <summary>
/// A program that runs beside the tests, in a process group of its own. It is stopped, and its folder removed, when this
/// object is disposed of or when the test host ends in any way, a kill included: a guard waits on a pipe from the host.
/// </summary>
public sealed class TestProcess : IAsyncDisposable
{
    private const int KeptLines = 200;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>Arguments: signal to stop with, folder to remove or nothing, then the program and its arguments.</summary>
    private const string Guard = """
        signal=$1 folder=$2; shift 2
        "$@" </dev/null &
        program=$!
        while kill -0 $program 2>/dev/null; do
            read -r -t 0.2
            [ $? -gt 128 ] || break
        done
        trap '' "$signal"
        for _ in {1..100}; do
            kill -s "$signal" -- -$$ $program 2>/dev/null
            kill -0 $program 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL $program 2>/dev/null
        wait $program; status=$?
        [ -z "$folder" ] || rm -rf -- "$folder"
        exit $status
        """;

    private readonly Process _guard;
    private readonly string _program;
    private readonly Queue<string> _lines = new();

    private TestProcess(Process guard, string program)
    {
        _guard = guard;
        _program = program;
    }

    /// <summary>The last lines it printed, on either stream.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts a program and gives it back at once: it may not be ready yet.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Given as they are, without a shell.</param>
    /// <param name="folder">A folder that belongs to the program and goes with it.</param>
    /// <param name="stopSignal">The signal that makes it end in order: TERM, INT…</param>
    /// <param name="onLine">Called with each line it prints, from another thread.</param>
    public static TestProcess Start(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        string stopSignal = "TERM",
        Action<string>? onLine = null)
    {
        string[] guarded = ["bash", "-c", Guard, "guard", stopSignal, folder ?? "", program, .. arguments];
        var guard = new Process
        {
            StartInfo = new ProcessStartInfo("setsid", guarded)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var started = new TestProcess(guard, program);
        guard.OutputDataReceived += (_, received) => started.Keep(received.Data, onLine);
        guard.ErrorDataReceived += (_, received) => started.Keep(received.Data, onLine);
        guard.Start();
        guard.BeginOutputReadLine();
        guard.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits until a port of the loopback accepts a connection.</summary>
    public Task WaitForPortAsync(int port, string address = "127.0.0.1") => WaitUntilAsync(
        async stop =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Parse(address), port, stop);
            return true;
        },
        $"port {port} answers");

    /// <summary>Asks again and again until the answer is yes; an exception counts as no.</summary>
    /// <exception cref="InvalidOperationException">The program ended, or a minute went by; the message holds its output.</exception>
    public async Task WaitUntilAsync(Func<CancellationToken, Task<bool>> isReady, string what)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        Exception? last = null;
        while (!limit.IsCancellationRequested)
        {
            if (_guard.HasExited)
            {
                throw Failure($"ended with code {_guard.ExitCode} before {what}", last);
            }

            try
            {
                if (await isReady(limit.Token))
                {
                    return;
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                last = error;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        throw Failure($"is not ready after {StartLimit.TotalSeconds} s ({what})", last);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_guard.HasExited)
        {
            _guard.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _guard.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _guard.Kill(entireProcessTree: true);
            }
        }

        _guard.Dispose();
    }

    private void Keep(string? line, Action<string>? onLine)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.Dequeue();
            }
        }

        onLine?.Invoke(line);
    }

    private InvalidOperationException Failure(string what, Exception? last) => new($"{_program} {what}.\n{Output}", last);
}
