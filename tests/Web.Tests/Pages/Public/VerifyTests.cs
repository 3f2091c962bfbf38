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

    [Fact]
    public async Task Too_many_at_once_are_told_to_come_back_and_the_page_is_still_shown()
    {
        const int Admitted = 15;
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        using var held = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, Admitted).Select(_ => HoldAsync()).ToList();
        try
        {
            using var refused = await RefusedAsync(world, () => waiting.AddRange(Enumerable.Range(0, Admitted).Select(_ => HoldAsync())));
            var page = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(1));
            page.ShouldContain("Trop de demandes à la fois");
            page.ShouldContain("réessayez dans une minute");
            (await new Browser(world.Visitor()).GoAsync("/verifier")).Status.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await held.CancelAsync();
            foreach (var one in waiting)
                await Should.ThrowAsync<Exception>(() => one);
        }

        Task<HttpResponseMessage> HoldAsync() => world.Visitor().PostAsync("/verifier", new EndlessContent(held.Token), held.Token);
    }

    /// <summary>Who sends nothing loses its turn after some seconds: until one more is refused, as many again are held as there are turns.</summary>
    private static async Task<HttpResponseMessage> RefusedAsync(WebWorld world, Action hold)
    {
        HttpResponseMessage? refused = null;
        await WebWorld.UntilAsync(async () =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                refused?.Dispose();
                refused = await world.Visitor().PostAsync("/verifier", new MultipartFormDataContent { { new ByteArrayContent(new byte[100_000]), "Attestation", "a.pdf" } }, patience.Token);
                return refused.StatusCode == HttpStatusCode.ServiceUnavailable;
            }
            catch (OperationCanceledException)
            {
                hold();
                return false;
            }
        });
        return refused!;
    }

    private static async Task<byte[]> AttestedAsync(WebWorld world)
    {
        await world.AddConsultationAsync();
        var letter = await world.AddDraftAsync("2026-T-014", null, "marches@dupont.test");
        var conversation = (await world.SendAsync(letter.Id))[0];
        return (await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, conversation.Id, default))).Value.Pdf;
    }
}

/// <summary>A form of which only the beginning comes.</summary>
internal sealed class EndlessContent : HttpContent
{
    private readonly CancellationToken _until;

    public EndlessContent(CancellationToken until)
    {
        _until = until;
        Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=limite");
        Headers.ContentLength = 1_000_000;
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync("--limite\r\nContent-Disposition: form-data; name=\"Attestation\"; filename=\"a.pdf\"\r\n\r\n"u8.ToArray(), _until);
        await stream.FlushAsync(_until);
        await Task.Delay(Timeout.Infinite, _until);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 1_000_000;
        return true;
    }
}
