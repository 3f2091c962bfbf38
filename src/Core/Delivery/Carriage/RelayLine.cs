using System.Threading.Channels;
using Vaguemestre.Mail;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Core.Delivery.Carriage;

/// <summary>One line to the relay: a session opened when first needed, kept open between mails. Not for two callers at once.</summary>
public sealed class RelayLine(Settings settings) : IAsyncDisposable
{
    private static readonly TimeSpan KeptOpen = TimeSpan.FromSeconds(3);

    /// <summary>As long as RFC 5321 §4.5.3.2.6 asks for: a letter's lease is renewed while its answer is awaited, a notice's is not.</summary>
    private static readonly TimeSpan ToTakeALetter = TimeSpan.FromMinutes(10);

    private RelaySession? session;

    public async Task<RelayAnswer> SendAsync(Envelope envelope, OutgoingMail mail, CancellationToken cancel)
    {
        try
        {
            session ??= await RelaySession.OpenAsync(OptionsOf(settings.Smtp), cancel);
            return await session.SendAsync(envelope, mail, cancel);
        }
        catch (RelayUnavailableException unavailable)
        {
            return unavailable.Answer;
        }
    }

    /// <summary>Sends one after the other, each answer told as it comes. See <see cref="RelaySession.SendManyAsync"/>.</summary>
    public async Task SendManyAsync(IReadOnlyList<Parcel> parcels, Action<int, RelayAnswer> answered, Action<int> ends, CancellationToken cancel)
    {
        try
        {
            session ??= await RelaySession.OpenAsync(OptionsOf(settings.Smtp) with { ContentTimeout = ToTakeALetter }, cancel);
        }
        catch (RelayUnavailableException unavailable)
        {
            for (var i = 0; i < parcels.Count; i++)
                answered(i, unavailable.Answer);
            return;
        }

        await session.SendManyAsync(parcels, answered, ends, cancel);
    }

    /// <summary>Waits for the next load; a session that has nothing to do for a while is ended, the next mail opens one.</summary>
    /// <returns>Whether there is a load to come.</returns>
    internal async Task<bool> IdleAsync<T>(ChannelReader<T> loads)
    {
        var next = loads.WaitToReadAsync().AsTask();
        if (session is not null && await Task.WhenAny(next, Task.Delay(KeptOpen)) != next)
            await DisposeAsync();
        return await next;
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not { } ended)
            return;
        session = null; // first: whatever its farewell meets, the next mail opens a new one
        await ended.DisposeAsync();
    }

    internal static RelayOptions OptionsOf(SmtpSettings smtp) => new()
    {
        Host = smtp.Host,
        Port = smtp.Port,
        Security = smtp.Security,
        UserName = smtp.UserName,
        Password = smtp.Password,
        Timeout = TimeSpan.FromMinutes(1),
    };
}
