using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Core;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class ApiDescriptionTests
{
    [Fact]
    public async Task Every_route_is_described_with_its_parameters_its_answers_and_the_key()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite, withMailbox: true);
        var document = (await world.Visitor().AskAsync("/api/v1/openapi.json")).ShouldBe(HttpStatusCode.OK).Body;
        var paths = document.GetProperty("paths");
        var routes = world.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(r => r.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && !r.RoutePattern.RawText.EndsWith(".json", StringComparison.Ordinal)).ToList();

        routes.Count.ShouldBeGreaterThan(20);
        foreach (var route in routes)
        {
            var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: var name } ? $"{{{name}}}" : ((Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart)p).Content))));
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(m => m != "HEAD"))
                CheckOperation(paths.GetProperty(path).GetProperty(method.ToLowerInvariant()), route, $"{method} {path}");
        }

        var key = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key");
        (key.GetProperty("type").GetString(), key.GetProperty("scheme").GetString()).ShouldBe(("http", "bearer"));
    }

    [Fact]
    public async Task A_description_leaves_no_type_open_and_lists_every_word()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        var text = await world.Visitor().GetStringAsync("/api/v1/openapi.json", TestContext.Current.CancellationToken);

        var schemas = JsonSerializer.Deserialize<JsonElement>(text).GetProperty("components").GetProperty("schemas");
        foreach (var property in schemas.EnumerateObject().Where(s => s.Value.TryGetProperty("properties", out _)).SelectMany(s => s.Value.GetProperty("properties").EnumerateObject().Select(p => (Name: $"{s.Name}.{p.Name}", p.Value))))
            (property.Value.TryGetProperty("type", out _) || property.Value.TryGetProperty("$ref", out _) || property.Value.TryGetProperty("oneOf", out _)).ShouldBeTrue(property.Name);
        schemas.GetProperty("Status").GetProperty("enum").EnumerateArray().Select(w => w.GetString()).ShouldContain("reply-unread");
        schemas.GetProperty("FactKind").GetProperty("enum").EnumerateArray().Select(w => w.GetString()).ShouldContain("accepted-by-relay");
    }

    [Fact]
    public async Task The_page_stands_on_scripts_of_ours_and_fetches_nothing_from_elsewhere()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var visitor = world.Visitor();

        using var page = await visitor.GetAsync("/api", TestContext.Current.CancellationToken);
        var script = await visitor.GetAsync("/api/scalar.js", TestContext.Current.CancellationToken);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self'; style-src 'self' 'unsafe-inline'; ");
        (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("/api/scalar.js");
        await using var unpacked = new GZipStream(await script.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        (await new StreamReader(unpacked).ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain("createApiReference");
        (await visitor.GetStringAsync("/api/description.js", TestContext.Current.CancellationToken)).ShouldContain("/api/v1/openapi.json");
        using var elsewhere = await visitor.GetAsync("/sante", TestContext.Current.CancellationToken);
        elsewhere.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("style-src 'self'; ");
    }

    private static void CheckOperation(JsonElement operation, RouteEndpoint route, string name)
    {
        operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(name);
        operation.GetProperty("operationId").GetString().ShouldNotBeNullOrWhiteSpace(name);
        operation.GetProperty("security")[0].TryGetProperty("key", out _).ShouldBeTrue(name);
        var responses = operation.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToList();
        responses.ShouldContain("401", name);
        responses.ShouldContain(r => r.StartsWith('2'), name);
        var parameters = operation.TryGetProperty("parameters", out var given) ? given.EnumerateArray().Select(p => p.GetProperty("name").GetString()).ToList() : [];
        foreach (var parameter in route.RoutePattern.Parameters)
            parameters.ShouldContain(parameter.Name, name);
    }
}
