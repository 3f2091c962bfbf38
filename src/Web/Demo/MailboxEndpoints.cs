using MimeKit;

namespace Vaguemestre.Web.Demo;

/// <summary>The test mailbox for programs: the list as JSON, a mail raw, and its HTML part alone, which the page frames.</summary>
public static class MailboxEndpoints
{
    /// <summary>The policy of headers for what a page frames.</summary>
    public const string Framed = "framed";

    /// <summary>The framed part of a mail may show itself and nothing else: no script, no form, no picture from elsewhere.</summary>
    public static void AddFramedHeaders(HeaderPolicyCollection headers) => headers
        .AddCustomHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'")
        .AddFrameOptionsSameOrigin()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicyNoReferrer();

    public static void MapTestMailbox(this WebApplication app)
    {
        if (app.Services.GetService<TestMailbox>() is not { } mailbox)
            return;
        app.MapGet("/boite-d-essai.json", () => mailbox.Mails.Select(m => new { m.N, m.At, m.From, m.To, m.Subject, m.Links })).ExcludeFromDescription();
        app.MapGet("/boite-d-essai/{n:int}.eml", (int n) => mailbox.Find(n) is { } mail ? Results.Bytes(mail.Raw, "message/rfc822") : Results.NotFound()).ExcludeFromDescription();
        app.MapGet("/boite-d-essai/{n:int}/html", (int n) => mailbox.Find(n) is { } mail && HtmlOf(mail) is { } html ? Results.Content(html, "text/html; charset=utf-8") : Results.NotFound())
            .WithSecurityHeadersPolicy(Framed).ExcludeFromDescription();
    }

    /// <summary>Its links open beside the mailbox: a frame lets nothing else be reached.</summary>
    private static string? HtmlOf(TestMail mail)
    {
        using var message = MimeMessage.Load(new MemoryStream(mail.Raw));
        return message.HtmlBody?.Replace("<a ", "<a target=\"_blank\" ", StringComparison.Ordinal);
    }
}
