using Vaguemestre.Core.Retention;

namespace Vaguemestre.Web.Components;

/// <summary>What becomes of a consultation's letters, before a French reader.</summary>
public static class RetentionWords
{
    /// <summary>One sentence, without a full stop.</summary>
    public static string What(RetentionView view) => view switch
    {
        { PurgedAt: { } purged } => $"Effacés le {French.Date(purged)}",
        { HeldSince: { } held, BegunAt: not null } => $"Effacement commencé puis suspendu le {French.Date(held)}",
        { HeldSince: { } held } => $"Effacement suspendu depuis le {French.Date(held)}",
        { BegunAt: not null } => "Effacement en cours",
        { ErasedFrom: { } from, KeptByExchanges: true } => $"Effacés au plus tôt le {French.Date(from)}, {French.Count(view.Years ?? 0, "an")} après le dernier échange",
        { ErasedFrom: { } from } => $"Effacés au plus tôt le {French.Date(from)}",
        _ => "Conservés sans limite : aucune date n’a été indiquée",
    };
}
