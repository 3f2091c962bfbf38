using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Web.Demo;

namespace Vaguemestre.Web.Pages.Demo;

/// <summary>The mails that the demo's mailbox took, newest first. 404 outside the demo.</summary>
public sealed class MailboxModel(IServiceProvider services) : PageModel
{
    public IReadOnlyList<TestMail> Mails { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (services.GetService<TestMailbox>() is not { } mailbox)
            return NotFound();
        Mails = mailbox.Mails;
        return Page();
    }
}
