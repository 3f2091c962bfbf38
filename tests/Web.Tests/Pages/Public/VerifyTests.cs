using System.Net;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Pages.Public;

public sealed class VerifyTests
{
    [Fact]
    public async Task Anybody_checks_an_attestation_without_signing_in()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var pdf = await AttestedAsync(world);

        var browser = await (await new Browser(world.Visitor()).GoAsync("/verifier")).Attach("Attestation", "attestation.pdf", pdf).PressAsync("main button[type=submit]");

        browser.Status.ShouldBe(HttpStatusCode.OK);
        browser.Text.ShouldContain("Cette attestation est entière et cohérente, avec les réserves indiquées.");
        browser.Text.ShouldContain("c’est celui de cette plateforme");
        browser.Text.ShouldContain("marches@dupont.test");
    }

    [Fact]
    public async Task A_changed_one_is_refused_and_nothing_given_is_asked_for()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var pdf = await AttestedAsync(world);
        pdf[pdf.Length / 2] ^= 1;

        var browser = await (await new Browser(world.Visitor()).GoAsync("/verifier")).Attach("Attestation", "attestation.pdf", pdf).PressAsync("main button[type=submit]");
        browser.Text.ShouldContain("a été modifiée, ou se contredit");

        var empty = await (await new Browser(world.Visitor()).GoAsync("/verifier")).PressAsync("main button[type=submit]");
        empty.Errors.Select(e => e.Text).ShouldBe(["Choisissez le fichier à vérifier."]);
    }

    [Fact]
    public async Task The_code_of_the_document_is_compared_with_its_evidence()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var pdf = await AttestedAsync(world);
        var sha256 = Core.Evidence.Verification.AttestationVerifier.Verify(pdf).EvidenceSha256!;

        foreach (var (code, told) in new[] { (sha256, "Ses preuves sont bien celles dont le code QR porte l’empreinte."), (new string('0', 64), "ce n’est pas le même document") })
        {
            var browser = await (await new Browser(world.Visitor()).GoAsync($"/verifier?sha256={code}")).Attach("Attestation", "attestation.pdf", pdf).PressAsync("main button[type=submit]");
            browser.Text.ShouldContain(told);
        }
    }

    private static async Task<byte[]> AttestedAsync(WebWorld world)
    {
        await world.AddConsultationAsync();
        var letter = await world.AddDraftAsync("2026-T-014", null, "marches@dupont.test");
        var conversation = (await world.SendAsync(letter.Id))[0];
        return (await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, conversation.Id, default))).Value.Pdf;
    }
}
