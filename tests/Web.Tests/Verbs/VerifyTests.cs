using System.Diagnostics;
using System.Text.Json;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Verbs;

/// <summary><c>vaguemestre verify</c> as a stranger types it, in a folder that holds nothing of the platform's.</summary>
public sealed class VerifyTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaguemestre-verify-").FullName;

    public async ValueTask InitializeAsync()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync();
        var letter = await world.AddDraftAsync("2026-T-014", null, "marches@dupont.test");
        var conversation = (await world.SendAsync(letter.Id))[0];
        var pdf = (await world.RunAsync((IssueAttestation o) => o.RunAsync(world.Caller, conversation.Id, default))).Value.Pdf;
        await File.WriteAllBytesAsync(In("attestation.pdf"), pdf);
        pdf[pdf.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(In("changée.pdf"), pdf);
        await File.WriteAllTextAsync(In("autre.txt"), "Bonjour");
        await File.WriteAllTextAsync(In("confiance.pem"), await world.RunAsync((SigningCertificate c) => Task.FromResult(c.Certificate.ExportCertificatePem() + "\n"))
            + await world.RunAsync((BuiltInAuthority a) => Task.FromResult(a.Certificate.ExportCertificatePem())));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_whole_one_is_0_with_its_reservations_and_who_signed()
    {
        var (exit, said) = await RunAsync("attestation.pdf");

        exit.ShouldBe(0, said);
        said.ShouldContain("attestation.pdf : Cette attestation est entière et cohérente, avec les réserves indiquées.");
        said.ShouldContain("Destinataire : marches@dupont.test");
        said.ShouldContain("Récrites d’après les preuves, les pages sont les mêmes, au mot près.");
        said.ShouldContain("est auto-signé");
        said.ShouldContain("n’est pas qualifiée");
        said.ShouldMatch("SHA-256 du certificat : [0-9a-f]{64}");
    }

    [Fact]
    public async Task A_changed_one_is_1_and_what_is_none_is_2()
    {
        (await RunAsync("changée.pdf")).Exit.ShouldBe(1);
        (await RunAsync("autre.txt")).Exit.ShouldBe(2);
        (await RunAsync("absent.pdf")).Exit.ShouldBe(2);
        (await RunAsync("attestation.pdf", "autre.txt")).Exit.ShouldBe(2);
        (await RunAsync("autre.txt", "changée.pdf", "attestation.pdf")).Exit.ShouldBe(1);
        (await RunAsync("attestation.pdf", "--file", "autre.txt")).Exit.ShouldBe(1);
    }

    [Fact]
    public async Task Certificates_believed_and_JSON()
    {
        var (exit, said) = await RunAsync("attestation.pdf", "--trust", "confiance.pem", "--json");

        exit.ShouldBe(0, said);
        using var report = JsonDocument.Parse(said);
        report.RootElement.GetProperty("outcome").GetString().ShouldBe("whole");
        report.RootElement.GetProperty("signers").EnumerateArray().ShouldAllBe(s => s.GetProperty("trusted").GetBoolean());
        report.RootElement.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("kind").GetString() == "reservation").Select(f => f.GetProperty("code").GetString()).ShouldBe(["authority-built-in"]);
        (await RunAsync("attestation.pdf", "--trust", "autre.txt")).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(2), r => r.Said.ShouldContain("ne contient pas de certificat"));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vaguemestre.dll"), "verify", .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
