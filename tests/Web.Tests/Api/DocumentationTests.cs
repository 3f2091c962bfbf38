using System.Text.RegularExpressions;
using Vaguemestre.Core;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.Servers;
using Vaguemestre.Web.Demo;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

/// <summary>The samples of <c>docs/integrate/api.md</c>, run by a shell as a reader would.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public async Task The_samples_run_as_they_stand()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, withMailbox: true);
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/integrate/api.md"), TestContext.Current.CancellationToken);
        var samples = Sample().Matches(text).Select(m => m.Groups["code"].Value).ToList();
        var start = $"set -euo pipefail\ncd '{world.Settings.DataDirectory}'\nURL={world.Settings.PublicUrl}\ncurl() {{ {DebianProgram.Find("curl", "curl")} \"$@\"; }}\n";
        var script = start + string.Join("echo\n", samples).Replace(DemoWorld.Key, world.Buyer.Key, StringComparison.Ordinal);

        var output = await Command.RunAsync("bash", "-c", script);

        samples.Count.ShouldBe(5);
        output.ShouldContain("\"withoutAddress\":0");
        output.ShouldContain("\"subject\":\"Pièces à compléter\"");
        output.ShouldContain("\"kind\":\"submitted\"");
        new FileInfo(Path.Combine(world.Settings.DataDirectory, "attestation.pdf")).Length.ShouldBeGreaterThan(1000);
    }

    [GeneratedRegex("^```sh\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
