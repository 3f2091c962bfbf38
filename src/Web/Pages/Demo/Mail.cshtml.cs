using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using MimeKit;
using Vaguemestre.Web.Demo;

namespace Vaguemestre.Web.Pages.Demo;

/// <summary>One mail of the demo's mailbox, as its recipient would see it.</summary>
public sealed class MailModel(IServiceProvider services) : PageModel
{
    public TestMail Mail { get; private set; } = null!;

    public string Text { get; private set; } = "";

    public IReadOnlyList<string> Files { get; private set; } = [];

    public IActionResult OnGet(int n)
    {
        if (services.GetService<TestMailbox>()?.Find(n) is not { } mail)
            return NotFound();
        using var message = MimeMessage.Load(new MemoryStream(mail.Raw));
        Mail = mail;
        Text = message.TextBody ?? "";
        Files = [.. message.Attachments.Select(a => a.ContentDisposition?.FileName ?? a.ContentType.Name ?? "sans nom")];
        return Page();
    }
}
