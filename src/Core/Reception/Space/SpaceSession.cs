using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Reception.Space;

/// <summary>
/// Who asks in a company's space: which space, and the address by whose link it was entered. Good as long as that address stays in that
/// space; no operation of the space does without one, and none sees more than the letters of its addresses.
/// </summary>
public sealed record SpaceSession(Guid SpaceId, Guid AddressId);

public static class SpaceProblems
{
    public const string EmailCode = "email-invalid", JoinedCode = "address-joined";

    /// <summary>Also of a session whose address was taken off: it is over.</summary>
    public static Problem NoSpace { get; } = Problem.NotFound("space-not-found", "Cet espace n'est plus ouvert. Demandez un nouveau lien.");

    /// <summary>Used, too old or never sent: the answer is the same.</summary>
    public static Problem NoLink { get; } = Problem.NotFound("space-link-not-found", "Ce lien ne sert plus. Demandez-en un autre.");

    public static Problem NoAddress { get; } = Problem.NotFound("address-not-found", "Cette adresse n'est pas dans votre espace.");

    public static Problem OwnAddress { get; } = Problem.Conflict("address-in-use", "Vous êtes entré par cette adresse : pour la retirer, entrez d'abord par une autre.");

    /// <summary>An address as it was typed.</summary>
    public static Result<EmailAddress> Read(string? email) =>
        EmailAddress.Parse(email, out var why) is { } address ? address : Problem.Invalid("email", why, EmailCode);
}

internal static class SpaceAddresses
{
    /// <summary>The addresses of the session's space, oldest first; nothing where the session is over.</summary>
    public static async Task<Result<List<CompanyAddress>>> AddressesOfAsync(this VaguemestreDb db, SpaceSession session, CancellationToken cancel)
    {
        var addresses = await db.CompanyAddresses.AsNoTracking().Where(a => a.SpaceId == session.SpaceId).OrderBy(a => a.Id).ToListAsync(cancel);
        return addresses.Exists(a => a.Id == session.AddressId) ? addresses : SpaceProblems.NoSpace;
    }

    /// <summary>The keys under which conversations with an address may stand: its domain as it was written, in ASCII or not.</summary>
    public static IEnumerable<string> LetterKeys(string emailKey) => EmailAddress.Parse(emailKey, out _)?.Spellings ?? [emailKey];
}
