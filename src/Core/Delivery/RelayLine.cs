using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery;

/// <summary>One line to the relay: a session opened when first needed, kept open between mails. Not for two callers at once.</summary>
public sealed class RelayLine(Settings settings) : IAsyncDisposable
{
    private RelaySession? session;

    public async Task<RelayAnswer> SendAsync(Envelope envelope, OutgoingMail mail, CancellationToken cancel)
    {
        try
        {
            session ??= await RelaySession.OpenAsync(OptionsOf(settings.Smtp), cancel);
            return await session.SendAsync(envelope, mail, cancel);
        }
        catch (RelayUnavailableException unavailable)
        {
            return unavailable.Answer;
        }
    }

    /// <summary>Ends the session; the next mail opens one. For when the outbox is empty.</summary>
    public async Task CloseAsync()
    {
        if (session is not null)
            await session.DisposeAsync();
        session = null;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private static RelayOptions OptionsOf(SmtpSettings smtp) => new()
    {
        Host = smtp.Host,
        Port = smtp.Port,
        Security = smtp.Security,
        UserName = smtp.UserName,
        Password = smtp.Password,
        Timeout = TimeSpan.FromMinutes(1),
    };
}
