using System.Text.Json;
using System.Text.Json.Serialization;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;

namespace Vaguemestre.Web.Api;

/// <summary>What a fact is about: the chain it belongs to.</summary>
public sealed record SubjectShape(SubjectKind Kind, Guid Id);

/// <summary>Who did it. <c>Id</c> names the agent or the key; a recipient and a mail server have none.</summary>
public sealed record ActorShape(ActorKind Kind, Guid? Id);

/// <summary>A fact as the API tells it.</summary>
public sealed record EventShape
{
    public required Guid Id { get; init; }

    public required FactKind Kind { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The event's URI in ETSI EN 319 522-3, where it has one of this meaning.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Etsi { get; init; }

    public required ActorShape Actor { get; init; }

    public required SubjectShape Subject { get; init; }

    /// <summary>Its place among the facts of its subject: 1, 2, 3, without a gap.</summary>
    public required int Sequence { get; init; }

    /// <summary>The part of the subject it concerns: the sending that a report is about, the reply that was opened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Concerns { get; init; }

    /// <summary>Delivery: the mail server that spoke.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Server { get; init; }

    /// <summary>Delivery: the server's words, verbatim.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reply { get; init; }

    /// <summary>Delivery: the enhanced status code of RFC 3463.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StatusCode { get; init; }

    /// <summary>Failure: its name in ETSI TS 102 640, such as <c>UnknownRecipient</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Failure: the reason as a French sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Explanation { get; init; }

    /// <summary>Delivery: the action word of the RFC 3464 report; absent for an answer in our own SMTP session.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Report { get; init; }

    /// <summary>Everything else the fact tells, as it is kept; absent for delivery.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Details { get; init; }

    /// <param name="fact">With its payload.</param>
    /// <param name="mode">The letter's mode; null where the fact is not of a conversation.</param>
    internal static EventShape Of(Fact fact, DeliveryMode? mode)
    {
        var said = fact.Payload is null ? null : ConversationEvent.Of(fact).Said;
        return new()
        {
            Id = fact.Id,
            Kind = fact.Kind,
            At = fact.At,
            Etsi = mode is { } how ? EtsiEvents.UriOf(fact.Kind, how) : null,
            Actor = new ActorShape(fact.ActorKind, fact.ActorId),
            Subject = new SubjectShape(fact.SubjectKind, fact.SubjectId),
            Sequence = fact.Sequence,
            Concerns = fact.ConcernsId,
            Server = said?.Server,
            Reply = said?.Reply,
            StatusCode = said?.StatusCode,
            Reason = said?.Reason,
            Explanation = said?.Explanation,
            Report = said?.Report,
            Details = said is null && fact.Payload is { } payload ? JsonSerializer.Deserialize<JsonElement>(payload.Json) : null,
        };
    }
}
