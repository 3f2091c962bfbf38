using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using MimeKit;
using Vaguemestre.Web.Demo;

namespace Vaguemestre.Web.Pages.Demo;

/// <summary>One mail of the demo's mailbox, as its recipient would see it.</summary>
public sealed class MailModel(IServiceProvider services) : PageModel
{
    public TestMail Mail { get; private set; } = null!;

    public string? Text { get; private set; }

    public bool HasHtml { get; private set; }

    public IReadOnlyList<(string Name, long Bytes)> Files { get; private set; } = [];

    public IReadOnlyList<(string Name, string Value)> Headers { get; private set; } = [];

    public IActionResult OnGet(int n)
    {
        if (services.GetService<TestMailbox>()?.Find(n) is not { } mail)
            return NotFound();
        using var message = MimeMessage.Load(new MemoryStream(mail.Raw));
        (Mail, Text, HasHtml) = (mail, message.TextBody, message.HtmlBody is not null);
        Headers = [.. message.Headers.Select(h => (h.Field, h.Value))];
        Files = [.. message.Attachments.OfType<MimePart>().Select(part => (part.FileName ?? "sans nom", LengthOf(part)))];
        return Page();
    }

    private static long LengthOf(MimePart part)
    {
        using var measured = new MemoryStream();
        part.Content?.DecodeTo(measured);
        return measured.Length;
    }
}
