using Vaguemestre.Core.Consultations;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What an adding did, for the section that it was done in.</summary>
/// <param name="Added">New recipients.</param>
/// <param name="Folded">Were recipients already, or came twice.</param>
/// <param name="Refused">With the reason of each.</param>
public sealed record RecipientsTold(int Added, int Folded, IReadOnlyList<RefusedAddress> Refused)
{
    private const int MostShown = 20;

    public override string ToString() => string.Join(", ", new[]
    {
        Added == 0 ? "Aucun destinataire ajouté" : French.Count(Added, "destinataire ajouté", "destinataires ajoutés"),
        Folded == 0 ? null : French.Count(Folded, "déjà présent", "déjà présents"),
        Refused.Count == 0 ? null : French.Count(Refused.Count, "adresse refusée", "adresses refusées"),
    }.OfType<string>()) + ".";

    public IEnumerable<string> Reasons => Refused.Take(MostShown).Select(r => r.Reason)
        .Concat(Refused.Count > MostShown ? [$"Et {French.Count(Refused.Count - MostShown, "autre")}, dans le champ ci-dessous."] : []);

    /// <summary>What stays in the field, to be mended.</summary>
    public string Left => string.Join('\n', Refused.Select(r => r.Text));
}

/// <summary>What may be wrong with a recipient's address, in the words of the page.</summary>
public sealed record RecipientHint(string Email, AddressHint Hint)
{
    public string Text => Hint switch
    {
        { Suggestion: { } meant, Domain: MailDomain.DoesNotExist } => $"{Email} : ce domaine n’existe pas. Vouliez-vous écrire {meant} ?",
        { Suggestion: { } meant } => $"{Email} : vouliez-vous écrire {meant} ?",
        { Domain: MailDomain.DoesNotExist } => $"{Email} : ce domaine n’existe pas. Vérifiez l’adresse.",
        _ => $"{Email} : ce domaine ne reçoit pas de courrier. Vérifiez l’adresse.",
    };
}
