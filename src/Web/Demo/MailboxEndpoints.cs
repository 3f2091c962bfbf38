using MimeKit;

namespace Vaguemestre.Web.Demo;

/// <summary>The test mailbox for programs: the list as JSON, a mail raw, and its HTML part alone, which the page frames.</summary>
public static class MailboxEndpoints
{
    /// <summary>The framed part of a mail may show itself and nothing else: no script, no form, no picture from elsewhere.</summary>
    private const string FramedPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; frame-ancestors 'self'";

    public static void MapTestMailbox(this WebApplication app)
    {
        if (app.Services.GetService<TestMailbox>() is not { } mailbox)
            return;
        app.MapGet("/boite-d-essai.json", () => mailbox.Mails.Select(m => new { m.N, m.At, m.From, m.To, m.Subject, m.Links })).ExcludeFromDescription();
        app.MapGet("/boite-d-essai/{n:int}.eml", (int n) => mailbox.Find(n) is { } mail ? Results.Bytes(mail.Raw, "message/rfc822") : Results.NotFound()).ExcludeFromDescription();
        app.MapGet("/boite-d-essai/{n:int}/html", (int n, HttpContext context) =>
        {
            if (mailbox.Find(n) is not { } mail)
                return Results.NotFound();
            using var message = MimeMessage.Load(new MemoryStream(mail.Raw));
            context.Response.Headers.ContentSecurityPolicy = FramedPolicy;
            context.Response.Headers.XFrameOptions = "SAMEORIGIN";
            return Results.Content(message.HtmlBody?.Replace("<a ", "<a target=\"_blank\" ", StringComparison.Ordinal) ?? "", "text/html; charset=utf-8");
        }).ExcludeFromDescription();
    }
}
