using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Reception;

/// <summary>A visit of the link that is no reading: a program, or a person who went no further.</summary>
/// <param name="Method">GET, HEAD or POST.</param>
/// <param name="UserAgent">As sent, at most 300 characters.</param>
public sealed record Visit(string Method, string? UserAgent) : FactContent;

/// <summary>The receipt.</summary>
/// <param name="Recipient">The address that the page showed.</param>
/// <param name="Proof">How the act was shown to be deliberate: <c>declaration</c>, a box ticked by hand.</param>
/// <param name="UserAgent">As sent, at most 300 characters.</param>
public sealed record Receipt(string Recipient, string? Company, string Proof, string? UserAgent) : FactContent;

public static class ReceiptWords
{
    /// <summary>How the opening was shown to be deliberate, before a French reader.</summary>
    public static string ProofInFrench(this Receipt receipt) => receipt.Proof == "declaration"
        ? "case de déclaration cochée, puis bouton « Ouvrir le courrier » pressé"
        : receipt.Proof;
}

public sealed record Download(Guid Attachment, string Name, string Sha256) : FactContent;

/// <summary>What was replied: the hash of its text and of each file.</summary>
public sealed record ReplyContent(string Recipient, string BodySha256, IReadOnlyList<FileDigest> Attachments, bool AfterDue) : FactContent;

public sealed record ReplyOpenedContent(string Agent) : FactContent;
