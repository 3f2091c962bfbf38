using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>
/// What the page of a letter carries for its script to give back when a person presses the button: sealed by the server, for one
/// link, good for a day. It proves that the page was shown and that its script saw a gesture which the browser itself vouches
/// for (<c>isTrusted</c>), not whose gesture it was: a program that drives a whole browser by its input devices passes.
/// </summary>
public sealed class OpeningSeal(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>In place of the seal, where the page's script ran and saw no gesture: the box that it saw nobody tick declares nothing either.</summary>
    public const string NoGesture = "none";

    /// <summary>No person reads and presses sooner. The script (<c>opening.ts</c>) waits longer than this before it sends a press.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(300);

    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private const int HashLength = SHA256.HashSizeInBytes;

    private readonly IDataProtector _protector = protection.CreateProtector("Vaguemestre.Reception.OpeningSeal");

    public string Issue(string token)
    {
        var bytes = new byte[HashLength + sizeof(long)];
        LinkToken.HashOf(token)!.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(HashLength), clock.GetUtcNow().UtcTicks);
        return Convert.ToBase64String(_protector.Protect(bytes));
    }

    /// <summary>How the act is shown to be deliberate; null where it is not, and the box is asked for.</summary>
    /// <param name="token">Of the link that is followed.</param>
    /// <param name="gesture">What the form's hidden field came with.</param>
    /// <param name="declared">Whether the box came ticked.</param>
    public ReceiptProof? ProofOf(string token, string? gesture, bool declared) =>
        IsGesture(token, gesture) ? ReceiptProof.Gesture
            : declared && gesture != NoGesture ? ReceiptProof.Declaration
            : null;

    private bool IsGesture(string token, string? gesture)
    {
        try
        {
            if (gesture is not { Length: > 0 and < 1024 } || LinkToken.HashOf(token) is not { } hash)
                return false;
            var bytes = _protector.Unprotect(Convert.FromBase64String(gesture)).AsSpan();
            if (!bytes[..HashLength].SequenceEqual(hash))
                return false;
            var age = clock.GetUtcNow().UtcTicks - BinaryPrimitives.ReadInt64BigEndian(bytes[HashLength..]);
            return age >= Soonest.Ticks && age <= Longest.Ticks;
        }
        catch (Exception forged) when (forged is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
