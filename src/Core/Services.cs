using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Data.Postgres;
using Vaguemestre.Core.Data.Sqlite;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core;

public static class Services
{
    /// <summary>
    /// Registers Core: the database, the keys and every operation. An operation is a public sealed class with a
    /// <c>RunAsync</c> method, and lives as long as its scope.
    /// </summary>
    public static IServiceCollection AddVaguemestreCore(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<SecretKeys>();
        services.AddSingleton<FileStore>();
        services.AddSingleton<PartialFiles>();
        services.AddSingleton<Files.Scanning.Antivirus>();
        services.AddSingleton<Consultations.MailDomains>();
        services.AddSingleton<Delivery.Examining.OutsideExamination>();
        services.AddSingleton<BuiltInAuthority>();
        services.AddSingleton<Evidence.Signing.SigningCertificate>();
        services.AddSingleton<Evidence.Signing.RevocationAnswers>();
        services.AddScoped<Evidence.SealAndSign>();
        services.AddSingleton(new Evidence.CollectionLimits());
        services.AddScoped<Evidence.Collector>();
        services.AddSingleton<ITimestampAuthority>(provider => string.IsNullOrEmpty(settings.Timestamping.Url) ? provider.GetRequiredService<BuiltInAuthority>() : new RemoteAuthority(settings.Timestamping, provider.GetRequiredService<TimeProvider>()));
        services.AddDatabase(settings);
        foreach (var operation in typeof(Services).Assembly.GetTypes().Where(t => t is { IsPublic: true, IsSealed: true, IsAbstract: false } && (t.GetMethod("RunAsync") is not null)))
            services.AddScoped(operation);
        services.AddScoped<Journal.Journal>();
        services.AddScoped<Letters.ConversationJournal>();
        services.AddSingleton<Letters.PersonalLink>();
        services.AddScoped<Letters.JoinAttachment>();
        services.AddScoped<Letters.Notices.WriteNotice>();
        services.AddScoped<Tracking.Notifying.NewsMail>();
        services.AddScoped<Access.SignIn>();
        services.AddSingleton<Delivery.LetterMail>();
        services.AddSingleton<Delivery.NoticeMail>();
        services.AddSingleton<Delivery.Carriage.LetterMoulds>();
        services.AddSingleton<Delivery.Carriage.Outbox>();
        return services;
    }

    private static void AddDatabase(this IServiceCollection services, Settings settings)
    {
        var connection = settings.Database.ConnectionString;
        if (settings.Database.Provider == DatabaseProvider.Postgresql)
        {
            services.AddDbContextPool<VaguemestreDb, PostgresDb>(options => PostgresDb.Configure(options, connection));
            return;
        }

        if (connection.Length == 0)
        {
            Directory.CreateDirectory(settings.DataDirectory);
            connection = $"Data Source={Path.Combine(settings.DataDirectory, "vaguemestre.db")};Default Timeout=30";
        }

        services.AddDbContextPool<VaguemestreDb, SqliteDb>(options => SqliteDb.Configure(options, connection));
    }
}
