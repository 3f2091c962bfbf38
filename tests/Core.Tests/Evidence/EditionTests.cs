using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

/// <summary>
/// An attestation is verified by programs of years later, which write its pages anew. So a change of what the pages say raises
/// <see cref="AttestationPage.Edition"/>: this file was issued by an earlier build.
/// </summary>
public sealed class EditionTests
{
    private static string LetterSample => Path.Combine(Repository.Root, "tests", "Core.Tests", "Evidence", "attestation-courrier.pdf");

    private static string Sample => Path.Combine(Repository.Root, "tests", "Core.Tests", "Evidence", "attestation.pdf");

    [Fact]
    public async Task The_attestation_of_a_letter_of_an_earlier_build_is_written_anew_the_same()
    {
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
            await File.WriteAllBytesAsync(LetterSample, (await world.AttestAsync((await CollectionTests.ManyAsync(world))[0].LetterId)).Value.Pdf, TestContext.Current.CancellationToken);
        }

        await CheckAsync(LetterSample);
    }

    [Fact]
    public async Task An_attestation_of_an_earlier_build_is_written_anew_the_same()
    {
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
            var conversation = await Exchanges.RepliedAsync(world);
            await world.IssueAsync(conversation.Id);
            await File.WriteAllBytesAsync(Sample, (await world.IssueAsync(conversation.Id)).Value.Pdf, TestContext.Current.CancellationToken);
        }

        await CheckAsync(Sample);
    }

    /// <summary>What was issued before the pages changed is whole, and says that its pages were not written anew.</summary>
    [Fact]
    public async Task An_attestation_of_the_first_edition_still_verifies()
    {
        var report = AttestationVerifier.Verify(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(Sample)!, "attestation-edition-1.pdf"), TestContext.Current.CancellationToken));

        report.Outcome.ShouldBe(VerificationOutcome.Whole);
        report.Findings.Select(f => f.Code).ShouldContain("other-edition");
    }

    private static async Task CheckAsync(string sample)
    {
        var report = AttestationVerifier.Verify(await File.ReadAllBytesAsync(sample, TestContext.Current.CancellationToken));

        report.Findings.Where(f => f.Kind == FindingKind.Fault).ShouldBeEmpty("What the pages say has changed: raise AttestationPage.Edition, then type WRITE_DOCS=1 ./test EditionTests");
        report.Findings.Select(f => f.Code).ShouldContain("pages", "This sample is of another edition: type WRITE_DOCS=1 ./test EditionTests");
    }
}
