using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Vaguemestre.Core.Reception.Space;

namespace Vaguemestre.Web.Access;

/// <summary>A company's session in « Mes courriers »: a cookie of its own, which makes nobody an agent. An agent's makes nobody a company.</summary>
public static class SpaceSessions
{
    private const string Scheme = "space";
    private const string Space = "space";
    private const string Address = "address";

    /// <summary>Twelve hours after its last use it is over.</summary>
    public static AuthenticationBuilder AddSpaceSessions(this AuthenticationBuilder authentication, string prefix, CookieSecurePolicy secure) =>
        authentication.AddCookie(Scheme, cookie =>
        {
            cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
            cookie.SlidingExpiration = true;
            (cookie.Cookie.Name, cookie.Cookie.SecurePolicy, cookie.Cookie.SameSite, cookie.Cookie.HttpOnly) = (prefix + "vaguemestre-courriers", secure, SameSiteMode.Lax, true);
        });

    /// <summary>Null where nobody is in. Core alone knows whether the session is still good.</summary>
    public static async Task<SpaceSession?> SpaceAsync(this HttpContext context) =>
        (await context.AuthenticateAsync(Scheme)).Principal is { } company && Guid.TryParse(company.FindFirstValue(Space), out var space) && Guid.TryParse(company.FindFirstValue(Address), out var address)
            ? new SpaceSession(space, address)
            : null;

    public static Task EnterSpaceAsync(this HttpContext context, SpaceSession session) =>
        context.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim(Space, session.SpaceId.ToString()), new Claim(Address, session.AddressId.ToString())], Scheme)));

    public static Task LeaveSpaceAsync(this HttpContext context) => context.SignOutAsync(Scheme);
}
