using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Evidence.Signing;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>serve</c>: production. Refuses to start on a stale schema, a missing guard, or a configuration made for one's own machine.</summary>
public static class ServeVerb
{
    public static Task<int> RunAsync(string[] args, CancellationToken cancel) => Operator.GuardAsync(async () =>
    {
        var builder = Configuration.NewBuilder(args);
        var settings = Configuration.Read(builder.Configuration);
        RefuseDefaults(settings);
        await using var app = Host.Build(builder, settings);
        await RefuseUnfitDatabaseAsync(app.Services, cancel);
        RefuseUnfitCertificate(app.Services, settings);
        await app.RunAsync(cancel);
        return 0;
    });

    private static void RefuseDefaults(Settings settings)
    {
        if (new Uri(settings.PublicUrl).IsLoopback)
            throw new ConfigurationException($"PublicUrl = « {settings.PublicUrl} » : les liens des courriers doivent mener à une adresse que les entreprises atteignent, par exemple https://courriers.ville.fr.");
        if (settings.Smtp.Host.Length == 0)
            throw new ConfigurationException("Smtp:Host = « » : indiquez le relais qui prend les courriers, par exemple smtp.ville.fr.");
        if (settings.Mail.BounceDomain.EndsWith(".test", StringComparison.OrdinalIgnoreCase))
            throw new ConfigurationException($"Mail:BounceDomain = « {settings.Mail.BounceDomain} » : indiquez le domaine auquel reviennent les rapports de remise.");
    }

    private static void RefuseUnfitCertificate(IServiceProvider services, Settings settings)
    {
        try
        {
            _ = services.GetRequiredService<SigningCertificate>().Certificate;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException)
        {
            throw new ConfigurationException($"Signing:CertificateFile = « {settings.Signing.CertificateFile} » : un fichier PKCS#12 qui contient un certificat et sa clé, et son mot de passe dans Signing:Password. {fault.Message}");
        }
    }

    internal static async Task RefuseUnfitDatabaseAsync(IServiceProvider services, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        if ((await db.Database.GetPendingMigrationsAsync(cancel)).Any())
            throw new ConfigurationException("Le schéma de la base n'est pas à jour. Tapez : vaguemestre migrate");
        if (await db.MissingTriggersAsync(cancel) is { Count: > 0 } missing)
            throw new ConfigurationException($"Le journal n'est plus protégé : il manque à la base les déclencheurs {string.Join(", ", missing)}. Restaurez-les avant de servir.");
    }
}
