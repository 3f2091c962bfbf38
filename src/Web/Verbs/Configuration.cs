using System.ComponentModel.DataAnnotations;
using Vaguemestre.Core;

namespace Vaguemestre.Web.Verbs;

/// <summary>A configuration that does not let the product start: the key, the value, and what is allowed.</summary>
public sealed class ConfigurationException(string message) : Exception(message);

/// <summary><c>appsettings.json</c>, then the environment (<c>Vaguemestre__Section__Key</c>), then the command line.</summary>
public static class Configuration
{
    private const string CutOver = "Messaging:V2From";

    public static WebApplicationBuilder NewBuilder(string[] args, IReadOnlyDictionary<string, string?>? defaults = null)
    {
        // The web root lies beside the program, or in the sources while one develops; the data directory is relative to where one stands.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "vaguemestre", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Urls"] = "http://localhost:5080", ["Logging:LogLevel:Default"] = "Warning", ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error", ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Critical" })
            .AddInMemoryCollection(defaults ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("Vaguemestre__")
            .AddCommandLine(args);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(o => o.SingleLine = true);
        builder.Services.PostConfigure<LoggerFilterOptions>(KeepAddressesOutOfLogs);
        builder.WebHost.UseKestrelCore().UseUrls(builder.Configuration["Urls"]!);
        return builder;
    }

    /// <summary>
    /// Below a warning, the web framework writes the address of each request and redirection, and a recipient's address is the secret
    /// that opens a letter. Whatever level the configuration asks for, these lines are not written.
    /// </summary>
    private static void KeepAddressesOutOfLogs(LoggerFilterOptions filters)
    {
        const string Framework = "Microsoft.AspNetCore";
        var rules = filters.Rules.ToList();
        filters.Rules.Clear();
        foreach (var rule in rules.Where(r => r.LogLevel < LogLevel.Warning && Framework.StartsWith(r.CategoryName ?? "", StringComparison.Ordinal)))
            filters.Rules.Add(new LoggerFilterRule(rule.ProviderName, Framework, LogLevel.Warning, rule.Filter));
        foreach (var rule in rules)
        {
            var tells = rule.LogLevel < LogLevel.Warning && rule.CategoryName?.StartsWith(Framework, StringComparison.Ordinal) == true;
            filters.Rules.Add(tells ? new LoggerFilterRule(rule.ProviderName, rule.CategoryName, LogLevel.Warning, rule.Filter) : rule);
        }
    }

    public static Settings Read(IConfiguration configuration)
    {
        var settings = new Settings();
        try
        {
            configuration.Bind(settings);
        }
        catch (InvalidOperationException wrong)
        {
            throw new ConfigurationException(wrong.InnerException is null ? wrong.Message : $"{wrong.Message} {wrong.InnerException.Message}");
        }

        // Bound, a time without offset would be of this machine's zone.
        if (configuration[CutOver] is { Length: > 0 } from)
            settings.Messaging.V2From = InstantText.ParseInParis(from) ?? throw new ConfigurationException($"{CutOver} = « {from} » : Un instant, par exemple 2025-02-01T00:00:00+01:00 ; sans décalage, il est à l’heure de Paris.");
        Check(settings, "");
        return settings;
    }

    private static void Check(object section, string path)
    {
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(section, new ValidationContext(section), faults, validateAllProperties: true))
        {
            var fault = faults[0];
            var key = path + fault.MemberNames.First();
            var value = section.GetType().GetProperty(fault.MemberNames.First())!.GetValue(section);
            throw new ConfigurationException($"{key} = « {value} » : {fault.ErrorMessage}");
        }

        foreach (var property in section.GetType().GetProperties().Where(p => p.PropertyType.Namespace == typeof(Settings).Namespace && p.PropertyType.IsClass))
            Check(property.GetValue(section)!, $"{path}{property.Name}:");
    }
}
