using System.Globalization;
using System.Net;

namespace Vaguemestre.Mail.Smtp;

/// <summary>An envelope being dictated: MAIL, then RCPT by RCPT (RFC 5321 §3.3), with the parameters of the extensions that we offer.</summary>
internal sealed class SmtpEnvelope
{
    private static readonly SmtpReply BadPath = new(501, "5.1.3 Syntax: <address>"), BadParameter = new(501, "5.5.4 Bad parameter value");
    private readonly List<ReceivedRecipient> _recipients = [];
    private readonly string _sender;
    private string? _envelopeId;
    private DsnReturn? _return;

    private SmtpEnvelope(string sender) => _sender = sender;

    public IReadOnlyList<ReceivedRecipient> Recipients => _recipients;

    public static SmtpReply FromMail(string rest, SmtpListenerOptions options, out SmtpEnvelope? envelope)
    {
        envelope = null;
        if (!TryReadPath(rest, "FROM:", out var sender, out var parameters) || (sender.Length > 0 && !sender.Contains('@')))
            return BadPath;
        var begun = new SmtpEnvelope(sender);
        foreach (var (name, value) in parameters)
        {
            var refusal = begun.SetMailParameter(name, value, options);
            if (refusal is not null)
                return refusal;
        }

        envelope = begun;
        return new(250, "2.1.0 Ok");
    }

    public SmtpReply AddRecipient(string rest, SmtpListenerOptions options)
    {
        if (!TryReadPath(rest, "TO:", out var address, out var parameters) || address.Length == 0)
            return BadPath;
        if (_recipients.Count >= options.MaxRecipients)
            return new(452, "4.5.3 Too many recipients");
        var recipient = new ReceivedRecipient(address);
        foreach (var (name, value) in parameters)
        {
            switch (name)
            {
                case "NOTIFY" when options.OffersDsn:
                    if (ReadNotify(value) is not { } notify)
                        return BadParameter;
                    recipient = recipient with { Notify = notify };
                    break;
                case "ORCPT" when options.OffersDsn:
                    if (ReadOriginalRecipient(value) is not { } original)
                        return BadParameter;
                    recipient = recipient with { OriginalRecipient = original };
                    break;
                default:
                    return Unknown(name);
            }
        }

        if (!options.AcceptRecipient(address))
            return new(550, "5.7.1 No mail is taken here for this address");
        _recipients.Add(recipient);
        return new(250, "2.1.5 Ok");
    }

    public ReceivedMail ToMail(ReadOnlyMemory<byte> data, IPEndPoint remote, string helo) =>
        new(_sender, _recipients, _envelopeId, _return, data, remote, helo);

    private SmtpReply? SetMailParameter(string name, string value, SmtpListenerOptions options)
    {
        switch (name)
        {
            case "SIZE":
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                    return BadParameter;
                return size > options.MaxMessageBytes ? new(552, "5.3.4 Message too big") : null;
            case "BODY":
                return value.ToUpperInvariant() is "7BIT" or "8BITMIME" ? null : BadParameter;
            case "SMTPUTF8":
                return value.Length == 0 ? null : BadParameter;
            case "RET" when options.OffersDsn:
                _return = value.ToUpperInvariant() switch { "HDRS" => DsnReturn.Headers, "FULL" => DsnReturn.Full, _ => null };
                return _return is null ? BadParameter : null;
            case "ENVID" when options.OffersDsn:
                _envelopeId = value.Length is > 0 and <= 100 ? XText.Decode(value) : null;
                return _envelopeId is null ? BadParameter : null;
            default:
                return Unknown(name);
        }
    }

    private static SmtpReply Unknown(string name) => new(555, $"5.5.4 Parameter not recognised: {new string([.. name.Where(char.IsAsciiLetterOrDigit).Take(20)])}");

    private static DsnNotify? ReadNotify(string value)
    {
        if (value.Equals("NEVER", StringComparison.OrdinalIgnoreCase))
            return DsnNotify.Never;
        var notify = DsnNotify.Never;
        foreach (var word in value.ToUpperInvariant().Split(','))
        {
            switch (word)
            {
                case "SUCCESS": notify |= DsnNotify.Success; break;
                case "FAILURE": notify |= DsnNotify.Failure; break;
                case "DELAY": notify |= DsnNotify.Delay; break;
                default: return null;
            }
        }

        return notify;
    }

    private static string? ReadOriginalRecipient(string value)
    {
        var semicolon = value.IndexOf(';');
        if (semicolon < 1 || value.Length > 500)
            return null;
        var (type, address) = (value[..semicolon], value[(semicolon + 1)..]);
        var decoded = type.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? XText.DecodeUtf8Address(address) : XText.Decode(address);
        return decoded is null ? null : $"{type};{decoded}";
    }

    /// <summary>Reads <c>FROM:&lt;path&gt; NAME=value …</c>; a source route is dropped, as RFC 5321 §4.1.1.3 allows.</summary>
    private static bool TryReadPath(string rest, string keyword, out string address, out List<(string Name, string Value)> parameters)
    {
        (address, parameters) = ("", []);
        if (!rest.StartsWith(keyword, StringComparison.OrdinalIgnoreCase))
            return false;
        rest = rest[keyword.Length..].TrimStart();
        var end = EndOfPath(rest);
        if (end < 0 || (end + 1 < rest.Length && rest[end + 1] != ' '))
            return false;
        address = rest[1..end];
        if (address.StartsWith('@') && address.IndexOf(':') is > 0 and var colon)
            address = address[(colon + 1)..];
        foreach (var word in rest[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=');
            parameters.Add(equals < 0 ? (word.ToUpperInvariant(), "") : (word[..equals].ToUpperInvariant(), word[(equals + 1)..]));
        }

        return address.Length <= 320 && !address.Any(char.IsControl);
    }

    /// <summary>The closing angle bracket: one within a quoted local part does not count.</summary>
    private static int EndOfPath(string text)
    {
        if (!text.StartsWith('<'))
            return -1;
        var quoted = false;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && quoted)
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '>' && !quoted)
                return i;
        }

        return -1;
    }
}
