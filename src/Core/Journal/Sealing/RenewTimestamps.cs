using System.Security.Cryptography.Pkcs;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>What a turn of renewing came to.</summary>
/// <param name="Renewals">How many were made.</param>
/// <param name="Seals">How many seals they cover.</param>
/// <param name="Waiting">Why no more were, in French for the operator; null when nothing keeps them.</param>
public sealed record RenewingTurn(int Renewals, int Seals, string? Waiting = null);

/// <summary>
/// Has seals timestamped again before the certificates of their authorities end. Seals are renewed a thousand at a time, in fixed groups; a group
/// is due when one of the certificates behind its latest tokens ends soon. Those of an authority end together, so that some tokens of a group tell.
/// </summary>
public sealed class RenewTimestamps(VaguemestreDb db, ITimestampAuthority authority, TimeProvider clock)
{
    /// <summary>Of seals in one renewal.</summary>
    public const int Most = 1024;

    private const int Looks = 16;

    /// <summary>How long before its authority's certificate ends a seal is renewed.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromDays(90);

    /// <param name="all">Whatever is due or not: algorithms age, too.</param>
    public async Task<RenewingTurn> RunAsync(bool all, CancellationToken cancel)
    {
        await using var turn = await db.TakeSealingTurnAsync(cancel);
        var last = await db.Seals.MaxAsync(s => (int?)s.Number, cancel) ?? 0;
        var (renewals, seals) = (0, 0);
        for (var first = 1; first <= last; first += Most)
        {
            var end = Math.Min(first + Most - 1, last);
            if (!all && !await IsDueAsync(first, end, cancel))
                continue;
            try
            {
                await RenewAsync(first, end, cancel);
            }
            catch (TimestampingException down)
            {
                return new RenewingTurn(renewals, seals, down.Message);
            }

            (renewals, seals) = (renewals + 1, seals + end - first + 1);
        }

        return new RenewingTurn(renewals, seals);
    }

    private async Task<bool> IsDueAsync(int first, int end, CancellationToken cancel)
    {
        var renewal = await db.Renewals.AsNoTracking().Where(r => r.FirstSeal == first).OrderByDescending(r => r.Number).FirstOrDefaultAsync(cancel);
        var soon = clock.Now() + Before;
        if (renewal is not null && EndOf(renewal.Token) <= soon)
            return true;
        var bare = renewal is null ? first : renewal.LastSeal + 1;
        var step = Math.Max(1, (end - bare) / (Looks - 1));
        var looked = Enumerable.Range(0, Looks).Select(i => Math.Min(bare + (i * step), end)).Append(end).Where(n => n >= bare).Distinct().ToList();
        return (await db.Seals.Where(s => looked.Contains(s.Number)).Select(s => s.Token).ToListAsync(cancel)).Exists(token => EndOf(token) <= soon);
    }

    private async Task RenewAsync(int first, int end, CancellationToken cancel)
    {
        var seals = await db.Seals.AsNoTracking().Where(s => s.Number >= first && s.Number <= end).OrderBy(s => s.Number).ToListAsync(cancel);
        var before = await db.Renewals.AsNoTracking().Where(r => r.FirstSeal == first).OrderBy(r => r.Number).ToListAsync(cancel);
        var leaves = seals.ConvertAll(seal => Renewal.LeafOf([(seal.Hash, seal.Token), .. before.Where(r => seal.Number <= r.LastSeal).Select(r => (r.Hash, r.Token))]));
        var previous = await db.Renewals.AsNoTracking().OrderByDescending(r => r.Number).FirstOrDefaultAsync(cancel);
        var renewal = Renewal.After(previous, first, leaves, clock.Now());
        renewal.Bear(await authority.StampAsync(renewal.Hash, cancel));
        await db.WriteAsync<int>(
            async () =>
            {
                db.Renewals.Add(renewal);
                await db.SaveChangesAsync(cancel);
                await db.InsertManyAsync([.. seals.Zip(leaves, (seal, leaf) => new RenewedSeal(renewal.Number, seal.Number, leaf))], cancel);
                return seals.Count;
            },
            cancel);
    }

    /// <summary>When the certificate behind a token ends; the beginning of time where the token names none.</summary>
    private static DateTimeOffset EndOf(byte[] token) =>
        Rfc3161TimestampToken.TryDecode(token, out var read, out _) && read.AsSignedCms().SignerInfos is [{ Certificate: { } certificate }] ? new DateTimeOffset(certificate.NotAfter) : DateTimeOffset.MinValue;
}
