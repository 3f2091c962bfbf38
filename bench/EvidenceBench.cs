using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Npgsql;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Data.Sqlite;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.TestKit.Servers;

namespace Vaguemestre.Bench;

/// <summary>What the proof costs: facts beside the database's own commits, attestations beside a browser that prints the same words, verification beside its hashes and signatures alone.</summary>
internal static class EvidenceBench
{
    private const int Rounds = 3, Writers = 8;
    private static readonly int[] Batches = [1, 16, 256];

    /// <summary>How long each thing is done in each round.</summary>
    private static TimeSpan turn = TimeSpan.FromSeconds(4);

    /// <param name="args">Seconds of a turn, where four are too many.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [var seconds])
            turn = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        List<string> lines =
        [
            $"## Facts, {Writers} writers at once",
            "",
            "One fact a commit goes through the journal as for an opening; several as for what the outbox and the reports write, in as many conversations' chains as there are writers.",
            "The limit is the database alone, in the same rounds: prepared statements on kept-open connections, on SQLite one connection that the writers take in turn, which is faster than",
            "several that wait for its lock; on PostgreSQL one a writer. It commits the rows that facts are made of, in the same tables with their keys and indexes, as many a commit;",
            "and, as the bare rate of commits, one short row each into a table without any.",
            "",
            "| database | facts a commit | facts/s | the same rows, bare, facts/s | ratio | commits/s of one short row, bare | facts to such commits |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ];
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
            lines.AddRange(await FactsAsync(provider));
        lines.AddRange(
        [
            "",
            "## Facts of sendings, by the outbox's recorder",
            "",
            "What the relay answered, recorded as the outbox does: in one commit the fact of each, the status of its conversation, its place in the list and the state of its sending; by one recorder, in which as many answers",
            "come together as have arrived, 256 at most. Taking the sendings is not counted. The limit is commits of one short row, bare, by as many as write at once above.",
            "",
            "| database | answers a commit | facts/s | commits/s of one short row, bare | facts to such commits |",
            "| --- | --- | --- | --- | --- |",
        ]);
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
            lines.AddRange(await OutcomesAsync(provider));
        lines.AddRange(await AttestationsAsync());
        lines.AddRange(await CollectionAsync());
        await Report.WriteAsync("evidence", "Facts, attestations and their verification", lines);
        return 0;
    }

    private static async Task<IReadOnlyList<string>> FactsAsync(DatabaseProvider provider)
    {
        await using var world = await BenchWorld.CreateAsync(provider);
        await using var services = world.Services();
        await using var bare = await BareDatabase.OpenAsync(services, provider);
        var lines = new List<string>();
        foreach (var batch in Batches)
        {
            var (facts, rows, commits) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                var (f, r, c) = (await RateAsync(batch, at => AppendAsync(services, at, batch)), await RateAsync(batch, at => bare.InsertFactsAsync(at, batch)), await RateAsync(1, bare.InsertRowAsync));
                if (round == 0)
                    continue; // the runtime has compiled by then
                facts.Add(f);
                rows.Add(r);
                commits.Add(c);
            }

            lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {provider} | {batch} | {Report.Median(facts):N0} | {Report.Median(rows):N0} | {Report.Median(facts.Zip(rows, (f, r) => f / r)):0.00} | {Report.Median(commits):N0} | {Report.Median(facts.Zip(commits, (f, c) => f / c)):0.00} |"));
        }

