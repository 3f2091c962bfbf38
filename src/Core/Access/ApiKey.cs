using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Vaguemestre.Core.Access;

/// <summary>A program's right to act for one organisation through the API. Only the hash of the key is kept.</summary>
public sealed class ApiKey
{
    public required Guid Id { get; init; }

    public required Guid OrganisationId { get; init; }

    public Organisation? Organisation { get; private init; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the key's text. The key is 256 random bits, so that a plain hash cannot be reversed.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A new key's text, shown once.</summary>
    public static string NewText() => "vgm_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private sealed class Mapping : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> key)
        {
            key.Property(k => k.Name).HasMaxLength(200);
            key.HasIndex(k => k.Hash).IsUnique();
        }
    }
}
