using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vaguemestre.Core.Letters.Notices;

/// <summary>What the text of a notice names, as it was when the notice was written; what a kind does not name is null.</summary>
public sealed record NoticeValues
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The buyer, by the name it wrote under; null where several may be meant.</summary>
    public string? Organisation { get; init; }

    /// <summary>Of the consultation.</summary>
    public string? Reference { get; init; }

    /// <summary>Of the consultation.</summary>
    public string? Title { get; init; }

    /// <summary>Of the letter, as its recipient got it.</summary>
    public string? Subject { get; init; }

    /// <summary>The recipient: company, name, address.</summary>
    public string? Recipient { get; init; }

    /// <summary>The instant of what is told: of the opening, of the reply, of its reading.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>When the reply was sent that was now opened.</summary>
    public DateTimeOffset? RepliedAt { get; init; }

    /// <summary>When the link stops to be good.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whose act it was, as far as it is known: an address, an agent's name.</summary>
    public string? By { get; init; }

    /// <summary>How the opening was shown to be deliberate, as a word.</summary>
    public string? Proof { get; init; }

    /// <summary>Whom the recipient may write to, where it can say nothing on the platform.</summary>
    public string? AgentName { get; init; }

    /// <inheritdoc cref="AgentName"/>
    public string? AgentEmail { get; init; }

    /// <summary>The letter expects a reply on the platform.</summary>
    public bool ReplyExpected { get; init; }

    /// <summary>It is about a message of the messagerie historique, whose replies have pages of their own and are read without an act.</summary>
    public bool Historique { get; init; }

    /// <summary>After the deadline.</summary>
    public bool Late { get; init; }

    /// <summary>SHA-256 of the reply's text, in hexadecimal digits; null where it has none.</summary>
    public string? TextSha256 { get; init; }

    public IReadOnlyList<FileDigest>? Files { get; init; }

    /// <summary>The space that the address is asked to join, by one of its addresses.</summary>
    public string? Joins { get; init; }

    /// <summary>The invited colleague whose own link the mail carries; null: the recipient's.</summary>
    public Guid? Reader { get; init; }

    /// <summary>The letter has a personal link.</summary>
    public bool Tracked { get; init; }

    /// <summary>It goes to somebody else than the recipient: no personal link, no agent's address.</summary>
    public bool ToStranger { get; init; }

    /// <summary>The colleagues whom its reader stands in for, by name.</summary>
    public string? InPlaceOf { get; init; }

    /// <summary>Why a letter was not delivered, in French.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a notice that tells of several things.</summary>
    public NewsList? News { get; init; }

    /// <summary>Message-ID of the mail that it answers, without angle brackets.</summary>
    public string? InReplyTo { get; init; }

    public static NoticeValues Of(Notice notice) => JsonSerializer.Deserialize<NoticeValues>(notice.Values, Json)!;

    internal string Write() => JsonSerializer.Serialize(this, Json);
}

/// <summary>Several things that happened, for one agent.</summary>
public sealed record NewsList
{
    /// <summary>The agent's, by its name now.</summary>
    public required string Organisation { get; init; }

    /// <summary>It is the mail of the day.</summary>
    public required bool Daily { get; init; }

    /// <summary>How many things in all.</summary>
    public required int Count { get; init; }

    public required IReadOnlyList<NewsLine> Lines { get; init; }

    /// <summary>How many things no line tells of.</summary>
    public required int LeftOut { get; init; }

    /// <inheritdoc cref="NoticeValues.InPlaceOf"/>
    public string? InPlaceOf { get; init; }
}

/// <summary>What happened to one letter, for one recipient or many.</summary>
/// <param name="Count">How often it happened.</param>
/// <param name="Recipient">Its company, name or address, where it is one; else null.</param>
/// <param name="Recipients">How many.</param>
/// <param name="Reference">Of the consultation.</param>
/// <param name="At">The last time.</param>
/// <param name="Conversation">Where it is one recipient; else null.</param>
public sealed record NewsLine(NewsKind Kind, int Count, string? Recipient, int Recipients, string Subject, string Reference, DateTimeOffset At, Guid? Conversation);
