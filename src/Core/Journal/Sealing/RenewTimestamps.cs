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
        if (turn is null)
            return new RenewingTurn(0, 0, SealFacts.AnotherNode);
        var last = await db.Seals.MaxAsync(s => (int?)s.Number, cancel) ?? 0;
        var (renewals, seals) = (0, 0);
        for (var first = 1; first <= last; first += Most)
        {
            var end = Math.Min(first + Most - 1, last);
            var earliest = await EarliestEndAsync(first, end, cancel);
            if (!all && earliest > clock.Now() + Before)
                continue;
            try
            {
                await RenewAsync(first, end, all ? DateTimeOffset.MinValue : earliest, cancel);
            }
            catch (TimestampingException down)
            {
                return new RenewingTurn(renewals, seals, down.Message);
            }

            (renewals, seals) = (renewals + 1, seals + end - first + 1);
        }

        return new RenewingTurn(renewals, seals);
    }

    /// <summary>When the first of the certificates behind the latest tokens of a group ends.</summary>
    private async Task<DateTimeOffset> EarliestEndAsync(int first, int end, CancellationToken cancel)
    {
        var renewal = await db.Renewals.AsNoTracking().Where(r => r.FirstSeal == first).OrderByDescending(r => r.Number).FirstOrDefaultAsync(cancel);
        var bare = renewal is null ? first : renewal.LastSeal + 1;
        var step = Math.Max(1, (end - bare) / (Looks - 1));
        var looked = Enumerable.Range(0, Looks).Select(i => Math.Min(bare + (i * step), end)).Append(end).Where(n => n >= bare).Distinct().ToList();
        var tokens = await db.Seals.Where(s => looked.Contains(s.Number)).Select(s => s.Token).ToListAsync(cancel);
        return (renewal is null ? tokens : [.. tokens, renewal.Token]).Select(EndOf).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    /// <param name="first">The first seal of the group.</param>
    /// <param name="end">The last.</param>
    /// <param name="beyond">The new token's certificate has to end later than this: else there is nothing to be gained by it.</param>
    /// <param name="cancel">Ends the wait.</param>
    private async Task RenewAsync(int first, int end, DateTimeOffset beyond, CancellationToken cancel)
    {
        var seals = await db.Seals.AsNoTracking().Where(s => s.Number >= first && s.Number <= end).OrderBy(s => s.Number).ToListAsync(cancel);
        var before = await db.Renewals.AsNoTracking().Where(r => r.FirstSeal == first).OrderBy(r => r.Number).ToListAsync(cancel);
        var leaves = seals.ConvertAll(seal => Renewal.LeafOf([(seal.Hash, seal.Token), .. before.Where(r => seal.Number <= r.LastSeal).Select(r => (r.Hash, r.Token))]));
        var previous = await db.Renewals.AsNoTracking().OrderByDescending(r => r.Number).FirstOrDefaultAsync(cancel);
        var renewal = Renewal.After(previous, first, leaves, clock.Now());
        var token = await authority.StampAsync(renewal.Hash, cancel);
        if (EndOf(token) <= beyond)
            throw new TimestampingException("L'autorité d'horodatage signe encore avec un certificat qui ne finit pas plus tard que celui des sceaux à renouveler. Demandez-lui quand elle en change, ou réglez-en une autre.");
        renewal.Bear(token);
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
