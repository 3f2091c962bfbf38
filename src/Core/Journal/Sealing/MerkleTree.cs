using System.Numerics;
using System.Security.Cryptography;

namespace Vaguemestre.Core.Journal.Sealing;

/// <summary>
/// The hash tree of RFC 6962 §2.1: a leaf is SHA-256(0x00 ‖ datum), a node SHA-256(0x01 ‖ left ‖ right), and a list is cut at the largest
/// power of two below its length. One root stands for many facts, and a short path shows that one of them is among them.
/// </summary>
public static class MerkleTree
{
    /// <summary>The root over one datum or more.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> data) => Root(Leaves(data));

    /// <summary>The audit path of one datum (RFC 6962 §2.1.1): the hashes beside its way up, from the leaf to the root.</summary>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<byte[]> data, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, data.Count);
        return Paths(data)[index];
    }

    /// <summary>The audit paths of all of them, each node being hashed once.</summary>
    public static IReadOnlyList<IReadOnlyList<byte[]>> Paths(IReadOnlyList<byte[]> data)
    {
        var leaves = Leaves(data);
        var paths = new List<byte[]>[leaves.Length];
        for (var i = 0; i < paths.Length; i++)
            paths[i] = [];
        Climb(leaves, paths);
        return paths;
    }

    /// <summary>The root to which a datum and its path lead (RFC 9162 §2.1.3.2); null where the path does not fit the place.</summary>
    public static byte[]? Root(byte[] datum, int index, int count, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= count)
            return null;
        var (place, last, hash) = (index, count - 1, Leaf(datum));
        foreach (var beside in path)
        {
            if (last == 0)
                return null;
            if ((place & 1) == 1 || place == last)
            {
                hash = Node(beside, hash);
                while ((place & 1) == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
            {
                hash = Node(hash, beside);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    private static byte[][] Leaves(IReadOnlyList<byte[]> data) =>
        data.Count > 0 ? [.. data.Select(Leaf)] : throw new ArgumentException("A tree has one leaf or more.", nameof(data));

    private static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];
        var half = Half(leaves.Length);
        return Node(Root(leaves[..half]), Root(leaves[half..]));
    }

    /// <returns>The root of these leaves.</returns>
    private static byte[] Climb(ReadOnlySpan<byte[]> leaves, ReadOnlySpan<List<byte[]>> paths)
    {
        if (leaves.Length == 1)
            return leaves[0];
        var half = Half(leaves.Length);
        var (left, right) = (Climb(leaves[..half], paths[..half]), Climb(leaves[half..], paths[half..]));
        foreach (var path in paths[..half])
            path.Add(right);
        foreach (var path in paths[half..])
            path.Add(left);
        return Node(left, right);
    }

    private static int Half(int count) => 1 << (31 - BitOperations.LeadingZeroCount((uint)(count - 1)));

    private static byte[] Leaf(byte[] datum) => SHA256.HashData([0x00, .. datum]);

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);
}
