using System.Text;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Evidence;

/// <summary>A seal before a reader of the public page.</summary>
/// <param name="StampedAt">By the authority's clock; null where the token is no longer what it was.</param>
/// <param name="Authority">Who gave the token; null likewise.</param>
/// <param name="OfThePlatform">The authority is the platform's own, which is nobody else's word.</param>
public sealed record PublishedSeal(int Number, DateTimeOffset At, int Facts, string Root, string? PreviousHash, string Hash, DateTimeOffset? StampedAt, string? Authority, bool OfThePlatform);

/// <summary>
/// The published journal: every seal of the platform, which nobody who kept a copy can be told otherwise about. Seals are the platform's and not
/// one organisation's; they hold hashes, counts and instants, nothing of what the facts tell. Null where <c>Journal:Publish</c> is off.
/// </summary>
public sealed class PublishJournal(VaguemestreDb db, SigningCertificate certificate, Settings settings, TimeProvider clock)
{
    /// <summary>Of seals in one signed file.</summary>
    public const int Most = 100;

    /// <summary>The seals after that number, the earliest first, signed together: the file <c>journal.json</c> of <c>docs/journal.md</c>.</summary>
    public async Task<byte[]?> RunAsync(int after, CancellationToken cancel)
    {
        if (!settings.Journal.Publish)
            return null;
        var seals = await db.Seals.AsNoTracking().Where(s => s.Number > after).OrderBy(s => s.Number).Take(Most).ToListAsync(cancel);
        var last = await db.Seals.MaxAsync(s => (int?)s.Number, cancel) ?? 0;
        var document = new JournalDocument(JournalDocument.CurrentFormat, settings.Link("/journal").ToString(), clock.Now(), after, last, [.. seals.Select(s => EvidenceSeal.Of(s))]);
        var signed = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(document));
        return [.. "{\"journal\":"u8, .. signed, .. ",\"signature\":\""u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(Signature.Make(certificate, signed))), .. "\"}"u8];
    }

    /// <summary>The seals before that number, the latest first.</summary>
    /// <param name="before">Null for the latest.</param>
    public async Task<IReadOnlyList<PublishedSeal>?> LatestAsync(int? before, int count, CancellationToken cancel) => settings.Journal.Publish
        ? [.. (await db.Seals.AsNoTracking().Where(s => before == null || s.Number < before).OrderByDescending(s => s.Number).Take(count).ToListAsync(cancel)).Select(Of)]
        : null;

    private static PublishedSeal Of(Seal seal)
    {
        var stamp = Stamp.Read(seal.Token, seal.Hash);
        return new PublishedSeal(
            seal.Number, seal.At, seal.Facts, Convert.ToHexStringLower(seal.Root), seal.PreviousHash is null ? null : Convert.ToHexStringLower(seal.PreviousHash), Convert.ToHexStringLower(seal.Hash),
            stamp?.At, stamp is null ? null : Certificates.NameOf(stamp.Authority), stamp?.Policy == BuiltInAuthority.Policy);
    }
}

/// <summary>What is signed of the published journal; told in <c>docs/journal.md</c>.</summary>
/// <param name="Journal">The public page.</param>
/// <param name="After">The number that was asked for.</param>
/// <param name="Last">The number of the last seal there was then; 0 where there was none.</param>
internal sealed record JournalDocument(string Format, string Journal, DateTimeOffset PublishedAt, int After, int Last, IReadOnlyList<EvidenceSeal> Seals)
{
    public const string CurrentFormat = "vaguemestre-journal/1";
}
