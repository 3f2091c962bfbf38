using System.Text;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Evidence;

/// <summary>
/// The machine-readable part of an attestation, <c>preuves.json</c>: every hashed text exactly as it was hashed, so that
/// anybody recomputes the chain with SHA-256 alone. Its shape is told in <c>docs/evidence.md</c>.
/// </summary>
internal static class EvidenceFile
{
    public const string Name = "preuves.json";

    public const string Format = "vaguemestre-evidence/1";

    public static byte[] Write(Exchange exchange) => Encoding.UTF8.GetBytes(CanonicalJson.Serialize(new
    {
        Format,
        Conversation = exchange.Conversation.Id,
        exchange.IssuedAt,
        exchange.IssuedBy,
        Facts = exchange.Facts.Select(f => new
        {
            Header = f.Header(),
            Hash = Convert.ToHexStringLower(f.Hash),
            Payload = f.Payload!.Json,
            Salt = Convert.ToHexStringLower(f.Payload.Salt),
        }),
        Letter = LetterContent.Canonical(exchange.Conversation),
        Replies = exchange.Replies.Select(r => new { r.Id, r.Body }),
    }));
}
