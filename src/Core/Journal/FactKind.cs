namespace Vaguemestre.Core.Journal;

/// <summary>
/// What happened. The word of each (<see cref="Data.Words"/>) is the event kind of the API, in the database and in the
/// evidence; <c>docs/journal-facts.md</c> says which action writes which. Values are never renamed or reused.
/// </summary>
public enum FactKind
{
    /// <summary>An administrator wrote a version of a letter type's template.</summary>
    TemplateChanged,

    /// <summary>The default template stands again for a letter type.</summary>
    TemplateRestored,
    ConsultationCreated,
    ConsultationChanged,
    RegisterReplaced,
    DraftCreated,
    DraftChanged,
    /// <summary>The draft left every list; its content stays for a while, so that this can be undone.</summary>
    DraftDeleted,
    DraftRestored,

    /// <summary>The while is over: text, recipients and files of a deleted draft are gone.</summary>
    DraftPurged,

    /// <summary>The draft is to be sent at a set hour.</summary>
    SendingScheduled,
    SendingUnscheduled,

    /// <summary>The set hour came and the letter could not go; it is an ordinary draft again.</summary>
    ScheduledSendingFailed,

    /// <summary>The mail of a draft went to its writer, to be looked at.</summary>
    TestSent,
    AttachmentAdded,
    AttachmentRemoved,
    LetterSent,

    /// <summary>The letter was sent by its agent: committed to the outbox. Not yet given to any mail server.</summary>
    Submitted,

    /// <summary>Our relay took the mail, with its words. Says nothing of the remote server.</summary>
    AcceptedByRelay,

    /// <summary>A report that the mail went on to a server that will report no further.</summary>
    Relayed,

    /// <summary>No report came within the waiting time.</summary>
    NoReport,

    /// <summary>The recipient's mail server accepted the mail. Not that anybody read it.</summary>
    Delivered,

    /// <summary>A server could not take the mail yet; it is tried again.</summary>
    Delayed,

    /// <summary>Refused, unknown, or given up, with the server's words.</summary>
    Undelivered,

    /// <summary>The letter was sent again as it was: a further sending.</summary>
    Resubmitted,

    /// <summary>The link was visited without the deliberate act of opening. Not a reading.</summary>
    AutomatedAccess,

    /// <summary>The recipient opened the content by a deliberate act: the receipt.</summary>
    Opened,
    AttachmentDownloaded,
    Replied,
    ReplyOpened,
    WrongRecipient,
    AttestationIssued,

    /// <summary>A report came that does not match the sending it names. Changes no status.</summary>
    ReportUnmatched,

    /// <summary>
    /// The relay may hold the mail: its answer after the final dot was lost, or whoever was sending stopped before writing it. It
    /// goes again; a double is possible.
    /// </summary>
    OutcomeUnknown,

    /// <summary>A mail came back that tells nothing of delivery: an automatic reply, a complaint, somebody's answer. Changes no status.</summary>
    MailReceived,

    /// <summary>The undelivered letter was sent to a corrected address, as a conversation of its own.</summary>
    Readdressed,

    /// <summary>The buyer sent a letter that answers a reply of this conversation. Changes no status.</summary>
    Answered,

    /// <summary>Whoever holds a personal link gave a colleague a link of its own to the same letter.</summary>
    ReaderInvited,

    /// <summary>The personal link opens nothing any more: an agent ended it.</summary>
    LinkEnded,

    /// <summary>The relay took a mail of the platform about this conversation: a copy of the receipt, an acknowledgement of a reply.</summary>
    NoticeSent,

    /// <summary>Past messages of another platform came into a consultation of the messagerie historique. No evidence of what they tell.</summary>
    MessagesImported,

    /// <summary>An administrator chose what makes a receipt, or what becomes of late replies.</summary>
    ReceptionChanged,

    /// <summary>An agent entered from when a consultation's letters are kept, and for how long.</summary>
    RetentionEntered,

    /// <summary>An administrator chose for how many years letters are kept.</summary>
    RetentionChanged,

    /// <summary>Nothing of a consultation is erased until this is lifted, whatever the end of its retention.</summary>
    HoldSet,
    HoldLifted,

    /// <summary>
    /// The retention is over: text, files and recipients are gone, and the payloads of all facts before this one in the chain. The database lets
    /// no payload go without it.
    /// </summary>
    ContentPurged,

    /// <summary>Nothing is left of a consultation's letters but the journal.</summary>
    ConsultationPurged,
}
