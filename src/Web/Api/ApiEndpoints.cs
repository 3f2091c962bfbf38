using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>The API as a whole: its resources, its description, its key.</summary>
public static class ApiEndpoints
{
    public static void AddApi(this IServiceCollection services) => services.AddOpenApi("openapi");

    public static void MapApi(this WebApplication app)
    {
        app.MapOpenApi("/api/v1/{documentName}.json");
        app.MapGroup("/api/v1").RequireAuthorization(KeyAuthentication.Policy);
    }
}
