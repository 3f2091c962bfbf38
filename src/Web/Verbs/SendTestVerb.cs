using Vaguemestre.Core;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>send-test ADDRESS</c>: one small mail through the relay, whose answer is printed as it came. Exit 0 when the relay took it. No database.</summary>
public static class SendTestVerb
{
    public static Task<int> RunAsync(string email, string[] args, CancellationToken cancel) => Operator.GuardAsync(async () =>
    {
        var settings = Configuration.Read(Configuration.NewBuilder(args).Configuration);
        if (settings.Smtp.Host.Length == 0)
            throw new ConfigurationException("Smtp:Host = « » : indiquez le relais qui prend les courriers, par exemple smtp.ville.fr.");
        var sent = await new SendTrial(settings, TimeProvider.System).RunAsync(email, cancel);
        if (!sent.Succeeded)
        {
            await Console.Error.WriteLineAsync($"Arrêt : « {email} » : {sent.Problem!.Errors[0].Message}");
            return 2;
        }

        Print(email, settings, sent.Value);
        return sent.Value.Outcome == RelayOutcome.Accepted ? 0 : 1;
    });

    private static void Print(string email, Settings settings, RelayAnswer answer)
    {
        Console.WriteLine(answer.Outcome switch
        {
            RelayOutcome.Accepted => $"Le relais {answer.Server} a pris le message pour {email} :",
            RelayOutcome.Refused or RelayOutcome.RefusedForNow => $"Le relais {answer.Server} a refusé le message pour {email} :",
            _ => $"Le relais n'a pas pris le message pour {email} :",
        });
        Console.WriteLine("  " + answer.Reply.Replace("\n", "\n  ", StringComparison.Ordinal));
        if (answer.Outcome != RelayOutcome.Accepted)
            return;
        Console.WriteLine(answer.DsnRequested
            ? $"Un rapport de remise est demandé ; il ira à {settings.Mail.FromAddress}."
            : "Le relais ne prend pas les demandes de rapport (DSN). Voir docs/operate/mail.md.");
        Console.WriteLine("À l'arrivée, lisez l'en-tête Authentication-Results : spf=pass, dkim=pass, dmarc=pass.");
    }
}
