using System.Globalization;
using Microsoft.Net.Http.Headers;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Access;

namespace Vaguemestre.Web.Api;

/// <summary>A letter's version as an <c>ETag</c>, and <c>If-Match</c> (RFC 9110 §13.1.1) on what changes a letter.</summary>
internal static class Versions
{
    public static void Tell(HttpContext context, Letter letter) =>
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{letter.Version}\"");

    /// <summary>The version the caller has seen; null when it did not say. <c>stale</c> when the letter has another.</summary>
    public static async Task<Result<int?>> ExpectedAsync(HttpContext context, FindLetter find, Guid letterId, CancellationToken cancel)
    {
        var given = context.Request.Headers.IfMatch;
        if (given.Count == 0 || string.Equals(given, "*", StringComparison.Ordinal))
            return (int?)null;
        var found = await find.RunAsync(context.Caller(), letterId, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var version = found.Value.Version;
        var current = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
        return EntityTagHeaderValue.TryParseList([.. given.OfType<string>()], out var tags) && tags.Any(t => t.Compare(current, useStrongComparison: true))
            ? version
            : FindLetter.Changed(found.Value);
    }
}
