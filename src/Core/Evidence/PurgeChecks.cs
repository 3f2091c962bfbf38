using System.Text.Json;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Journal.Sealing;
using Vaguemestre.Core.Retention;

namespace Vaguemestre.Core.Evidence;

/// <param name="Why">In French, what follows « mais ».</param>
internal sealed record UnbackedPurge(SubjectKind SubjectKind, Guid Subject, int Sequence, int Erased, string Why);

/// <summary>
/// Whether what chains say of their erasure is backed by the chain of the consultation: the same retention stood there, it had ended, nothing held it, and
/// no exchange of the erased chain was more recent than the years. One who can write the tables can append a <c>content-purged</c> that follows as it should.
/// </summary>
internal sealed class PurgeChecks
{
    private readonly Dictionary<(Guid Organisation, Guid Consultation), List<State>> _consultations = [];

    /// <summary>Which consultations ever had this rule: facts of earlier versions do not say whose retention it was.</summary>
    private readonly Dictionary<(Guid Organisation, Rule Rule), HashSet<Guid>> _ruled = [];

    private readonly List<Purge> _purges = [];

    /// <summary>The facts of each chain in order, whatever the order of the chains.</summary>
    /// <param name="fact">With its payload, where that is not erased.</param>
    /// <param name="lastExchange">Of the facts before it; see <see cref="LastExchange"/>.</param>
    /// <param name="erased">How many payloads before it are gone.</param>
    public void See(Fact fact, DateTimeOffset? lastExchange, int erased)
    {
        if (fact.Kind == FactKind.ContentPurged)
            _purges.Add(new Purge(fact.OrganisationId, fact.SubjectKind, fact.SubjectId, fact.Sequence, fact.At, Read<ContentPurged>(fact) is { } told ? (Rule.Of(told), told.Consultation) : null, lastExchange, erased));
        else if (fact.SubjectKind == SubjectKind.Consultation)
            SeeConsultation(fact);
    }

    /// <summary>The instant of the last letter, sending or reply up to this fact of its chain: its header tells it when the payload is gone.</summary>
    public static DateTimeOffset? LastExchange(DateTimeOffset? before, Fact fact) =>
        fact.Kind is FactKind.LetterSent or FactKind.Submitted or FactKind.Resubmitted or FactKind.Replied && !(before > fact.At) ? fact.At : before;

    /// <summary>Once all chains were seen.</summary>
    public IEnumerable<UnbackedPurge> Unbacked() =>
        from purge in _purges
        let why = Why(purge)
        where why is not null
        select new UnbackedPurge(purge.SubjectKind, purge.Subject, purge.Sequence, purge.Erased, why);

    private void SeeConsultation(Fact fact)
    {
        var key = (fact.OrganisationId, fact.SubjectId);
        var states = _consultations.GetValueOrDefault(key);
        var last = states?[^1] ?? new State(fact.At, null, Held: false, Ended: false);
        State? next = fact.Kind switch
        {
            FactKind.RetentionEntered => last with { Rule = Read<RetentionWritten>(fact) is { } written ? Rule.Of(written) : null },
            FactKind.HoldSet => last with { Held = true },
            FactKind.HoldLifted => last with { Held = false },
            FactKind.ConsultationPurged => last with { Ended = true },
            _ => null,
        };
        if (next is null)
            return;
        if (states is null)
            _consultations.Add(key, states = []);
        states.Add(next with { From = fact.At });
        if (next.Rule is not { } rule)
            return;
        if (!_ruled.TryGetValue((fact.OrganisationId, rule), out var ruled))
            _ruled.Add((fact.OrganisationId, rule), ruled = []);
        ruled.Add(fact.SubjectId);
    }

    private string? Why(Purge purge)
    {
        if (purge.SubjectKind is not (SubjectKind.Letter or SubjectKind.Conversation) || purge.Told is not ({ } rule, var consultation))
            return "il n’est pas de ceux que la plateforme écrit";
        if (purge.LastExchange?.AddYears(Math.Clamp(rule.Years, 0, RetentionYears.Most)) > purge.At + SealFacts.Tolerance)
            return $"un échange du {Instants.Rfc3339(purge.LastExchange.Value)} n’avait pas {French.Count(rule.Years, "an")}";
        IEnumerable<Guid> asked = consultation is { } named ? [named] : _ruled.GetValueOrDefault((purge.Organisation, rule)) ?? [];
        return rule.Until <= purge.At + SealFacts.Tolerance && asked.Any(id => Permits(_consultations.GetValueOrDefault((purge.Organisation, id)) ?? [], rule, purge.At)) ? null
            : $"le journal {(consultation is { } one ? $"de la consultation {one} ne dit pas" : "d’aucune consultation de l’organisation ne dit")} qu’une telle durée y était échue alors, sans suspension";
    }

    /// <summary>Whether it may have stood so at this instant, by the clocks of several nodes. A fact written while the clock was ahead stood no later than the next.</summary>
    private static bool Permits(List<State> states, Rule rule, DateTimeOffset at)
    {
        var until = DateTimeOffset.MaxValue;
        foreach (var state in Enumerable.Reverse(states))
        {
            var from = state.From < until ? state.From : until;
            if (state is { Held: false, Ended: false } && state.Rule == rule && from <= at + SealFacts.Tolerance && until >= at - SealFacts.Tolerance)
                return true;
            until = from;
        }

        return false;
    }

    private static T? Read<T>(Fact fact)
        where T : FactContent
    {
        try
        {
            return fact.Payload is null ? null : fact.Content<T>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Rule(RetentionKind Kind, DateOnly From, int Years, DateTimeOffset Until)
    {
        public static Rule Of(RetentionWritten written) => new(written.Kind, written.From, written.Years, written.Until);

        public static Rule Of(ContentPurged told) => new(told.Kind, told.From, told.Years, told.Until);
    }

    /// <summary>What stood in a consultation's chain from an instant on.</summary>
    private sealed record State(DateTimeOffset From, Rule? Rule, bool Held, bool Ended);

    private sealed record Purge(Guid Organisation, SubjectKind SubjectKind, Guid Subject, int Sequence, DateTimeOffset At, (Rule Rule, Guid? Consultation)? Told, DateTimeOffset? LastExchange, int Erased);
}
