using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Vaguemestre.Core;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Pages.Public;

/// <summary>Checks an attestation for anybody. What is given stays in memory, and is gone with the answer.</summary>
[EnableRateLimiting(VerificationTurns.Policy)]
[RequestTimeout(VerificationTurns.LongestTurn)]
[RequestSizeLimit(LargestRequest)]
[RequestFormLimits(MultipartBodyLengthLimit = LargestRequest, MemoryBufferThreshold = (int)LargestRequest)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class VerifyModel(SigningCertificate signing, BuiltInAuthority authority, Settings settings) : PageModel
{
    /// <summary>Of the files to be recognised together, in bytes.</summary>
    public const int LargestOthers = 64 * 1024 * 1024 - 1024 * 1024;

    private const long LargestRequest = Host.LargestRequest;

    /// <summary>What the QR code of the document says of its evidence.</summary>
    [BindProperty(SupportsGet = true, Name = "sha256")]
    public string? Given { get; set; }

    [BindProperty]
    [Display(Name = "Attestation ou preuves")]
    public IFormFile? Attestation { get; set; }

    [BindProperty]
    public List<IFormFile> Others { get; set; } = [];

    public VerificationReport? Report { get; private set; }

    public string? FileName { get; private set; }

    public string? Sha256 => Given is { Length: 64 } && Given.All(char.IsAsciiHexDigitLower) ? Given : null;

    /// <summary>Null without a code, or where the file holds no evidence.</summary>
    public bool? IsTheOneOfTheCode => Sha256 is null || Report?.EvidenceSha256 is not { } found ? null : found == Sha256;

    /// <summary>Whether the platform that answers signs with it. Says nothing of whether to believe that platform.</summary>
    public bool IsOurs(FoundSigner signer) => signer.Role == SignerRole.Attestation
        ? signer.Sha256 == FoundSigner.FingerprintOf(signing.Certificate)
        : string.IsNullOrEmpty(settings.Timestamping.Url) && signer.Sha256 == FoundSigner.FingerprintOf(authority.Certificate);

    public bool JournalIsPublished => settings.Journal.Publish;

    public void OnGet() => ModelState.Clear();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (Attestation is not { Length: > 0 })
            ModelState.AddModelError(nameof(Attestation), "Choisissez le fichier à vérifier.");
        else if (Attestation.Length > AttestationVerifier.LargestFile)
            ModelState.AddModelError(nameof(Attestation), "Ce fichier est plus grand qu’une attestation ne peut l’être.");
        if (!ModelState.IsValid || Attestation is null)
            return Page();
        FileName = Attestation.FileName;
        Report = AttestationVerifier.Verify(await ReadAsync(Attestation, cancel), new VerificationOptions(Files: [.. await ReadAllAsync(cancel)]));
        return Page();
    }

    private async Task<List<GivenFile>> ReadAllAsync(CancellationToken cancel)
    {
        var files = new List<GivenFile>();
        foreach (var other in Others.Where(f => f.Length > 0))
            files.Add(new GivenFile(other.FileName, await ReadAsync(other, cancel)));
        return files;
    }

    private static async Task<byte[]> ReadAsync(IFormFile file, CancellationToken cancel)
    {
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, cancel);
        return content;
    }
}
