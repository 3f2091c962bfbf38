namespace Vaguemestre.Mail.Smtp;

/// <summary>How far one mail has come on one connection. Its first refusal, or the relay's word on its content, decides it.</summary>
internal sealed class RelayTransaction(int number, Parcel parcel, string server, bool dsn)
{
    /// <summary>Its place among the mails of one run.</summary>
    public int Number => number;

    public Parcel Parcel => parcel;

    /// <summary>The command whose reply comes next.</summary>
    public RelayStage Stage { get; private set; } = RelayStage.Sender;

    /// <summary>The end of the content was handed to the network: from here on, the relay may hold the mail.</summary>
    public bool IsEnded { get; set; }

    public bool IsDecided { get; private set; }

    /// <summary>The relay waits for a content that will not come.</summary>
    public bool OwesEmptyContent { get; private set; }

    /// <summary>Takes the reply to the command that <paramref name="stage"/> names.</summary>
    /// <returns>The answer, where this reply decides it.</returns>
    /// <exception cref="SmtpProtocolException">It is no reply to that command.</exception>
    public RelayAnswer? Take(RelayStage stage, SmtpReply reply)
    {
        var refused = reply.Code / 100 is 4 or 5;
        if (!refused && reply.Code / 100 != (stage == RelayStage.Data ? 3 : 2))
            throw new SmtpProtocolException($"the relay answered {reply.Code} out of turn");
        if (IsDecided)
        {
            OwesEmptyContent = stage == RelayStage.Data && !refused;
            return null;
        }

        Stage = stage;
        IsDecided = refused || stage == RelayStage.Content;
        if (IsDecided)
        {
            var outcome = (reply.Code / 100) switch { 2 => RelayOutcome.Accepted, 4 => RelayOutcome.RefusedForNow, _ => RelayOutcome.Refused };
            return new RelayAnswer(outcome, stage, server, reply.ToString(), reply.StatusCode, reply.Code, dsn);
        }

        Stage = stage + 1;
        return null;
    }

    /// <summary>The connection ended without a word on it.</summary>
    public RelayAnswer Lose(string why)
    {
        IsDecided = true;
        return new RelayAnswer(IsEnded ? RelayOutcome.AnswerLost : RelayOutcome.Unanswered, Stage, server, why, StatusCode: null, ReplyCode: null, dsn);
    }
}
