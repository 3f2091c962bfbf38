using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <param name="Facts">How many were written.</param>
/// <param name="Seals">How many were written.</param>
public sealed record JournalExported(long Facts, int Seals);

/// <summary>
/// The whole journal of the platform as JSON Lines, told in <c>docs/journal.md</c>: every seal and, after it, its facts in the order of its tree; then the
/// facts that wait; then the hash of all that, signed. One state of the database, read and written seal by seal, however long it is.
/// </summary>
public sealed class ExportJournal(VaguemestreDb db, SigningCertificate certificate, Settings settings, TimeProvider clock)
{
    public async Task<JournalExported> RunAsync(Stream target, CancellationToken cancel)
    {
        await using var snapshot = await db.BeginSnapshotAsync(cancel);
        using var lines = new HashedLines(target);
        await lines.WriteAsync(new JournalExportHead(JournalExportHead.CurrentFormat, settings.PublicUrl, clock.Now()), cancel);
        var (facts, seals) = (0L, 0);
        while (await db.Seals.AsNoTracking().Where(s => s.Number > seals).OrderBy(s => s.Number).FirstOrDefaultAsync(cancel) is { } seal)
        {
            await lines.WriteAsync(new { Seal = EvidenceSeal.Of(seal) }, cancel);
            foreach (var fact in await FactsOfAsync(seal, cancel))
            {
                await lines.WriteAsync(new { Fact = ExportedFact.Of(fact) }, cancel);
                facts++;
            }

            seals = seal.Number;
            if (seals % RenewTimestamps.Most == 0)
                await WriteRenewalsAsync(lines, seals - RenewTimestamps.Most + 1, cancel);
        }

        if (seals % RenewTimestamps.Most > 0)
            await WriteRenewalsAsync(lines, seals - (seals % RenewTimestamps.Most) + 1, cancel);

        await foreach (var fact in db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => !db.SealedFacts.Any(s => s.FactId == f.Id)).OrderBy(f => f.Id).AsAsyncEnumerable().WithCancellation(cancel))
        {
            await lines.WriteAsync(new { Fact = ExportedFact.Of(fact) }, cancel);
            facts++;
        }

        var end = CanonicalJson.Serialize(new JournalExportEnd(facts, seals, lines.Sha256()));
        var signature = Convert.ToBase64String(Signature.Make(certificate, Encoding.UTF8.GetBytes(end)));
        await target.WriteAsync(Encoding.UTF8.GetBytes(JournalExportEnd.Line(end, signature) + "\n"), cancel);
        return new JournalExported(facts, seals);
    }

    /// <summary>After the last seal of a group, the renewals of its timestamps.</summary>
    private async Task WriteRenewalsAsync(HashedLines lines, int firstSeal, CancellationToken cancel)
    {
        foreach (var renewal in await db.Renewals.AsNoTracking().Where(r => r.FirstSeal == firstSeal).OrderBy(r => r.Number).ToListAsync(cancel))
            await lines.WriteAsync(new { Renewal = new ExportedRenewal(renewal.Statement(), Convert.ToHexStringLower(renewal.Hash), Convert.ToBase64String(renewal.Token)) }, cancel);
    }

    private async Task<IEnumerable<Fact>> FactsOfAsync(Seal seal, CancellationToken cancel)
    {
        var ids = await db.SealedFacts.Where(s => s.SealNumber == seal.Number).OrderBy(s => s.Leaf).Select(s => s.FactId).ToListAsync(cancel);
        var facts = await db.Facts.AsNoTracking().Include(f => f.Payload).Where(f => ids.Contains(f.Id)).ToDictionaryAsync(f => f.Id, cancel);
        return ids.Where(facts.ContainsKey).Select(id => facts[id]);
    }

    private sealed class HashedLines(Stream target) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public async Task WriteAsync(object value, CancellationToken cancel)
        {
            var line = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(value) + "\n");
            _hash.AppendData(line);
            await target.WriteAsync(line, cancel);
        }

        public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public void Dispose() => _hash.Dispose();
    }
}

/// <summary>The first line.</summary>
internal sealed record JournalExportHead(string Format, string Platform, DateTimeOffset ExportedAt)
{
    public const string CurrentFormat = "vaguemestre-journal-export/1";
}

/// <summary>A line between: one of the three.</summary>
internal sealed record JournalExportLine(EvidenceSeal? Seal = null, ExportedFact? Fact = null, ExportedRenewal? Renewal = null);

/// <inheritdoc cref="EvidenceRenewal"/>
internal sealed record ExportedRenewal(string Statement, string Hash, string Token);

/// <param name="Payload">Null, as <paramref name="Salt"/>, where it was erased at the end of its retention.</param>
internal sealed record ExportedFact(string Header, string Hash, string? Payload = null, string? Salt = null)
{
    public static ExportedFact Of(Fact fact) =>
        new(fact.Header(), Convert.ToHexStringLower(fact.Hash), fact.Payload?.Json, fact.Payload is null ? null : Convert.ToHexStringLower(fact.Payload.Salt));

    /// <inheritdoc cref="EvidenceFact.Read"/>
    public Fact Read() => new EvidenceFact(Header, Hash, Payload, Salt).Read();
}

/// <summary>What the last line signs.</summary>
/// <param name="Sha256">Of all bytes of the lines before.</param>
internal sealed record JournalExportEnd(long Facts, int Seals, string Sha256)
{
    public static string Line(string end, string signature) => $"{{\"end\":{end},\"signature\":\"{signature}\"}}";
}
