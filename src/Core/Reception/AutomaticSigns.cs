using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;

namespace Vaguemestre.Core.Reception;

/// <summary>
/// What looked automatic about an opening. A sign is told with the receipt and never keeps a person from opening: people use old
/// browsers, open at once what just came, and sit behind filters that looked before them.
/// </summary>
public enum AutomaticSign
{
    NoUserAgent,
    NotABrowser,
    NoLanguage,
    Prefetch,
    NoFetchMetadata,
    OddFetchMetadata,
    SoonAfterDelivery,
    HeadJustBefore,
}

public static class AutomaticSigns
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>The signs of one opening, as words (<see cref="Words"/>).</summary>
    /// <param name="visitor">Who opens.</param>
    /// <param name="facts">Those of the conversation, before the opening.</param>
    /// <param name="at">When it opens.</param>
    public static IReadOnlyList<string> Of(Visitor visitor, IReadOnlyCollection<Fact> facts, DateTimeOffset at) =>
        [.. Enum.GetValues<AutomaticSign>().Where(sign => Shows(sign, visitor, facts, at)).Select(Words.Of)];

    /// <summary>« aucun logiciel annoncé »; a word of a later version is given as it is.</summary>
    public static string InFrench(string sign) => Words.Parse<AutomaticSign>(sign) switch
    {
        AutomaticSign.NoUserAgent => "aucun logiciel annoncé",
        AutomaticSign.NotABrowser => "le logiciel annoncé n’est pas un navigateur courant",
        AutomaticSign.NoLanguage => "aucune langue demandée, ce que fait tout navigateur",
        AutomaticSign.Prefetch => "la page était demandée à l’avance",
        AutomaticSign.NoFetchMetadata => "en-têtes de navigation absents, alors que le navigateur annoncé les envoie",
        AutomaticSign.OddFetchMetadata => "en-têtes de navigation inhabituels",
        AutomaticSign.SoonAfterDelivery => "moins de dix secondes après l’envoi ou la remise",
        AutomaticSign.HeadJustBefore => "le même logiciel venait de vérifier le lien sans l’afficher",
        _ => sign,
    };

    private static bool Shows(AutomaticSign sign, Visitor visitor, IReadOnlyCollection<Fact> facts, DateTimeOffset at) => sign switch
    {
        AutomaticSign.NoUserAgent => string.IsNullOrWhiteSpace(visitor.UserAgent),
        AutomaticSign.NotABrowser => visitor.NamesAProgram,
        AutomaticSign.NoLanguage => string.IsNullOrWhiteSpace(visitor.AcceptLanguage),
        AutomaticSign.Prefetch => visitor.IsPrefetch,
        AutomaticSign.NoFetchMetadata => visitor.Trustworthy && visitor.NamesARecentBrowser && visitor.FetchMode is null,
        AutomaticSign.OddFetchMetadata =>
            visitor.FetchMode is not (null or "navigate") || visitor.FetchDest is not (null or "document") || (visitor.Method == "POST" && visitor.FetchSite is not (null or "same-origin")),
        AutomaticSign.SoonAfterDelivery => facts.Any(f => f.Kind is FactKind.Submitted or FactKind.Resubmitted or FactKind.AcceptedByRelay or FactKind.Delivered && at - f.At < Soon),
        _ => facts.Any(f => f.Kind == FactKind.AutomatedAccess && at - f.At < Soon && f.Content<Visit>() is { Method: "HEAD" } visit && visit.UserAgent == visitor.ShortUserAgent),
    };
}
