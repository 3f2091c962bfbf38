using System.Diagnostics;

namespace Vaguemestre.TestKit.Servers;

/// <summary>A program run to its end.</summary>
public static class Command
{
    /// <summary>Runs a program and gives what it printed, standard error after standard output.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than zero; the message holds its output.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var text = await output + await error;
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{program} ended with code {process.ExitCode}:\n{text}");
    }
}
