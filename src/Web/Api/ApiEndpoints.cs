using Microsoft.AspNetCore.Mvc;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Api;

/// <summary>The API as a whole: its resources, its description, its key, its errors.</summary>
public static class ApiEndpoints
{
    /// <summary>Bytes of a JSON body: a letter to 5 000 recipients, a register of 10 000 contacts. Files have their own limits.</summary>
    private const long LargestJson = 16 * 1024 * 1024;

    public static void AddApi(this IServiceCollection services)
    {
        services.AddOpenApi("openapi", ApiDescription.Configure);
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.AddApiPage();
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
    }

    /// <summary>Stands outside routing and authorisation, whose refusals become problems too.</summary>
    public static void UseApiErrors(this WebApplication app) =>
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal), api => api.UseMiddleware<ApiErrors>());

    public static void MapApi(this WebApplication app)
    {
        app.Use(ExactReference);
        app.MapOpenApi("/api/v1/{documentName}.json");
        app.MapApiPage();

        var api = app.MapGroup("/api/v1").RequireAuthorization(KeyAuthentication.Policy).WithMetadata(new RequestSizeLimitAttribute(LargestJson));
        Consultations.Map(api);
        Registers.Map(api);
        Imports.Map(api);
        LetterTypes.Map(api);
        Letters.Map(api);
        Attachments.Map(api);
        Conversations.Map(api);
        Replies.Map(api);
        DemoLinks.Map(api, app.Services);
        Events.Map(api);
    }

    /// <summary>Handlers get a reference as it was meant, whatever characters it holds.</summary>
    private static Task ExactReference(HttpContext context, RequestDelegate next)
    {
        if (context.Request.RouteValues.ContainsKey("reference") && context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            context.Request.RouteValues["reference"] = context.Reference();
        return next(context);
    }
}
