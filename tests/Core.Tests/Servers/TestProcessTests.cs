using System.Net;
using System.Net.Sockets;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Core.Tests.Servers;

public class TestProcessTests
{
    [Fact]
    public async Task A_stopped_program_leaves_neither_children_nor_folder()
    {
        var folder = Directory.CreateTempSubdirectory("vaguemestre-process-").FullName;
        var child = Path.Combine(folder, "child");
        int pid;
        await using (var process = TestProcess.Start("/bin/sh", ["-c", "sleep 1000 & echo $! > \"$0\"; wait", child], folder))
        {
            await process.WaitUntilAsync(_ => Task.FromResult(new FileInfo(child) is { Exists: true, Length: > 0 }), "the child runs");
            pid = int.Parse(await File.ReadAllTextAsync(child, TestContext.Current.CancellationToken));
            Directory.Exists($"/proc/{pid}").ShouldBeTrue();
        }

        Directory.Exists(folder).ShouldBeFalse();
        (await IsGoneAsync(pid)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_program_that_ends_too_early_is_told_with_its_last_words()
    {
        await using var process = TestProcess.Start("/bin/sh", ["-c", "echo port already taken; exit 3"]);

        var error = await Should.ThrowAsync<InvalidOperationException>(() => process.WaitForPortAsync(FreePort.Next()));

        error.Message.ShouldContain("ended with code 3");
        error.Message.ShouldContain("port already taken");
    }

    [Fact]
    public void A_missing_program_is_named_with_its_package()
    {
        var error = Should.Throw<FileNotFoundException>(() => DebianProgram.Find("no-such-program", "some-package"));

        error.Message.ShouldContain("apt-get install some-package");
        error.Message.ShouldContain("./test");
    }

    [Fact]
    public void A_free_port_can_be_listened_on()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Next());

        Should.NotThrow(listener.Start);
    }

    // An orphan stays in /proc for the moment that its new parent needs to take note of its end.
    private static async Task<bool> IsGoneAsync(int pid)
    {
        for (var look = 0; look < 100; look++)
        {
            var status = $"/proc/{pid}/status";
            if (!File.Exists(status) || (await File.ReadAllTextAsync(status)).Contains("State:\tZ", StringComparison.Ordinal))
            {
                return true;
            }

            await Task.Delay(50);
        }

        return false;
    }
}
