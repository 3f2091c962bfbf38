using System.Diagnostics;
using System.Text.Json;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Web.Tests.Verbs;

/// <summary>The program as an operator types it, in a process of its own.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaguemestre-verbs-").FullName;

    private string Data => $"--DataDirectory={_folder}/data";

    private static string Demo => Path.Combine(Repository.Root, "src", "Web", "Demo", "Ocds", "1-toiture-jules-ferry.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task From_an_empty_folder_to_imported_consultations()
    {
        (await RunAsync(null, "import", "ocds", Demo, Data)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(2), r => r.Said.ShouldContain("Tapez : vaguemestre migrate"));
        (await RunAsync(null, "migrate", Data)).Exit.ShouldBe(0);
        (await RunAsync("court\n", "create-agent", "--organisation", "Ville", "--name", "C. Durand", "--email", "c@ville.test", Data)).Exit.ShouldBe(2);
        (await RunAsync("un mot de passe assez long\n", "create-agent", "--organisation", "Ville", "--name", "C. Durand", "--email", "c@ville.test", Data)).Exit.ShouldBe(0);

        var imported = await RunAsync(null, "import", "ocds", Demo, Data);
        imported.Exit.ShouldBe(0, imported.Said);
        imported.Said.ShouldContain("ocds-mv45lo-2026-TX-014 : importé, 24 contacts, dont 3 sans adresse");
        (await RunAsync(null, "import", "ocds", Demo, Data)).Said.ShouldContain("ocds-mv45lo-2026-TX-014 : mis à jour");
        (await RunAsync(null, "rebuild-search", Data)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(0, r.Said), r => r.Said.ShouldContain("0 courriers et brouillons sont à relire"));
    }

    [Fact]
    public async Task The_journal_is_exported_and_verified_its_timestamps_renewed_and_what_is_over_its_retention_listed()
    {
        await RunAsync(null, "migrate", Data);
        await RunAsync("un mot de passe assez long\n", "create-agent", "--organisation", "Ville", "--name", "C. Durand", "--email", "c@ville.test", Data);
        await RunAsync(null, "import", "ocds", Demo, Data);
        var journal = Path.Combine(_folder, "journal.jsonl");

        (await RunAsync(null, "export", "journal", journal, Data)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(0, r.Said), r => r.Said.ShouldContain("journal.jsonl : 4 événements, 0 sceau"));
        (await RunAsync(null, "verify", journal)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(0, r.Said), r => r.Said.ShouldContain("Cet export du journal est entier et cohérent"));
        (await RunAsync(null, "renew-timestamps", "--all", Data)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(0, r.Said), r => r.Said.ShouldContain("Aucun sceau"));
        (await RunAsync(null, "purge", "--dry-run", Data)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(0, r.Said), r => r.Said.ShouldContain("Aucune consultation n'a dépassé"));
    }

    [Fact]
    public async Task A_refused_file_is_told_with_its_paths_and_the_others_are_imported()
    {
        await RunAsync(null, "migrate", Data);
        await RunAsync("un mot de passe assez long\n", "create-agent", "--organisation", "Ville", "--name", "C. Durand", "--email", "c@ville.test", Data);
        var broken = Path.Combine(_folder, "broken.json");
        await File.WriteAllTextAsync(broken, """{"releases":[{"ocid":"x","id":1,"date":"2026-01-01T00:00:00Z","tag":["tender"],"initiationType":"tender"}]}""");

        var result = await RunAsync(null, "import", "ocds", broken, Demo, Data);

        result.Exit.ShouldBe(1, result.Said);
        result.Said.ShouldContain("broken.json : refusé, rien n'en est importé");
        result.Said.ShouldContain("releases/0/id");
        result.Said.ShouldContain("ocds-mv45lo-2026-TX-014 : importé");
    }

    [Fact]
    public async Task Past_messages_are_imported_with_a_line_a_consultation()
    {
        await RunAsync(null, "migrate", Data);
        await RunAsync("un mot de passe assez long\n", "create-agent", "--organisation", "Ville", "--name", "C. Durand", "--email", "c@ville.test", Data);
        var sample = Path.Combine(_folder, "historique.json");
        await File.WriteAllTextAsync(sample, Historique.Sample.Replace(Historique.Reference, "ocds-mv45lo-2024-X", StringComparison.Ordinal));
        var before = Path.Combine(_folder, "ocds.json");
        await File.WriteAllTextAsync(before, """{"releases":[{"ocid":"ocds-mv45lo-2024-X","id":"1","date":"2024-11-05T09:00:00+01:00","tag":["tender"],"initiationType":"tender","tender":{"id":"t","title":"Mobilier"}}]}""");

        var early = await RunAsync(null, "import", "historique", sample, Data);
        early.Exit.ShouldBe(1, early.Said);
        early.Said.ShouldContain("consultations[0].reference : Aucune consultation");
        var made = await RunAsync(null, "import", "ocds", before, Data);
        made.Exit.ShouldBe(0, made.Said);

        var imported = await RunAsync(null, "import", "historique", sample, Data);
        imported.Exit.ShouldBe(0, imported.Said);
        imported.Said.ShouldContain("ocds-mv45lo-2024-X : importé, 2 messages");
        (await RunAsync(null, "import", "historique", sample, Data)).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(0), r => r.Said.ShouldContain("inchangé, 2 messages déjà là"));
        (await RunAsync(null, "import", "historique", Path.Combine(_folder, "absent.json"), Data)).Exit.ShouldBe(2);
    }

    [Theory]
    [InlineData("Messaging:V2From", "--Messaging:V2From=31/02/2025")]
    [InlineData("Smtp:Port", "--Smtp:Port=abc")]
    [InlineData("Smtp:Port", "--Smtp:Port=70000")]
    [InlineData("TrustedProxies", "--TrustedProxies=10.0.0.0/8,notreproxy")]
    [InlineData("PublicUrl", "--PublicUrl=http://localhost:1")]
    [InlineData("Smtp:Host", "--PublicUrl=https://courriers.ville.fr")]
    public async Task Serve_refuses_a_wrong_setting_and_names_it(string key, string argument)
    {
        var result = await RunAsync(null, "serve", argument, Data);
        result.Exit.ShouldBe(2);
        result.Said.ShouldContain(key);
    }

    [Fact]
    public async Task Doctor_says_what_fails_and_what_to_do()
    {
        string[] off = [Data, "--Recipients:DnsServer=off"];
        var before = await RunAsync(null, ["doctor", .. off]);
        before.Exit.ShouldBe(1, before.Said);
        before.Said.ShouldContain("[En défaut] Schéma de la base");
        before.Said.ShouldContain("Tapez : vaguemestre migrate");
        before.Said.ShouldContain("[En défaut] Relais joignable : Aucun relais n'est configuré");

        await RunAsync(null, "migrate", Data);
        await using var server = SmtpListener.Start(new SmtpListenerOptions { AcceptRecipient = _ => true, OffersDsn = true }, (_, _) => Task.FromResult(new SmtpReply(250, "2.0.0 Ok")));
        string[] there = [.. off, "--Smtp:Host=127.0.0.1", $"--Smtp:Port={server.Port}", $"--Inbound:Smtp:Port={server.Port}"];
        var after = await RunAsync(null, ["doctor", .. there]);
        after.Exit.ShouldBe(0, after.Said);
        after.Said.ShouldContain("[En ordre] Rapports de remise (DSN)");

        var json = await RunAsync(null, ["doctor", "--json", .. there]);
        json.Exit.ShouldBe(0, json.Said);
        var root = JsonDocument.Parse(json.Said).RootElement;
        root.GetProperty("failed").GetBoolean().ShouldBeFalse();
        root.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "dns").GetProperty("verdict").GetString().ShouldBe("not-checked");
    }

    [Fact]
    public async Task Send_test_prints_the_relays_answer_as_it_came()
    {
        var taken = new List<ReceivedMail>();
        await using var relay = SmtpListener.Start(
            new SmtpListenerOptions { AcceptRecipient = a => a.StartsWith("vous@", StringComparison.Ordinal), OffersDsn = true },
            (mail, _) =>
            {
                taken.Add(mail);
                return Task.FromResult(new SmtpReply(250, "2.0.0 Ok: queued as 4XyZ"));
            });
        string[] there = ["--Smtp:Host=127.0.0.1", $"--Smtp:Port={relay.Port}", "--Mail:FromAddress=nous@ville.test"];

        var sent = await RunAsync(null, ["send-test", "vous@ailleurs.test", .. there]);
        sent.Exit.ShouldBe(0, sent.Said);
        sent.Said.ShouldContain("250 2.0.0 Ok: queued as 4XyZ");
        var mail = taken.ShouldHaveSingleItem();
        mail.MailFrom.ShouldBe("nous@ville.test");
        mail.Recipients[0].Notify.ShouldNotBeNull("a report is asked for");

        var refused = await RunAsync(null, ["send-test", "autre@ailleurs.test", .. there]);
        refused.Exit.ShouldBe(1);
        refused.Said.ShouldContain("550 5.7.1");
        (await RunAsync(null, ["send-test", "pas une adresse", .. there])).Exit.ShouldBe(2);
        (await RunAsync(null, "send-test", "vous@ailleurs.test")).ShouldSatisfyAllConditions(r => r.Exit.ShouldBe(2), r => r.Said.ShouldContain("Smtp:Host"));
    }

    private async Task<(int Exit, string Said)> RunAsync(string? input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vaguemestre.dll"), .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
