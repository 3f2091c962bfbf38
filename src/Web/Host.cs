using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Core;
using Vaguemestre.Core.Access;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Api;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Demo;
using Vaguemestre.Web.Live;
using Vaguemestre.Web.Pages.Letters;
using Vaguemestre.Web.Pages.Reception;
using Vaguemestre.Web.Uploads;
using Vaguemestre.Web.Workers;

namespace Vaguemestre.Web;

/// <summary>The product as one web host: pages, API and workers, on settings that were checked.</summary>
public static class Host
{
    /// <summary>A whole letter's files and what surrounds them in a form.</summary>
    public const long LargestRequest = 80L * 1024 * 1024;

    public static WebApplication Build(WebApplicationBuilder builder, Settings settings, Action<IServiceCollection>? more = null)
    {
        var services = builder.Services;
        services.AddVaguemestreCore(settings);
        AddWeb(services, settings);
        if (settings.Roles.Contains("worker", StringComparison.Ordinal))
            AddWorkers(services);
        more?.Invoke(services);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
        });

        var app = builder.Build();
        if (settings.Roles.Contains("web", StringComparison.Ordinal))
            UseWeb(app, settings);
        return app;
    }

    private static void AddWeb(IServiceCollection services, Settings settings)
    {
        var prefix = CookiePrefix(settings);
        var secure = prefix.Length > 0 ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        services.AddRoutingCore();
        services.AddDataProtection().SetApplicationName("vaguemestre").PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "keys", "cookies")));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(cookie =>
            {
                cookie.LoginPath = "/connexion";
                cookie.Events.OnRedirectToAccessDenied = denied =>
                {
                    denied.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
                cookie.Events.OnCheckSlidingExpiration = check =>
                {
                    check.ShouldRenew &= !LiveEndpoints.AskedByThePage(check.Request); // a page left open keeps nobody signed in
                    return Task.CompletedTask;
                };
                cookie.ReturnUrlParameter = "retour";
                cookie.ExpireTimeSpan = TimeSpan.FromHours(10);
                (cookie.Cookie.Name, cookie.Cookie.SecurePolicy, cookie.Cookie.SameSite) = (prefix + "vaguemestre", secure, SameSiteMode.Lax);
            })
            .AddSpaceSessions(prefix, secure)
            .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null);
        services.AddAuthorizationBuilder().AddPolicy(KeyAuthentication.Policy, policy => policy.AddAuthenticationSchemes(KeyAuthentication.Scheme).RequireAuthenticatedUser())
            .AddPolicy(Administrators, policy => policy.RequireRole(nameof(AgentRole.Administrator)));
        services.AddAntiforgery(antiforgery => (antiforgery.Cookie.Name, antiforgery.Cookie.SecurePolicy) = (prefix + "vaguemestre-formulaire", secure));
        services.Configure<CookieTempDataProviderOptions>(temp => (temp.Cookie.Name, temp.Cookie.SecurePolicy) = (prefix + "vaguemestre-message", secure));
        services.AddFrenchPages().AddRazorPagesOptions(pages =>
        {
            pages.Conventions.AuthorizeFolder("/");
            pages.Conventions.AuthorizeFolder("/Administration", Administrators);
            Pages.Historique.EditionFilter.Apply(pages);
            foreach (var page in PublicPages)
                pages.Conventions.AllowAnonymousToFolder(page);
        });
        services.Configure<Microsoft.AspNetCore.Http.Features.FormOptions>(form => form.MultipartBodyLengthLimit = LargestRequest);
        services.AddScoped<Demo.DemoSignIn>();
        services.AddScoped<DraftRecipients>();
        services.AddSingleton<LinkRequests>();
        services.AddSingleton<SignInTries>();
        services.AddSingleton<ChangeEvents>();
        services.AddSingleton<UnknownLinks>();
        services.AddSingleton<OpeningSeal>();
        services.AddSecurityHeaderPolicies().SetDefaultPolicy(Headers()).AddPolicy(FramedMail.Policy, FramedMail.AddHeaders);
        services.AddRateLimiter(VerificationTurns.Configure).AddRequestTimeouts();
        services.AddProblemDetails();
        services.AddHealthChecks();
        services.AddApi();
    }

    private const string Administrators = "administrators";

    /// <summary>Bound to this very host where cookies are secure: RFC 6265bis §4.1.3.</summary>
    private static string CookiePrefix(Settings settings) => settings.PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "__Host-" : "";

    /// <summary>Folders of pages that need no agent: the recipients', and what anyone may read.</summary>
    private static readonly string[] PublicPages = ["/Access", "/Reception", "/Public", "/Demo"];

    private static void AddWorkers(IServiceCollection services)
    {
        services.AddHostedService<OutboxWorker>();
        services.AddHostedService<NoticesWorker>();
        services.AddHostedService<NewsWorker>();
        services.AddHostedService<SilenceWorker>();
        services.AddHostedService<DraftsWorker>();
        services.AddHostedService<SealingWorker>();
        services.AddHostedService<UploadsWorker>();
        services.AddHostedService<ScanWorker>();
        services.AddHostedService<SearchWorker>();
        services.AddHostedService<PurgeWorker>();
        services.AddHostedService<StatisticsWorker>();
        services.AddHostedService<InboundImapWorker>();
        services.AddSingleton<InboundSmtpWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<InboundSmtpWorker>());
    }

    private static void UseWeb(WebApplication app, Settings settings)
    {
        app.UseTrustedProxies(settings);
        app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new(French.Culture),
            SupportedCultures = [French.Culture, Localised.English],
            SupportedUICultures = [French.Culture, Localised.English],
            RequestCultureProviders = [new CompanyLanguage(CookiePrefix(settings))],
        });
        app.UseSecurityHeaders();
        app.UseExceptionHandler("/erreur/500");
        app.UseWhen(
            context => !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal),
            pages => pages.UseStatusCodePagesWithReExecute("/erreur/{0}").UseLargeRequests());
        app.UseApiErrors();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();
        app.MapUploads();
        app.MapLive();
        app.MapApi();
        app.MapMailFrame();
        app.MapTestMailbox();
        app.MapHealthChecks("/sante");
    }

    /// <summary>Scripts and styles come from here alone; nothing frames a page, no address leaves with a link.</summary>
    /// <param name="withStyles">Admits styles that a script writes into the page.</param>
    internal static HeaderPolicyCollection Headers(bool withStyles = false) => new HeaderPolicyCollection()
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().None();
            csp.AddScriptSrc().Self();
            var styles = csp.AddStyleSrc().Self();
            if (withStyles)
                styles.UnsafeInline();
            csp.AddFontSrc().Self();
            csp.AddConnectSrc().Self();
            csp.AddFormAction().Self();
            csp.AddImgSrc().Self().Data();
            csp.AddFrameSrc().Self();
            csp.AddBaseUri().None();
            csp.AddFrameAncestors().None();
        })
        .AddContentTypeOptionsNoSniff()
        .AddFrameOptionsDeny()
        .AddReferrerPolicyNoReferrer();
}
