using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail;

/// <summary>One recipient's mail out of a <see cref="MailMould"/>, as MIME without SMTP's dots: the recipient's own bytes, between those that are everybody's.</summary>
public sealed class EncodedMail : IMailContent
{
    private readonly MailMould _mould;
    private readonly byte[] _own;
    private readonly int[] _ends;

    /// <param name="mould">What is common.</param>
    /// <param name="own">The recipient's header fields, then the content of the slots in their order.</param>
    /// <param name="ends">Where, in <paramref name="own"/>, the fields and each slot end.</param>
    /// <param name="needsSmtpUtf8">The header is not ASCII.</param>
    internal EncodedMail(MailMould mould, byte[] own, int[] ends, bool needsSmtpUtf8) => (_mould, _own, _ends, NeedsSmtpUtf8) = (mould, own, ends, needsSmtpUtf8);

    /// <summary>Its bytes, exactly.</summary>
    public long Length => _mould.CommonLength + _own.Length;

    /// <summary>The header names a mailbox that ASCII cannot write (RFC 6532).</summary>
    public bool NeedsSmtpUtf8 { get; }

    long? IMailContent.Length => Length;

    /// <summary>Writes it whole.</summary>
    public async ValueTask WriteAsync(Stream destination, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await destination.WriteAsync(_own.AsMemory(0, _ends[0]), cancellation);
        var slot = 0;
        foreach (var piece in _mould.Pieces)
        {
            var bytes = piece.Slot is null ? piece.Bytes : _own.AsMemory(_ends[slot]..(_ends[++slot]));
            await destination.WriteAsync(bytes, cancellation);
        }
    }
}
