using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Delivery.Carriage;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Examining;

/// <summary>
/// Sends one small mail to an address, for the operator who wants to see that the relay takes it and how it arrives. Not through the
/// outbox, and no letter: nothing is kept. Reports on it go to <c>Mail:FromAddress</c>, not to the platform.
/// </summary>
public sealed class SendTrial(Settings settings, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>What the relay answered, whatever it is; or problem <c>invalid</c> on the address.</returns>
    public async Task<Result<RelayAnswer>> RunAsync(string email, CancellationToken cancel)
    {
        if (EmailAddress.Parse(email, out var why) is not { } address)
            return Problem.Invalid("email", why);
        var now = clock.Now();
        var id = Guid.CreateVersion7(now).ToString("N");
        var mail = new OutgoingMail
        {
            From = new Mailbox(settings.Mail.FromAddress, settings.Mail.FromName),
            To = new Mailbox(address.Text),
            Subject = "Essai d'acheminement",
            Text = $"Ce message est un essai de la messagerie sécurisée, parti le {ParisTime.TextToTheSecond(now)}. Il n'appelle pas de réponse.\n",
            MessageId = $"{id}@{settings.Mail.BounceDomain}",
            Date = now,
            AutoSubmitted = "auto-generated",
        };
        try
        {
            await using var session = await RelaySession.OpenAsync(RelayLine.OptionsOf(settings.Smtp) with { Timeout = Patience }, cancel);
            return await session.SendAsync(new Envelope(settings.Mail.FromAddress, address.Text, id), mail, cancel);
        }
        catch (RelayUnavailableException unavailable)
        {
            return unavailable.Answer;
        }
    }
}
