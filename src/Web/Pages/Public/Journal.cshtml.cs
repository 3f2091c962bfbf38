using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Evidence.Signing;
using Vaguemestre.Core.Evidence.Verification;

namespace Vaguemestre.Web.Pages.Public;

/// <summary>The seals of the journal, for anybody: the latest first, by number.</summary>
public sealed class JournalModel(PublishJournal publish, SigningCertificate signing) : PageModel
{
    private const int Most = 25;

    [BindProperty(SupportsGet = true, Name = "avant")]
    public int? Before { get; set; }

    public IReadOnlyList<PublishedSeal> Seals { get; private set; } = [];

    public string? NextHref => Seals.Count == Most && Seals[^1].Number > 1 ? string.Create(CultureInfo.InvariantCulture, $"/journal?avant={Seals[^1].Number}") : null;

    public string Signer => signing.Certificate.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);

    public string Fingerprint => FoundSigner.FingerprintOf(signing.Certificate);

    public string JsonHref(int after) => string.Create(CultureInfo.InvariantCulture, $"/journal.json?after={after}");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        ModelState.Clear();
        if (await publish.LatestAsync(Before, Most, cancel) is not { } seals)
            return NotFound();
        Seals = seals;
        return Page();
    }
}
