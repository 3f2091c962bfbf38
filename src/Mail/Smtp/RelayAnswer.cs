namespace Vaguemestre.Mail.Smtp;

/// <summary>What became of one mail at the relay.</summary>
public enum RelayOutcome
{
    /// <summary>The relay took responsibility (2xx after the final dot). It does not mean delivered.</summary>
    Accepted,

    /// <summary>4xx: to be tried again later.</summary>
    RefusedForNow,

    /// <summary>5xx: not to be tried again as it is.</summary>
    Refused,

    /// <summary>The connection was lost before the final dot left: nothing was delivered, a retry makes no duplicate.</summary>
    Unanswered,

    /// <summary>The connection was lost after the final dot and before its answer: the relay may hold the mail, a retry may make a duplicate.</summary>
    AnswerLost,

    /// <summary>No usable session with the relay (no connection, no TLS, sign-in refused…): says nothing about this mail.</summary>
    Unreachable,
}

/// <summary>How far the exchange had come when the answer fell.</summary>
public enum RelayStage
{
    /// <summary>Connection, greeting, EHLO, STARTTLS, AUTH.</summary>
    Opening,

    /// <summary>MAIL FROM.</summary>
    Sender,

    /// <summary>RCPT TO: a refusal here is about the recipient.</summary>
    Recipient,

    /// <summary>DATA, before the content.</summary>
    Data,

    /// <summary>The content and its final dot.</summary>
    Content,
}

/// <summary>The relay's answer to one mail, in its own words.</summary>
/// <param name="Stage">The command that decided the outcome.</param>
/// <param name="Server">The relay as it named itself, with address and port: <c>smtp.exemple.fr [192.0.2.1]:25</c>.</param>
/// <param name="Reply">The reply verbatim, every line with its code, separated by <c>\n</c>; our own words where <see cref="IsServersOwn"/> is false.</param>
/// <param name="StatusCode">The enhanced status code x.y.z (RFC 3463), where there is one.</param>
/// <param name="ReplyCode">The three-digit code; null where the server did not speak.</param>
/// <param name="DsnRequested">Delivery reports were asked of the relay (RFC 3461).</param>
public sealed record RelayAnswer(RelayOutcome Outcome, RelayStage Stage, string Server, string Reply, string? StatusCode, int? ReplyCode, bool DsnRequested)
{
    /// <summary>True where <see cref="Reply"/> quotes the server, false where the words are ours.</summary>
    public bool IsServersOwn => ReplyCode is not null;
}

/// <summary>No session with the relay could be opened. The answer says why; its outcome is <see cref="RelayOutcome.Unreachable"/>.</summary>
public sealed class RelayUnavailableException : Exception
{
    public RelayUnavailableException() : this("The relay cannot be reached.") { }

    public RelayUnavailableException(string message) : this(message, innerException: null!) { }

    public RelayUnavailableException(string message, Exception innerException) : base(message, innerException) =>
        Answer = new RelayAnswer(RelayOutcome.Unreachable, RelayStage.Opening, "", message, StatusCode: null, ReplyCode: null, DsnRequested: false);

    public RelayUnavailableException(RelayAnswer answer, Exception? innerException = null) : base(answer?.Reply, innerException) => Answer = answer!;

    public RelayAnswer Answer { get; }
}