        return lines;
    }

    private static async Task<double> RateAsync(int batch, Func<(int Writer, Subject Subject), Task> once)
    {
        var (watch, done) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var subject = new Subject(SubjectKind.Consultation, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
            for (; watch.Elapsed < turn; Interlocked.Add(ref done, batch))
                await once((writer, subject));
        })));
        return done / watch.Elapsed.TotalSeconds;
    }

    private static async Task AppendAsync(IServiceProvider services, (int Writer, Subject Subject) at, int batch)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var content = new DraftGone(new string('x', 200), 3);
        _ = (await db.WriteAsync<bool>(
            async () =>
            {
                if (batch == 1)
                {
                    await scope.ServiceProvider.GetRequiredService<Journal>().AppendAsync(at.Subject, FactKind.DraftDeleted, content, Core.Journal.Actor.Platform);
                    return true;
                }

                var end = await db.EndOfChainAsync(at.Subject.Id, default);
                var facts = new List<Fact>(batch);
                for (var i = 0; i < batch; i++)
                {
                    facts.Add(Fact.After(end, at.Subject, FactKind.DraftDeleted, content, Core.Journal.Actor.Platform, null, TimeProvider.System.GetUtcNow()));
                    end = ChainEnd.Of(facts[^1]);
                }

                await db.InsertFactsAsync(facts, default);
                return true;
            },
            default)).Value;
    }

    private static async Task<IReadOnlyList<string>> OutcomesAsync(DatabaseProvider provider)
    {
        await using var world = await BenchWorld.CreateAsync(provider);
        await using var services = world.Services();
        await using var bare = await BareDatabase.OpenAsync(services, provider);
        var lines = new List<string>();
        foreach (var batch in Batches[1..])
        {
            var (facts, commits) = (new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                await world.SendAsync(services, 4_000);
                var (f, c) = (await RecordAsync(services, batch), await RateAsync(1, bare.InsertRowAsync));
                if (round == 0)
                    continue;
                facts.Add(f);
                commits.Add(c);
            }

            lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {provider} | {batch} | {Report.Median(facts):N0} | {Report.Median(commits):N0} | {Report.Median(facts.Zip(commits, (f, c) => f / c)):0.00} |"));
        }

        return lines;
    }

    /// <summary>Records an answer to every sending that waits.</summary>
    private static async Task<double> RecordAsync(IServiceProvider services, int batch)
    {
        var answer = new RelayAnswer(RelayOutcome.Accepted, RelayStage.Content, "relais.test", "250 2.0.0 Ok: queued as 4f8Zr11vTHz", "2.0.0", 250, DsnRequested: true);
        var (watch, done) = (new Stopwatch(), 0);
        while (true)
        {
            await using var scope = services.CreateAsyncScope();
            var lease = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
            var due = await scope.ServiceProvider.GetRequiredService<LeaseDue>().RunAsync(lease, TimeProvider.System.GetUtcNow().AddMinutes(5), batch, default);
            if (due.Count == 0)
                return done / watch.Elapsed.TotalSeconds;
            var outcomes = due.Select(d => new Outcome(d.Sending, answer)).ToList();
            watch.Start();
            await using var recorder = services.CreateAsyncScope();
            done += await recorder.ServiceProvider.GetRequiredService<RecordOutcomes>().RunAsync(outcomes, default);
            watch.Stop();
        }
    }

    /// <summary>The database alone, by its own client: statements prepared once on connections that stay open.</summary>
    private sealed class BareDatabase(IReadOnlyList<BareDatabase.Connection> connections) : IAsyncDisposable
    {
        private static readonly string Words = new('x', 600);

        public static async Task<BareDatabase> OpenAsync(IServiceProvider services, DatabaseProvider provider)
        {
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE bench_rows (id TEXT NOT NULL, words TEXT NOT NULL)");
            var connections = new List<Connection>();
            for (var i = 0; i < (provider == DatabaseProvider.Sqlite ? 1 : Writers); i++)
                connections.Add(await Connection.OpenAsync(provider == DatabaseProvider.Sqlite ? new SqliteConnection(db.Database.GetConnectionString()) : new NpgsqlConnection(db.Database.GetConnectionString())));
            return new BareDatabase(connections);
        }

        public Task InsertRowAsync((int Writer, Subject Subject) at) => connections[at.Writer % connections.Count].CommitAsync(c => c.InsertAsync(c.Row, new[] { at.Subject.Id.ToString() }, new[] { Words }));

        public Task InsertFactsAsync((int Writer, Subject Subject) at, int count) => connections[at.Writer % connections.Count].CommitAsync(async c =>
        {
            var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
            T[] Same<T>(T value) => [.. Enumerable.Repeat(value, count)];
            await c.InsertAsync(c.Fact, ids, Same(at.Subject.OrganisationId), Same("consultation"), ids, Same(1), Same("draft-deleted"), c.Instants(count), Same("platform"), Same(Hash), Same(Hash), Same(Hash));
            await c.InsertAsync(c.Payload, ids, Same(Hash[..16]), Same(Words[..220]));
        });

        private static readonly byte[] Hash = new byte[32];

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }

        public sealed class Connection : IAsyncDisposable
        {
            private readonly DbConnection _connection;
            private readonly SemaphoreSlim _one = new(1);

            private Connection(DbConnection connection)
            {
                _connection = connection;
                Row = Statement("bench_rows", "id text", "words text");
                Fact = Statement("facts", "id uuid", "organisation_id uuid", "subject_kind text", "subject_id uuid", "sequence int", "kind text", "at timestamptz", "actor_kind text", "payload_hash bytea", "previous_hash bytea", "hash bytea");
                Payload = Statement("fact_payloads", "fact_id uuid", "salt bytea", "json text");
            }

            public DbCommand Row { get; }

            public DbCommand Fact { get; }

            public DbCommand Payload { get; }

            public static async Task<Connection> OpenAsync(DbConnection connection)
            {
                await connection.OpenAsync();
                if (connection is SqliteConnection)
                {
                    await using var pragmas = connection.CreateCommand();
                    pragmas.CommandText = SqliteDb.Pragmas;
                    await pragmas.ExecuteNonQueryAsync();
                }

                return new Connection(connection);
            }

            public Array Instants(int count) => _connection is SqliteConnection ? Enumerable.Repeat(1_700_000_000_000_000L, count).ToArray() : Enumerable.Repeat(DateTime.UnixEpoch, count).ToArray();

            public async Task CommitAsync(Func<Connection, Task> write)
            {
                await _one.WaitAsync();
                try
                {
                    await using var transaction = await _connection.BeginTransactionAsync();
                    foreach (var statement in new[] { Row, Fact, Payload })
                        statement.Transaction = transaction;
                    await write(this);
                    await transaction.CommitAsync();
                }
                finally
                {
                    _one.Release();
                }
            }

            public async Task InsertAsync(DbCommand statement, params Array[] columns)
            {
                if (_connection is NpgsqlConnection)
                {
                    for (var i = 0; i < columns.Length; i++)
                        statement.Parameters[i].Value = columns[i];
                    await statement.PrepareAsync();
                    await statement.ExecuteNonQueryAsync();
                    return;
                }

                for (var row = 0; row < columns[0].Length; row++)
                {
                    for (var i = 0; i < columns.Length; i++)
                        statement.Parameters[i].Value = columns[i].GetValue(row);
                    await statement.ExecuteNonQueryAsync();
                }
            }

            public async ValueTask DisposeAsync()
            {
                foreach (var statement in new[] { Row, Fact, Payload })
                    await statement.DisposeAsync();
                await _connection.DisposeAsync();
                _one.Dispose();
            }

            /// <summary>One row a run on SQLite, one array a column on PostgreSQL.</summary>
            private DbCommand Statement(string table, params string[] columns)
            {
                var parts = columns.Select(c => c.Split(' ')).ToList();
                var command = _connection.CreateCommand();
                command.CommandText = $"INSERT INTO {table} ({string.Join(", ", parts.Select(p => p[0]))}) " +
                    (_connection is NpgsqlConnection ? $"SELECT * FROM unnest({string.Join(", ", parts.Select(p => $"@{p[0]}::{p[1]}[]"))})" : $"VALUES ({string.Join(", ", parts.Select(p => $"@{p[0]}"))})");
                foreach (var part in parts)
                {
                    var parameter = command.CreateParameter();
                    parameter.ParameterName = $"@{part[0]}";
                    command.Parameters.Add(parameter);
                }

                return command;
            }
        }
    }

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
            foreach (var seal in evidence.Seals)
                Stamp.Remember(Convert.FromBase64String(seal.Token), Convert.FromHexString(seal.Hash));
            var file = EvidenceFile.Sign(evidence, certificate);
            var unsigned = AttestationPage.Write(file, certificate.Certificate);
            return unsigned.With(Signature.MakeTimestampedAsync(certificate, unsigned.ToSign, authority, default).GetAwaiter().GetResult());
        }

        using var key = certificate.Certificate.GetECDsaPrivateKey()!;
        var hash = SHA256.HashData(small);
        var (ours, browser, reprinting, bare) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (verified, alone) = (new List<double>(), new List<double>());
        var arithmetic = new Arithmetic(large, key);
        for (var round = 0; round <= Rounds; round++)
        {
            var rates = (await OnAllCoresAsync(() => Attest()), await printer.RateAsync(turn, anew: true), await printer.RateAsync(turn, anew: false), await OnAllCoresAsync(() => key.SignHash(hash)), Rate(() => AttestationVerifier.Verify(large)), Rate(arithmetic.Run));
            if (round == 0)
                continue;
            ours.Add(rates.Item1);
            browser.Add(rates.Item2);
            reprinting.Add(rates.Item3);
            bare.Add(rates.Item4);
            verified.Add(rates.Item5);
            alone.Add(rates.Item6);
        }

        return
        [
            "",
            string.Create(CultureInfo.InvariantCulture, $"## Signed attestations, {Lanes} cores, eight facts"),
            "",
            "Evidence signed, pages set, PDF signed and its signature timestamped by the built-in authority: four P-256 signatures counting the token's and the evidence's. The browser is Chromium, warm, a page open a core,",
            "which prints the same words in the same headings, tables and fonts to PDF, tagged and with bookmarks as ours, unsigned. As a printer of attestations it puts new words into its page each time; beside it the same words printed again and again.",
            "",
            "| attestations/s | Chromium, documents/s | times | Chromium, again and again | times | bare P-256 signatures/s |",
            "| --- | --- | --- | --- | --- | --- |",
            string.Create(CultureInfo.InvariantCulture, $"| {Report.Median(ours):N0} | {Report.Median(browser):N1} | {Report.Median(ours.Zip(browser, (o, b) => o / b)):N0} | {Report.Median(reprinting):N1} | {Report.Median(ours.Zip(reprinting, (o, b) => o / b)):N0} | {Report.Median(bare):N0} |"),
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

    /// <summary>The largest letter whose attestation is not in volumes.</summary>
    private static async Task<IEnumerable<string>> CollectionAsync()
    {
        await using var world = await BenchWorld.CreateAsync(DatabaseProvider.Sqlite);
        await using var services = world.Services();
        await using var scope = services.CreateAsyncScope();
        var input = new DraftInput
        {
            Type = LetterType.Free,
            Mode = DeliveryMode.Tracked,
            Subject = "Banc de preuve",
            BodyHtml = string.Concat(Enumerable.Repeat("<p>Un mot de la lettre.</p>", 100)),
            Recipients = [.. Enumerable.Range(0, new CollectionLimits().Conversations).Select(i => new RecipientInput($"contact-{i}@sink.test", "Claire Dupont", $"Entreprise Dupont {i}"))],
        };
        var draft = (await scope.ServiceProvider.GetRequiredService<CreateDraft>().RunAsync(world.Caller, BenchWorld.Reference, input, default)).Value;
        _ = (await scope.ServiceProvider.GetRequiredService<SendLetter>().RunAsync(world.Caller, draft.Id, default)).Value;
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var sendings = await db.Sendings.AsNoTracking().ToListAsync();
        var told = new ServerSaid("mx.sink.test", "smtp; 250 2.0.0 Ok: queued as 4FB2C1A0", "2.0.0", Report: "relayed");
        foreach (var piece in sendings.Chunk(200))
        {
            _ = (await db.WriteAsync<bool>(
                async () =>
                {
                    var chains = await ConversationChains.LockAsync(db, TimeProvider.System, [.. piece.Select(s => s.ConversationId)], default);
                    foreach (var sending in piece)
                    {
                        var subject = new Subject(SubjectKind.Conversation, sending.ConversationId, world.Caller.OrganisationId);
                        foreach (var kind in new[] { FactKind.AcceptedByRelay, FactKind.Delayed, FactKind.Delayed, FactKind.Delayed, FactKind.Delivered })
                            chains.Append(subject, kind, told, Core.Journal.Actor.MailServer, sending.Id);
                    }

                    await chains.WriteAsync(default);
                    return true;
                },
                default)).Value;
        }

        db.ChangeTracker.Clear();
        var seals = scope.ServiceProvider.GetRequiredService<Core.Journal.Sealing.SealFacts>();
        while ((await seals.RunAsync(null, default)).Facts > 0)
        {
        }

        var (attestation, issued, memory) = await MeasureAsync(async () => (await scope.ServiceProvider.GetRequiredService<IssueLetterAttestation>().RunAsync(world.Caller, draft.Id, null, null, default)).Value);
        var (report, verified, memoryToVerify) = await MeasureAsync(() => Task.FromResult(AttestationVerifier.Verify(attestation.Pdf)));
        return
        [
            "",
            string.Create(CultureInfo.InvariantCulture, $"## Attestation of a letter to {new CollectionLimits().Conversations:N0} recipients, six facts each"),
            "",
            "The most that one attestation holds, volumes being of half as many. Once each, in a process that has done the above; memory is the growth of the working set.",
            "",
            "| | seconds | MB | outcome |",
            "| --- | --- | --- | --- |",
            string.Create(CultureInfo.InvariantCulture, $"| issued | {issued.TotalSeconds:0.0} | {memory:N0} | PDF {attestation.Pdf.Length / 1e6:0.0} MB, evidence {attestation.Evidence.Length / 1e6:0.0} MB |"),
            string.Create(CultureInfo.InvariantCulture, $"| verified | {verified.TotalSeconds:0.0} | {memoryToVerify:N0} | {report.Outcome} |"),
        ];
    }

    private static async Task<(T Value, TimeSpan Took, double Megabytes)> MeasureAsync<T>(Func<Task<T>> once)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        var (before, most, watch) = (process.WorkingSet64, 0L, Stopwatch.StartNew());
        var work = Task.Run(once);
        while (!work.IsCompleted)
        {
            await Task.Delay(20);
            process.Refresh();
            most = Math.Max(most, process.WorkingSet64);
        }

        return (await work, watch.Elapsed, Math.Max(0, most - before) / 1e6);
    }

    private static int Lanes => Environment.ProcessorCount;

    private static async Task<double> OnAllCoresAsync(Action once) => (await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(() => Rate(once))))).Sum();

    private static double Rate(Action once)
    {
        var (watch, done) = (Stopwatch.StartNew(), 0);
        for (; watch.Elapsed < turn; done++)
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
            _hashed = [read.SignedBytes, file.Signed, .. file.Evidence.All().Select(f => f.Fact).SelectMany(f => new[] { System.Text.Encoding.UTF8.GetBytes(f.Header), System.Text.Encoding.UTF8.GetBytes(f.Payload!) }.Concat(f.Seal!.Path.Select(_ => new byte[65])))];
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

    /// <summary>Chromium, kept warm, with a page of the attestation's words a core.</summary>
    private sealed class Printer(IPlaywright playwright, IBrowser browser, IReadOnlyList<IPage> pages) : IAsyncDisposable
    {
        private static readonly Dictionary<string, string> Elements = new(StringComparer.Ordinal)
        {
            ["H1"] = "h1",
            ["H2"] = "h2",
            ["H3"] = "h3",
            ["P"] = "p",
            ["Table"] = "table",
            ["THead"] = "thead",
            ["TBody"] = "tbody",
            ["TR"] = "tr",
            ["TH"] = "th",
            ["TD"] = "td",
        };

        public static async Task<Printer> StartAsync(byte[] pdf)
        {
            var folder = Directory.CreateTempSubdirectory("vaguemestre-print-");
            var path = Path.Combine(folder.FullName, "attestation.pdf");
            await File.WriteAllBytesAsync(path, pdf);
            var html = HtmlOf(await Command.RunAsync("pdfinfo", "-struct-text", path));
            folder.Delete(recursive: true);
            var playwright = await Playwright.CreateAsync();
            var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = DebianProgram.Find("chromium-headless-shell", "chromium-headless-shell"), Args = ["--no-sandbox"] });
            var pages = new List<IPage>();
            for (var i = 0; i < Lanes; i++)
            {
                pages.Add(await browser.NewPageAsync());
                await pages[i].SetContentAsync(html);
                await pages[i].EvaluateAsync("document.fonts.ready");
            }

            return new Printer(playwright, browser, pages);
        }

        /// <summary>The same page for a browser: the same words in the same headings, paragraphs and tables, in the same fonts, with a code of squares.</summary>
        /// <param name="structure">The structure of the PDF with its texts, as poppler tells it.</param>
        private static string HtmlOf(string structure)
        {
            var html = new StringBuilder("<!DOCTYPE html><html lang=fr><title>Attestation des échanges</title><style>");
            foreach (var (weight, resource) in new[] { (400, "AtkinsonHyperlegible-Regular.ttf"), (700, "AtkinsonHyperlegible-Bold.ttf") })
            {
                using var font = typeof(Vaguemestre.Pdf.PdfDocument).Assembly.GetManifestResourceStream(resource)!;
                using var bytes = new MemoryStream();
                font.CopyTo(bytes);
                html.Append(CultureInfo.InvariantCulture, $"@font-face {{ font-family: page; font-weight: {weight}; src: url(data:font/ttf;base64,{Convert.ToBase64String(bytes.ToArray())}) }}");
            }

            html.Append("body { font: 9pt page } table { width: 100%; border-collapse: collapse } th, td { text-align: left; vertical-align: top; border-bottom: .4pt solid #999; overflow-wrap: anywhere } svg { width: 82pt }</style>");
            var open = new Stack<(int Indent, string Tag)>();
            foreach (var line in structure.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var (indent, said) = (line.Length - line.TrimStart().Length, line.Trim());
                while (open.TryPeek(out var last) && last.Indent >= indent)
                    html.Append(CultureInfo.InvariantCulture, $"</{open.Pop().Tag}>");
                if (said.StartsWith('"'))
                    html.Append(WebUtility.HtmlEncode(said.Trim('"')));
                else if (said.StartsWith("Figure", StringComparison.Ordinal))
                    html.Append("<svg viewBox='0 0 41 41' role=img aria-label='Code QR'>").Append(string.Concat(Enumerable.Range(0, 41 * 41).Where(i => i * 7919 % 13 < 6).Select(i => $"<rect x={i % 41} y={i / 41} width=1 height=1 />"))).Append("</svg>");
                else if (Elements.GetValueOrDefault(said.Split(' ', ':')[0]) is { } tag)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<{tag}>");
                    open.Push((indent, tag));
                }
            }

            return html.ToString();
        }

        public async Task<double> RateAsync(TimeSpan wanted, bool anew) => (await Task.WhenAll(pages.Select(page => RateAsync(page, wanted, anew)))).Sum();

        private static async Task<double> RateAsync(IPage page, TimeSpan wanted, bool anew)
        {
            var (watch, done) = (Stopwatch.StartNew(), 0);
            for (; watch.Elapsed < wanted; done++)
            {
                if (anew)
                    await page.EvaluateAsync("document.body.innerHTML = document.body.innerHTML");
                await page.PdfAsync(new() { Format = "A4", PrintBackground = true, Tagged = true, Outline = true });
            }

            return done / watch.Elapsed.TotalSeconds;
        }

        public async ValueTask DisposeAsync()
        {
            await browser.CloseAsync();
            playwright.Dispose();
        }
    }
}
