using System.Globalization;
using System.Text.RegularExpressions;

namespace Vaguemestre.TestKit.Servers;

/// <summary>Postfix's <c>smtp-sink</c>: an SMTP server that accepts everything, or refuses what it is told to, and counts.</summary>
public sealed partial class SmtpSink : IAsyncDisposable
{
    private readonly TestProcess _process;
    private int _messages;

    private SmtpSink(int port, Func<SmtpSink, TestProcess> start)
    {
        Port = port;
        _process = start(this);
    }

    /// <summary>Where it listens on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Messages accepted to the final dot.</summary>
    public int Messages => Volatile.Read(ref _messages);

    /// <summary>The last lines it printed: with <see cref="SmtpSinkOptions.Verbose"/>, what was said in the sessions.</summary>
    public string Log => _process.Output;

    public static async Task<SmtpSink> StartAsync(SmtpSinkOptions? options = null)
    {
        options ??= new();
        var program = DebianProgram.Find("smtp-sink", "postfix");
        var port = FreePort.Next();

        List<string> arguments = ["-c"];
        if (Environment.IsPrivilegedProcess)
        {
            arguments.AddRange(["-u", "postfix"]);
        }

        if (!options.OffersDsn)
        {
            arguments.Add("-N");
        }

        if (options.Verbose)
        {
            arguments.Add("-v");
        }

        if (options.Refuses is { } commands)
        {
            arguments.AddRange(["-f", commands]);
        }

        if (options.Postpones is { } postponed)
        {
            arguments.AddRange(["-r", postponed]);
        }

        var sink = new SmtpSink(port, self =>
            TestProcess.Start(program, [.. arguments, $"127.0.0.1:{port}", "1000"], onLine: self.Count));
        await sink._process.WaitForPortAsync(port);
        return sink;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void Count(string line)
    {
        if (CountersLine().Match(line) is { Success: true } match)
        {
            Volatile.Write(ref _messages, int.Parse(match.Groups["messages"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(" mesg=(?<messages>[0-9]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CountersLine();
}

/// <summary>How an <see cref="SmtpSink"/> behaves.</summary>
public sealed record SmtpSinkOptions
{
    /// <summary>Whether it offers DSN (RFC 3461). Without it, the relay before it makes the success reports itself.</summary>
    public bool OffersDsn { get; init; } = true;

    /// <summary>Commands refused for good (5xx), with commas: <c>rcpt</c>, <c>mail,data</c>.</summary>
    public string? Refuses { get; init; }

    /// <summary>Commands refused for now (4xx), with commas.</summary>
    public string? Postpones { get; init; }

    /// <summary>Whether <see cref="SmtpSink.Log"/> tells the sessions.</summary>
    public bool Verbose { get; init; }
}
