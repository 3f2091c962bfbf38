using System.Security.Cryptography;
using CsCheck;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Tests.Journal.Sealing;

public sealed class MerkleTreeTests
{
    /// <summary>The leaves and roots that Certificate Transparency's own implementations are tested with.</summary>
    private static readonly string[] Leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Roots_are_those_of_certificate_transparency(int count, string root) =>
        Convert.ToHexStringLower(MerkleTree.Root([.. Leaves.Take(count).Select(Convert.FromHexString)])).ShouldBe(root);

    [Fact]
    public void Every_path_of_every_tree_leads_to_its_root_and_to_no_other_place() => Gen.Int[1, 70].Sample(count =>
    {
        var data = Enumerable.Range(0, count).Select(i => SHA256.HashData(BitConverter.GetBytes(i))).ToList();
        var root = MerkleTree.Root(data);
        for (var i = 0; i < count; i++)
        {
            var path = MerkleTree.Path(data, i);
            MerkleTree.Root(data[i], i, count, path)!.ShouldBe(root);
            if (count > 1)
            {
                MerkleTree.Root(data[(i + 1) % count], i, count, path)!.ShouldNotBe(root);
                (MerkleTree.Root(data[i], (i + 1) % count, count, path)?.SequenceEqual(root) ?? false).ShouldBeFalse();
                (MerkleTree.Root(data[i], i, count, [.. path.SkipLast(1)])?.SequenceEqual(root) ?? false).ShouldBeFalse();
            }

            MerkleTree.Root(data[i], i, count, [.. path, root])?.SequenceEqual(root).ShouldBeFalse();
        }
    });

    [Fact]
    public void A_place_outside_the_tree_has_no_root()
    {
        MerkleTree.Root([1], -1, 1, []).ShouldBeNull();
        MerkleTree.Root([1], 1, 1, []).ShouldBeNull();
        MerkleTree.Root([1], 0, 2, []).ShouldBeNull();
    }
}
