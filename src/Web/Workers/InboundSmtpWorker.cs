using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Returned;
using Vaguemestre.Mail.Smtp;
using Vaguemestre.Web.Verbs;

namespace Vaguemestre.Web.Workers;

/// <summary>Listens for what comes back to the return addresses. Takes nothing for any other address.</summary>
public sealed class InboundSmtpWorker(IServiceScopeFactory scopes, Settings settings, TimeProvider clock, ILogger<InboundSmtpWorker> log) : IHostedService, IAsyncDisposable
{
    private static readonly SmtpReply Taken = new(250, "2.0.0 Ok");

    private SmtpListener? listener;

    /// <summary>The port it listens on, once started.</summary>
    public int? Port => listener?.Port;

    /// <exception cref="ConfigurationException">The certificate cannot be used, or the address and port cannot be had.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Inbound.Smtp is not { Port: { } port } smtp)
            return Task.CompletedTask;
        var certificate = OpenCertificate(smtp);
        var options = new SmtpListenerOptions
        {
            Address = IPAddress.Parse(smtp.Address),
            Port = port,
            HostName = settings.Mail.BounceDomain,
            AcceptRecipient = address => ReturnAddress.TokenIn(address, settings) is not null,
            MaxMessageBytes = InboundSettings.LargestMessage,
            Certificate = certificate is null ? null : certificate.Current,
            Clock = clock,
            Faulted = fault => log.LogError(fault, "A message that came back could not be kept; its sender will try again."),
        };
        try
        {
            listener = SmtpListener.Start(options, TakeAsync);
        }
        catch (SocketException fault)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"Inbound:Smtp:Port = « {port} » : le port ne peut être ouvert sur {smtp.Address} ({fault.Message}). Indiquez une adresse de cette machine et un port libre ; au-dessous de 1024, il faut le droit de l'ouvrir."));
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (listener is not null)
            await listener.DisposeAsync();
        listener = null;
    }

    private CertificateFile? OpenCertificate(InboundSmtpSettings smtp)
    {
        if (string.IsNullOrEmpty(smtp.CertificateFile))
            return null;
        try
        {
            return CertificateFile.Open(
                smtp.CertificateFile, smtp.CertificateKeyFile, clock, fault => log.LogError(fault, "The certificate of the listener was changed and cannot be used; the one before stays in use."));
        }
        catch (InvalidDataException fault)
        {
            var key = string.IsNullOrEmpty(smtp.CertificateKeyFile) ? "" : $", Inbound:Smtp:CertificateKeyFile = « {smtp.CertificateKeyFile} »";
            throw new ConfigurationException(
                $"Inbound:Smtp:CertificateFile = « {smtp.CertificateFile} »{key} : {fault.Message} Indiquez un certificat PEM et sa clé PEM, lisibles par ce compte, ou un fichier PKCS#12 sans mot de passe.");
        }
    }

    private async Task<SmtpReply> TakeAsync(ReceivedMail mail, CancellationToken cancel)
    {
        foreach (var recipient in mail.Recipients)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<ReceiveReport>().RunAsync(ReturnAddress.Folded(recipient.Address), mail.Data.ToArray(), cancel, mail.MailFrom);
        }

        return Taken;
    }
}
