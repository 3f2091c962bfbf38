using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Web.Api;

/// <summary>The words that a parameter admits, for the description.</summary>
internal abstract class AdmittedAttribute : Attribute
{
    public abstract IEnumerable<string> Words { get; }
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class WordAttribute<T> : AdmittedAttribute
    where T : struct, Enum
{
    public override IEnumerable<string> Words => Core.Data.Words.All<T>();
}

/// <summary>A parameter that is an instant of RFC 3339.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InstantAttribute : Attribute;

/// <summary>A parameter that is true or false.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FlagAttribute : Attribute;

[AttributeUsage(AttributeTargets.Property)]
internal sealed class NumberAttribute(int min, int max) : Attribute
{
    public int Min => min;

    public int Max => max;
}

/// <summary>What the OpenAPI document says beyond the shapes: the key, the words, files, <c>If-Match</c>.</summary>
internal static class ApiDescription
{
    private const string Bearer = "key";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Vaguemestre",
                Version = "v1",
                Description = "Secure messaging for public procurement. Errors are problem details (RFC 9457) with a stable `code`; instants are RFC 3339 in UTC. A reference is one path segment: `/` is `%2F`.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key of one organisation, from `vaguemestre create-key`." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<IAuthorizeData>().Any())
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            foreach (var change in metadata.OfType<OperationChange>())
                change.Apply(operation);
            DescribeParameters(operation, context);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type.IsEnum)
                (schema.Type, schema.Enum) = (JsonSchemaType.String, [.. WordsOf(type)]);
            else if (type == typeof(string) || type == typeof(DateTimeOffset))
                schema.Type = IsNullable(context) ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
            return Task.CompletedTask;
        });
    }

    /// <summary>Problems that an operation may answer, beside 401.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder operation, params int[] statuses)
    {
        foreach (var status in statuses.Prepend(StatusCodes.Status401Unauthorized))
            operation.Produces<ApiProblem>(status, ApiProblem.ContentType);
        return operation;
    }

    public static RouteHandlerBuilder TakesIfMatch(this RouteHandlerBuilder operation) => operation.WithMetadata(new OperationChange(o => (o.Parameters ??= []).Add(new OpenApiParameter
    {
        Name = "If-Match",
        In = ParameterLocation.Header,
        Description = "The letter's `ETag` as it was read; 412 when it has changed since. Left out: whatever is there is changed.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    })));

    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder operation) => operation.WithMetadata(new OperationChange(o => o.RequestBody = new OpenApiRequestBody
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["multipart/form-data"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string>(StringComparer.Ordinal) { "file" },
                    Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { ["file"] = File },
                },
            },
        },
    }));

    public static RouteHandlerBuilder GivesFile(this RouteHandlerBuilder operation, string type = "application/octet-stream") => operation.WithMetadata(new OperationChange(o => (o.Responses ??= [])["200"] = new OpenApiResponse
    {
        Description = "The content, to be kept as a file.",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [type] = new() { Schema = File } },
    }));

    private static bool IsNullable(OpenApiSchemaTransformerContext context) =>
        context.JsonPropertyInfo is { } property && (property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null);

    private static OpenApiSchema File => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static void DescribeParameters(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var description in context.Description.ParameterDescriptions)
        {
            if (operation.Parameters?.FirstOrDefault(p => p.Name == description.Name) is not OpenApiParameter { Schema: OpenApiSchema schema }
                || (description.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo is not { } parameter)
                continue;
            foreach (var attribute in parameter.GetCustomAttributes(inherit: true))
            {
                switch (attribute)
                {
                    case AdmittedAttribute admitted:
                        schema.Enum = [.. admitted.Words.Select(w => (System.Text.Json.Nodes.JsonNode)w)];
                        break;
                    case InstantAttribute:
                        schema.Format = "date-time";
                        break;
                    case FlagAttribute:
                        schema.Type = JsonSchemaType.Boolean;
                        break;
                    case NumberAttribute number:
                        (schema.Type, schema.Minimum, schema.Maximum) = (JsonSchemaType.Integer, Text(number.Min), Text(number.Max));
                        break;
                }
            }
        }

        static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IEnumerable<System.Text.Json.Nodes.JsonNode> WordsOf(Type type) =>
        ((IEnumerable<string>)typeof(Words).GetMethod(nameof(Words.All))!.MakeGenericMethod(type).Invoke(null, null)!).Select(w => (System.Text.Json.Nodes.JsonNode)w);

    private sealed record OperationChange(Action<OpenApiOperation> Apply);
}
