using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Web.Access;

/// <summary>Who asks, as Core wants to know it: the agent of the cookie on pages, the program of the key in the API.</summary>
public static class Callers
{
    private const string OrganisationId = "organisation_id";
    private const string OrganisationNameClaim = "organisation_name";

    /// <summary>The caller of a page or an endpoint that requires one.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? OfCookie(context.User) ?? throw new InvalidOperationException("This endpoint must require a signed-in caller.");

    /// <summary>The name of the signed-in agent's organisation.</summary>
    public static string OrganisationName(this HttpContext context) => Of(context.User, OrganisationNameClaim);

    public static Task SignInAsync(this HttpContext context, Agent agent) =>
        context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, agent.Id.ToString()),
                new Claim(ClaimTypes.Name, agent.Name),
                new Claim(ClaimTypes.Email, agent.Email),
                new Claim(OrganisationId, agent.OrganisationId.ToString()),
                new Claim(ClaimTypes.Role, agent.Role.ToString()),
                new Claim(OrganisationNameClaim, agent.Organisation!.Name),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme)));

    private static Caller? OfCookie(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated == true
            ? new Caller(Guid.Parse(Of(user, OrganisationId)), new Actor(ActorKind.Agent, Guid.Parse(Of(user, ClaimTypes.NameIdentifier))), Of(user, ClaimTypes.Name), Of(user, ClaimTypes.Email), user.IsInRole(nameof(AgentRole.Administrator)))
            : null;

    private static string Of(ClaimsPrincipal user, string claim) => user.FindFirstValue(claim) ?? throw new InvalidOperationException($"The cookie has no {claim}.");
}
