using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Bench;

/// <summary>What the proof costs: facts beside the database's own commits, attestations beside a browser that prints the same words, verification beside its hashes and signatures alone.</summary>
internal static class EvidenceBench
{
    private const int Rounds = 3, Writers = 8;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(string[] args)
    {
        List<string> lines =
        [
            $"## Facts, {Writers} writers at once, one commit each",
            "",
            "The limit is the same connection library with a row as large as a fact and its payload, one commit each, in the same rounds.",
            "",
            "| database | facts/s | bare commits/s | ratio |",
            "| --- | --- | --- | --- |",
        ];
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
            lines.Add(await FactsAsync(provider));
        lines.AddRange(await AttestationsAsync());
        await Report.WriteAsync("evidence", "Facts, attestations and their verification", lines);
        return 0;
    }

    private static async Task<string> FactsAsync(DatabaseProvider provider)
    {
        await using var world = await BenchWorld.CreateAsync(provider);
        await using var services = world.Services();
        await using (var scope = services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<VaguemestreDb>().Database.ExecuteSqlRawAsync("CREATE TABLE bench_rows (id TEXT NOT NULL, words TEXT NOT NULL)");
        var (facts, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (f, b) = (await RateAsync(services, AppendAsync), await RateAsync(services, InsertAsync));
            if (round == 0)
                continue; // the runtime has compiled by then
            facts.Add(f);
            bare.Add(b);
        }

        return string.Create(CultureInfo.InvariantCulture, $"| {provider} | {Report.Median(facts):N0} | {Report.Median(bare):N0} | {Report.Median(facts.Zip(bare, (f, b) => f / b)):0.00} |");
    }

    private static async Task<double> RateAsync(IServiceProvider services, Func<VaguemestreDb, IServiceProvider, Subject, Task> once)
    {
        var (watch, done) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            var subject = new Subject(SubjectKind.Consultation, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
            while (watch.Elapsed < Turn)
            {
                await using var scope = services.CreateAsyncScope();
                await once(scope.ServiceProvider.GetRequiredService<VaguemestreDb>(), scope.ServiceProvider, subject);
                Interlocked.Increment(ref done);
            }
        })));
        return done / watch.Elapsed.TotalSeconds;
    }

    private static Task AppendAsync(VaguemestreDb db, IServiceProvider services, Subject subject) => db.WriteAsync<bool>(
        async () =>
        {
            await services.GetRequiredService<Journal>().AppendAsync(subject, FactKind.DraftDeleted, new DraftGone(new string('x', 200), 3), Core.Journal.Actor.Platform);
            return true;
        },
        default);

    private static Task InsertAsync(VaguemestreDb db, IServiceProvider services, Subject subject) => db.WriteAsync<bool>(
        async () =>
        {
            await db.Database.ExecuteSqlAsync($"INSERT INTO bench_rows (id, words) VALUES ({subject.Id.ToString()}, {Row})");
            return true;
        },
        default);

    private static readonly string Row = new('x', 600);

    private static async Task<IEnumerable<string>> AttestationsAsync()
    {
        await using var world = await BenchWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var services = world.Services();
        var (small, large) = (await FileAsync(world, services, 8), await FileAsync(world, services, 100));
        var certificate = services.GetRequiredService<SigningCertificate>();
        var authority = services.GetRequiredService<Core.Journal.Sealing.BuiltInAuthority>();
        var evidence = EvidenceFile.Read(Vaguemestre.Pdf.SignedPdf.Read(small)!.Attachment!)!.Evidence;
        await using var printer = await Printer.StartAsync(small);

        byte[] Attest()
        {
            var file = EvidenceFile.Sign(evidence, certificate);
            var unsigned = AttestationPage.Write(file, certificate.Certificate);
            return unsigned.With(Signature.MakeTimestampedAsync(certificate, unsigned.ToSign, authority, default).GetAwaiter().GetResult());
        }

        using var key = certificate.Certificate.GetECDsaPrivateKey()!;
        var hash = SHA256.HashData(small);
        var (ours, browser, bare) = (new List<double>(), new List<double>(), new List<double>());
        var (verified, alone) = (new List<double>(), new List<double>());
        var arithmetic = new Arithmetic(large, key);
        for (var round = 0; round <= Rounds; round++)
        {
            var rates = (Rate(() => Attest()), await printer.RateAsync(Turn), Rate(() => key.SignHash(hash)), Rate(() => AttestationVerifier.Verify(large)), Rate(arithmetic.Run));
            if (round == 0)
                continue;
            ours.Add(rates.Item1);
            browser.Add(rates.Item2);
            bare.Add(rates.Item3);
            verified.Add(rates.Item4);
            alone.Add(rates.Item5);
        }

        return
        [
            "",
            "## Signed attestations, one core, eight facts",
            "",
            "Evidence signed, pages set, PDF signed and its signature timestamped by the built-in authority: four P-256 signatures counting the token's and the evidence's. The browser is Chromium, warm, printing a page of the same words to PDF, unsigned.",
            "",
            "| attestations/s | Chromium, documents/s | times | bare P-256 signatures/s |",
            "| --- | --- | --- | --- |",
            string.Create(CultureInfo.InvariantCulture, $"| {Report.Median(ours):N0} | {Report.Median(browser):N1} | {Report.Median(ours.Zip(browser, (o, b) => o / b)):N0} | {Report.Median(bare):N0} |"),
            "",
            "## Verification of an attestation of 100 facts",
            "",
            "Everything `vaguemestre verify` checks, the pages written anew included. Beside it the hashes and signature checks alone: SHA-256 of all that is hashed and as many P-256 verifications as there are signatures.",
            "",
            "| ms | hashes and signatures alone, ms | ratio |",
            "| --- | --- | --- |",
            string.Create(CultureInfo.InvariantCulture, $"| {1000 / Report.Median(verified):0.0} | {1000 / Report.Median(alone):0.00} | {Report.Median(alone.Zip(verified, (a, v) => a / v)):0.0} |"),
        ];
    }

    private static double Rate(Action once)
    {
        var (watch, done) = (Stopwatch.StartNew(), 0);
        for (; watch.Elapsed < Turn; done++)
            once();
        return done / watch.Elapsed.TotalSeconds;
    }

    private static async Task<byte[]> FileAsync(BenchWorld world, IServiceProvider services, int facts)
    {
        await using var scope = services.CreateAsyncScope();
        var input = new DraftInput { Type = LetterType.Free, Mode = DeliveryMode.Tracked, Subject = "Banc de preuve", BodyHtml = "<p>Un mot de la lettre.</p>", Recipients = [new RecipientInput($"contact-{facts}@sink.test", "Claire Dupont", "Entreprise Dupont")] };
        var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
        _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var id = await db.Conversations.Where(c => c.LetterId == draft.Id).Select(c => c.Id).SingleAsync();
        for (var i = 1; i < facts; i++)
        {
            await db.WriteAsync<bool>(
                async () =>
                {
                    var journal = scope.ServiceProvider.GetRequiredService<ConversationJournal>();
                    await journal.AppendAsync((await journal.LockAsync(id, default))!, FactKind.AutomatedAccess, new Core.Reception.Visit("GET", $"Mozilla/5.0 (compatible; MailFilter/{i}.0)"), Core.Journal.Actor.Recipient);
                    return true;
                },
                default);
        }

        return (await scope.ServiceProvider.GetRequiredService<IssueAttestation>().RunAsync(world.Caller, id, default)).Value.Pdf;
    }

    /// <summary>What no verification can do without.</summary>
    private sealed class Arithmetic
    {
        private const int Signatures = 6; // the evidence's, the PDF's, its timestamp's, one seal's, two self-signed certificates

        private readonly List<byte[]> _hashed;
        private readonly ECDsa _key;
        private readonly byte[] _hash, _signature;

        public Arithmetic(byte[] pdf, ECDsa key)
        {
            var read = Vaguemestre.Pdf.SignedPdf.Read(pdf)!;
            var file = EvidenceFile.Read(read.Attachment!)!;
            _hashed = [read.SignedBytes, file.Signed, .. file.Evidence.Facts.SelectMany(f => new[] { System.Text.Encoding.UTF8.GetBytes(f.Header), System.Text.Encoding.UTF8.GetBytes(f.Payload) }.Concat(f.Seal!.Path.Select(_ => new byte[65])))];
            (_key, _hash) = (key, SHA256.HashData(pdf));
            _signature = key.SignHash(_hash);
        }

        public void Run()
        {
            foreach (var bytes in _hashed)
                SHA256.HashData(bytes);
            for (var i = 0; i < Signatures; i++)
                _key.VerifyHash(_hash, _signature);
        }
    }

    /// <summary>Chromium, kept warm, with a page of the attestation's words.</summary>
    private sealed class Printer(IPlaywright playwright, IBrowser browser, IPage page) : IAsyncDisposable
    {
        public static async Task<Printer> StartAsync(byte[] pdf)
        {
            var folder = Directory.CreateTempSubdirectory("vaguemestre-print-");
            var path = Path.Combine(folder.FullName, "attestation.pdf");
            await File.WriteAllBytesAsync(path, pdf);
            var words = await Command.RunAsync("pdftotext", "-layout", path, "-");
            folder.Delete(recursive: true);
            var playwright = await Playwright.CreateAsync();
            var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = DebianProgram.Find("chromium", "chromium"), Args = ["--no-sandbox"] });
            var page = await browser.NewPageAsync();
            await page.SetContentAsync($"<html lang=fr><title>Attestation</title><h1>Attestation des échanges</h1><pre style='font: 9pt sans-serif; white-space: pre-wrap'>{WebUtility.HtmlEncode(words)}</pre>");
            return new Printer(playwright, browser, page);
        }

        public async Task<double> RateAsync(TimeSpan turn)
        {
            var (watch, done) = (Stopwatch.StartNew(), 0);
            for (; watch.Elapsed < turn; done++)
                await page.PdfAsync(new() { Format = "A4", PrintBackground = true });
            return done / watch.Elapsed.TotalSeconds;
        }

        public async ValueTask DisposeAsync()
        {
            await browser.CloseAsync();
            playwright.Dispose();
        }
    }
}
