namespace Vaguemestre.Mail.Reports;

/// <summary>
/// Why a mail was not taken. The names are those of ETSI TS 102 640-2 annex D (event reasons) where it has one that fits; those it has
/// none for are ours, and say so.
/// </summary>
public enum FailureCause
{
    /// <summary>TS 102 640: none of the others, or nobody said.</summary>
    Other,

    /// <summary>TS 102 640: the mailbox does not exist.</summary>
    UnknownRecipient,

    /// <summary>Ours: the domain does not exist or takes no mail.</summary>
    UnknownDomain,

    /// <summary>TS 102 640.</summary>
    MailboxFull,

    /// <summary>Ours: the mailbox exists and is closed, suspended or unused.</summary>
    MailboxDisabled,

    /// <summary>TS 102 640: the recipient, or who decides for it, does not want this mail; the server may disguise it as an unknown user after having taken the mail.</summary>
    RecipientRejection,

    /// <summary>TS 102 640: content or reputation: taken for unwanted mail, a blocklist, a house rule.</summary>
    PolicyViolation,

    /// <summary>TS 102 640: a virus, or taken for one.</summary>
    MalwareFound,

    /// <summary>TS 102 640.</summary>
    AttachmentFormatNotAccepted,

    /// <summary>Ours: the sender's address, domain or server is refused or does not prove who it is (SPF, DKIM, DMARC, PTR).</summary>
    SenderRejected,

    /// <summary>Ours: the server asks for an authentication, an encryption or a right that was not there.</summary>
    SecurityRequired,

    /// <summary>Ours: the server does not relay for this address.</summary>
    RelayingDenied,

    /// <summary>Ours.</summary>
    MessageTooLarge,

    /// <summary>TS 102 640: the form of the mail or of the exchange is refused.</summary>
    InvalidMessageFormat,

    /// <summary>Ours: too many connections or mails within a time.</summary>
    TooManyMessages,

    /// <summary>TS 102 640: a server, its disks, its programs or the way to it do not work.</summary>
    TechnicalMalfunction,

    /// <summary>TS 102 640: nobody answers at the recipient's server.</summary>
    RegularEmailUnreachable,

    /// <summary>Ours: given up after the time for attempts.</summary>
    Expired,
}
