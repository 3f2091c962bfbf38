using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Vaguemestre.Core;

namespace Vaguemestre.Web.Api;

/// <summary>Why a request could not even be read, with the field and what is admitted there.</summary>
internal static partial class UnreadableRequest
{
    public static ApiProblem Tell(BadHttpRequestException bad, HttpContext context) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(context),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ApiProblem.Of(
            bad.StatusCode,
            "unsupported-media-type",
            "Le corps de la requête doit être du JSON, annoncé par « Content-Type: application/json »."),
        { InnerException: JsonException { InnerException: InvalidOperationException or FormatException } json } => Invalid(json, context),
        { InnerException: JsonException { InnerException: not null } json } => ApiProblem.Of(StatusCodes.Status400BadRequest, "malformed-json", $"Le corps de la requête n'est pas du JSON correct (RFC 8259){Place(json)}."),
        { InnerException: JsonException json } => Invalid(json, context),
        { StatusCode: StatusCodes.Status400BadRequest, InnerException: null } => ApiProblem.Of(bad.StatusCode, "invalid", "Le corps de la requête, en JSON, est obligatoire."),
        _ => ApiProblem.Of(bad.StatusCode, "unreadable-request", "La requête ne peut pas être lue."),
    };

    public static ApiProblem TooLarge(HttpContext context) => ApiProblem.Of(
        StatusCodes.Status413PayloadTooLarge,
        "body-too-large",
        $"La requête dépasse {Megabytes(context)} Mo. Rien n'est modifié.");

    private static ApiProblem Invalid(JsonException json, HttpContext context) =>
        ApiProblem.Of(Problem.Invalid(FieldOf(json.Path), json is RefusedValueException ? json.Message : Expected(json, context)));

    /// <summary><c>$.recipients[0].email</c> is <c>recipients[0].email</c>.</summary>
    private static string FieldOf(string? path) => (path ?? "").TrimStart('$').TrimStart('.');

    private static string Place(JsonException json) => json.LineNumber is { } line
        ? string.Create(CultureInfo.InvariantCulture, $", ligne {line + 1}, octet {json.BytePositionInLine + 1}")
        : "";

    private static string Megabytes(HttpContext context) =>
        ((context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? Host.LargestRequest) / 1_048_576).ToString(CultureInfo.InvariantCulture);

    /// <summary>What the body admits at the place of the error, from the type that the endpoint reads.</summary>
    private static string Expected(JsonException json, HttpContext context)
    {
        if (json.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase))
            return "Ce champ est donné deux fois.";
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var type = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var step in Step().Matches(json.Path ?? "").Select(m => m.Value))
        {
            if (type is null)
                break;
            var info = options.GetTypeInfo(type);
            type = step[0] == '[' ? info.ElementType : info.Properties.FirstOrDefault(p => "." + p.Name == step)?.PropertyType;
        }

        return type is null ? "Cette valeur n'a pas le type attendu." : $"Cette valeur n'a pas le type attendu : {Name(type, options)}.";
    }

    private static string Name(Type type, JsonSerializerOptions options) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "un texte",
        var t when t == typeof(bool) => "true ou false",
        var t when t == typeof(DateTimeOffset) => Admitted.Instant,
        var t when options.GetTypeInfo(t).Kind == JsonTypeInfoKind.Enumerable => "une liste",
        _ => "un objet",
    };

    [GeneratedRegex(@"\.\w+|\[\d+\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Step();
}
