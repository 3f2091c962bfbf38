using System.Globalization;
using System.Text;
using Vaguemestre.Mail.Composition;

namespace Vaguemestre.Mail.Smtp;

/// <summary>An envelope checked and written as the commands MAIL and RCPT (RFC 5321 §4.1.1, RFC 3461 §4, RFC 6531).</summary>
internal sealed class EnvelopePath
{
    private const int MaxEnvelopeId = 100;
    private readonly AddressSpec? _sender;
    private readonly AddressSpec _recipient;
    private readonly string _envelopeId;
    private readonly string _notify;

    public EnvelopePath(Envelope envelope, bool headerNeedsSmtpUtf8)
    {
        _sender = envelope.Sender.Length == 0 ? null : AddressSpec.Parse(envelope.Sender, nameof(envelope.Sender));
        _recipient = AddressSpec.Parse(envelope.Recipient, nameof(envelope.Recipient));
        Field.Line(envelope.EnvelopeId, nameof(envelope.EnvelopeId));
        _envelopeId = XText.Encode(envelope.EnvelopeId);
        if (_envelopeId.Length is 0 or > MaxEnvelopeId || !Ascii.IsValid(envelope.EnvelopeId))
            throw new ArgumentException($"EnvelopeId must be printable ASCII, from 1 to {MaxEnvelopeId} characters.", nameof(envelope));
        _notify = envelope.OnlyFailures ? "FAILURE" : "SUCCESS,FAILURE,DELAY";
        NeedsSmtpUtf8 = headerNeedsSmtpUtf8 || _recipient.NeedsSmtpUtf8 || (_sender?.NeedsSmtpUtf8 ?? false);
    }

    public bool NeedsSmtpUtf8 { get; }

    /// <param name="dsn">Asks for the delivery reports to hold the header only, and to name the envelope.</param>
    /// <param name="size">The content's length in bytes, where it is known and the relay wants it (RFC 1870).</param>
    public string Mail(bool dsn, long? size) => string.Create(CultureInfo.InvariantCulture,
        $"MAIL FROM:<{_sender}>{(NeedsSmtpUtf8 ? " BODY=8BITMIME SMTPUTF8" : "")}{(size is null ? "" : " SIZE=")}{size}{(dsn ? " RET=HDRS ENVID=" : "")}{(dsn ? _envelopeId : "")}");

    public string Recipient(bool dsn) => $"RCPT TO:<{_recipient}>{(dsn ? $" NOTIFY={_notify} ORCPT={OriginalRecipient}" : "")}";

    private string OriginalRecipient => _recipient.NeedsSmtpUtf8
        ? "utf-8;" + XText.EncodeUtf8Address(_recipient.ToString())
        : "rfc822;" + XText.Encode(_recipient.ToString());
}
