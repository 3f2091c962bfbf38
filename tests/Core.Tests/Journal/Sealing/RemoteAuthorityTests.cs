using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Vaguemestre.Core.Journal.Sealing;

namespace Vaguemestre.Core.Tests.Journal.Sealing;

public sealed class RemoteAuthorityTests
{
    /// <summary>Attestations would otherwise wait for it one after the other.</summary>
    [Fact]
    public async Task One_that_does_not_answer_in_time_is_left_alone_for_a_minute()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        using var authority = new RemoteAuthority(new TimestampingSettings { Url = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/" }, clock, TimeSpan.FromMilliseconds(200));
        Task AskAsync() => authority.StampAsync(new byte[32], default);

        (await Should.ThrowAsync<TimestampingException>(AskAsync)).Message.ShouldStartWith("L'autorité d'horodatage ne répond pas");
        (await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).Dispose();

        (await Should.ThrowAsync<TimestampingException>(AskAsync)).Message.ShouldContain("n'est pas redemandée aussitôt");
        silent.Pending().ShouldBeFalse();

        clock.Advance(TimeSpan.FromMinutes(1));
        (await Should.ThrowAsync<TimestampingException>(AskAsync)).Message.ShouldStartWith("L'autorité d'horodatage ne répond pas");
    }
}
