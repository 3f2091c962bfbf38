using MimeKit;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Demo;

/// <summary>The test mailbox for programs: the list as JSON, a mail raw, and its HTML part alone, which the page frames.</summary>
public static class MailboxEndpoints
{
    public static void MapTestMailbox(this WebApplication app)
    {
        if (app.Services.GetService<TestMailbox>() is not { } mailbox)
            return;
        app.MapGet("/boite-d-essai.json", () => mailbox.Mails.Select(m => new { m.N, m.At, m.From, m.To, m.Subject, m.Links })).ExcludeFromDescription();
        app.MapGet("/boite-d-essai/{n:int}.eml", (int n) => mailbox.Find(n) is { } mail ? Results.Bytes(mail.Raw, "message/rfc822") : Results.NotFound()).ExcludeFromDescription();
        app.MapGet("/boite-d-essai/{n:int}/html", (int n) => mailbox.Find(n) is { } mail && HtmlOf(mail) is { } html ? Results.Content(html, "text/html; charset=utf-8") : Results.NotFound())
            .WithSecurityHeadersPolicy(FramedMail.Policy).ExcludeFromDescription();
    }

    private static string? HtmlOf(TestMail mail)
    {
        using var message = MimeMessage.Load(new MemoryStream(mail.Raw));
        return message.HtmlBody is { } html ? FramedMail.Prepare(html) : null;
    }
}
