using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Web.Demo;
using Vaguemestre.Web.Workers;

namespace Vaguemestre.Web.Verbs;

/// <summary><c>demo</c>: the whole product in one process with its own test mailbox. No mail leaves it, whatever is configured.</summary>
public static class DemoVerb
{
    private static readonly Dictionary<string, string?> Defaults = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DataDirectory"] = "./data/demo",
        ["Mail:FromAddress"] = "ne-pas-repondre@courriers.test",
        ["Mail:BounceDomain"] = "courriers.test",
        ["Inbound:Smtp:Port"] = "0",
        ["Recipients:DnsServer"] = "off",
        ["Notifications:GatherFor"] = "00:00:02",
    };

    public static Task<int> RunAsync(string[] args, CancellationToken cancel) => Operator.GuardAsync(async () =>
    {
        await using var app = await StartAsync(args, cancel);
        await PrintAsync(app, cancel);
        await app.WaitForShutdownAsync(cancel);
        return 0;
    });

    /// <summary>The demo, started: its world is there and its pages answer.</summary>
    public static async Task<WebApplication> StartAsync(string[] args, CancellationToken cancel)
    {
        var builder = Configuration.NewBuilder(args, Defaults);
        var url = builder.Configuration["PublicUrl"] ?? builder.Configuration["Urls"]!.Split(';')[0];
        var settings = Configuration.Read(builder.Configuration);
        settings.PublicUrl = url;
        (settings.Smtp.Host, settings.Smtp.Security, settings.Smtp.UserName, settings.Smtp.Connections) = ("127.0.0.1", default, null, 2);

        var app = Host.Build(builder, settings, services => services.AddSingleton<TestMailbox>().AddScoped<DemoWorld>());
        var mailbox = app.Services.GetRequiredService<TestMailbox>();
        mailbox.Start(() => app.Services.GetRequiredService<InboundSmtpWorker>().Port);
        settings.Smtp.Port = mailbox.Port;
        await using (var scope = app.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<DemoWorld>().EnsureAsync(cancel);
        await ServeVerb.RefuseUnfitDatabaseAsync(app.Services, cancel);
        await app.StartAsync(cancel);
        return app;
    }

    private static async Task PrintAsync(WebApplication app, CancellationToken cancel)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaguemestreDb>();
        var agents = await db.Agents.OrderBy(a => a.Name).Select(a => a.Name).ToListAsync(cancel);
        var url = app.Services.GetRequiredService<Settings>().PublicUrl;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            Vaguemestre, monde d'essai : {url}
            Agents (un bouton chacun sur la page de connexion) : {string.Join(", ", agents)}
            Clé d'API : {DemoWorld.Key}

            À essayer :
              1. {url}/consultations/2026-T-021/courriers/nouveau
                 choisissez un type de courrier, ajoutez tout le registre des dépôts, envoyez ; l'une des adresses n'existe pas.
              2. {url}/boite-d-essai
                 lisez le courrier reçu, ouvrez son lien comme le ferait l'entreprise, répondez.
              3. {url}/consultations/2026-T-021/suivi
                 voyez qui l'a reçu, lu, répondu, puis téléchargez l'attestation des échanges.

            Aucun courrier ne sort de cette machine. Ctrl+C pour arrêter.
            """));
    }
}
