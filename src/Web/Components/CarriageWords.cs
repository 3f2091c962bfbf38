using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Delivery.Examining;

namespace Vaguemestre.Web.Components;

/// <summary>The words of an examination, for the page and for <c>doctor</c>.</summary>
public static class CarriageWords
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "En ordre",
        Verdict.Warning => "À surveiller",
        Verdict.Failed => "En défaut",
        _ => "Non vérifié",
    };

    public static string IconOf(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "check-circle",
        Verdict.Warning => "exclamation-triangle",
        Verdict.Failed => "x-circle",
        _ => "info-circle",
    };

    public static string Of(CheckGroup group) => group switch
    {
        CheckGroup.Relay => "Relais",
        CheckGroup.Returns => "Retours",
        CheckGroup.Domain => "Domaine d’envoi",
        CheckGroup.Outbox => "File d’envoi",
        _ => "Machine",
    };

    /// <summary>What a message that came back is; the word itself for a kind that is not known here.</summary>
    public static string OfKind(string kind) => kind switch
    {
        "delivery-report" => "Rapport de remise",
        "bounce" => "Retour non normalisé",
        "auto-reply" => "Réponse automatique",
        "read-notification" => "Notification de lecture",
        "complaint" => "Plainte",
        "challenge" => "Demande de confirmation",
        "other" => "Autre message",
        _ => kind,
    };

    public static string Of(InboundOutcome outcome) => outcome switch
    {
        InboundOutcome.Applied => "Pris en compte",
        InboundOutcome.Noted => "Noté, sans effet sur le statut",
        InboundOutcome.Unmatched => "Nomme un autre destinataire",
        _ => "Adresse de retour inconnue",
    };

    /// <summary>« 2 en défaut, 1 à surveiller, 12 en ordre ».</summary>
    public static string Sum(IReadOnlyList<Check> checks) =>
        string.Join(", ", new[] { Verdict.Failed, Verdict.Warning, Verdict.NotChecked, Verdict.Ok }
            .Select(v => (Word: Of(v).ToLowerInvariant(), Count: checks.Count(c => c.Verdict == v))).Where(v => v.Count > 0)
            .Select(v => v.Word.StartsWith("non", StringComparison.Ordinal) ? French.Count(v.Count, "non vérifié", "non vérifiés") : $"{v.Count}\u00a0{v.Word}"));
}
