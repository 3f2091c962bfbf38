using Vaguemestre.Mail.Imap;

namespace Vaguemestre.Core.Delivery.Returned;

/// <summary>
/// Takes a message read from the mailbox of the bounce domain, through the same door as one that the listener took. Its envelope is
/// gone: the header fields tell to which return address it came. One that tells of none is kept for the operator.
/// </summary>
public sealed class ReceiveFromMailbox(ReceiveReport receive, Settings settings)
{
    private const int LongestAddress = 254, MostTokens = 20;

    /// <param name="raw">As it stands in the mailbox.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task RunAsync(byte[] raw, CancellationToken cancel)
    {
        foreach (var recipient in RecipientsOf(raw))
            await receive.RunAsync(recipient, raw, cancel);
    }

    private List<string> RecipientsOf(byte[] raw)
    {
        var told = DeliveredTo.Read(raw);
        foreach (var addresses in told)
        {
            var ours = addresses.Where(a => ReturnAddress.TokenIn(a, settings) is not null).Select(ReturnAddress.Folded).Distinct(StringComparer.Ordinal).Take(MostTokens).ToList();
            if (ours.Count > 0)
                return ours;
        }

        return [told.SelectMany(a => a).FirstOrDefault(a => a.Length <= LongestAddress) ?? ""];
    }
}
