using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core;
using Vaguemestre.Web.Tests.Kit;

namespace Vaguemestre.Web.Tests.Api;

public sealed class ApiErrorsTests
{
    [Fact]
    public async Task Without_a_key_or_with_a_wrong_one_nothing_is_told()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        var none = (await world.Visitor().AskAsync("/api/v1/consultations")).ShouldRefuse(HttpStatusCode.Unauthorized, "unauthorized");
        var wrong = (await world.Api("vgm_0000").AskAsync("consultations")).ShouldRefuse(HttpStatusCode.Unauthorized, "unauthorized");
        var agent = (await (await world.AgentAsync()).AskAsync("/api/v1/consultations")).ShouldRefuse(HttpStatusCode.Unauthorized, "unauthorized");

        none.Response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        wrong.Response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer error=\"invalid_token\"");
        agent.Response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("GET", "/api/v1/nulle-part", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/api/v2/consultations", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/api/v1/letters/pas-un-identifiant", HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/api/v1/consultations/2026/T/14", HttpStatusCode.NotFound, "not-found")]
    [InlineData("DELETE", "/api/v1/consultations/x", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    public async Task An_address_that_is_none_is_told_as_a_problem(string method, string path, HttpStatusCode status, string code)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        (await world.Api().CallAsync(new HttpMethod(method), path)).ShouldRefuse(status, code);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("{\"title\": NaN}", HttpStatusCode.BadRequest, "malformed-json")]
    [InlineData("", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("null", HttpStatusCode.BadRequest, "invalid")]
    [InlineData("[]", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("{\"title\":\"a\",\"title\":\"b\"}", HttpStatusCode.UnprocessableEntity, "invalid", "title")]
    [InlineData("{\"title\":\"a\\u0000b\"}", HttpStatusCode.UnprocessableEntity, "invalid", "title")]
    [InlineData("{\"title\":\"a\\ud800b\"}", HttpStatusCode.UnprocessableEntity, "invalid", "title")]
    [InlineData("{\"title\":5}", HttpStatusCode.UnprocessableEntity, "invalid", "title")]
    [InlineData("{\"procedure\":\"ouverte\"}", HttpStatusCode.UnprocessableEntity, "invalid", "procedure")]
    [InlineData("{\"procedure\":\"open, adapted\"}", HttpStatusCode.UnprocessableEntity, "invalid", "procedure")]
    [InlineData("{\"procedure\":\"Open\"}", HttpStatusCode.UnprocessableEntity, "invalid", "procedure")]
    [InlineData("{\"initialisedAt\":\"2026-13-01T00:00:00Z\"}", HttpStatusCode.UnprocessableEntity, "invalid", "initialisedAt")]
    [InlineData("{\"initialisedAt\":\"0001-01-01T00:00:00+14:00\"}", HttpStatusCode.UnprocessableEntity, "invalid", "initialisedAt")]
    [InlineData("{\"lots\":[{\"number\":\"1\"},{\"number\":2}]}", HttpStatusCode.UnprocessableEntity, "invalid", "lots[1].number")]
    public async Task A_body_that_cannot_be_read_is_told_with_its_field(string body, HttpStatusCode status, string code, params string[] fields)
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        var refused = (await world.Api().PutAsync("consultations/x", body)).ShouldRefuse(status, code);

        if (fields.Length > 0)
            refused.Fields.ShouldBe(fields);
    }

    [Fact]
    public async Task Another_content_than_json_is_told()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);

        (await world.Api().CallAsync(HttpMethod.Put, "consultations/x", new StringContent("title=x", new MediaTypeHeaderValue("application/x-www-form-urlencoded")))).ShouldRefuse(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Fact]
    public async Task A_bug_is_told_by_a_number_and_nothing_more()
    {
        await using var world = await WebWorld.CreateAsync(DatabaseProvider.Sqlite);
        var api = world.Api();
        await world.AddConsultationAsync();
        await world.QueryAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE conversations RENAME TO elsewhere"));

        var told = (await api.AskAsync("conversations")).ShouldRefuse(HttpStatusCode.InternalServerError, "internal-error");

        told.Text("incident")!.Length.ShouldBeGreaterThan(8);
        told.Detail.ShouldContain(told.Text("incident")!);
        told.Body.ToString().ShouldNotContain("SQLite");
        told.Body.ToString().ShouldNotContain("no such table");
    }
}
