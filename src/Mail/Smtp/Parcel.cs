namespace Vaguemestre.Mail.Smtp;

/// <summary>One mail and where it goes, checked: ready for <see cref="RelaySession.SendManyAsync"/>.</summary>
public sealed class Parcel
{
    /// <exception cref="ArgumentException">A field of the envelope is not acceptable; the message names it.</exception>
    public Parcel(Envelope envelope, EncodedMail mail) : this(envelope, (IMailContent)mail) { }

    internal Parcel(Envelope envelope, IMailContent content)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(content);
        (Path, Content) = (new EnvelopePath(envelope, content.NeedsSmtpUtf8), content);
    }

    /// <summary>How many bytes its content has; null where that is not known before it is written.</summary>
    public long? Bytes => Content.Length;

    internal EnvelopePath Path { get; }

    internal IMailContent Content { get; }
}
