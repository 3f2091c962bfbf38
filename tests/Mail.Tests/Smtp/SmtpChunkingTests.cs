using System.Collections.Concurrent;
using System.Text;
using Vaguemestre.Mail.Smtp;

namespace Vaguemestre.Mail.Tests.Smtp;

/// <summary>BDAT (RFC 3030) towards the listener.</summary>
public sealed class SmtpChunkingTests : IAsyncDisposable
{
    private const string Begin = "EHLO c.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<x@ville.test>\r\n";
    private readonly ConcurrentQueue<ReceivedMail> _received = new();
    private readonly SmtpListener _listener;

    public SmtpChunkingTests() => _listener = SmtpListener.Start(
        new SmtpListenerOptions { AcceptRecipient = address => address.EndsWith("@ville.test"), MaxMessageBytes = 1_000 },
        (mail, _) =>
        {
            _received.Enqueue(mail);
            return Task.FromResult(new SmtpReply(250, "2.0.0 Taken"));
        });

    private string[] Contents => [.. _received.Select(mail => Encoding.Latin1.GetString(mail.Data.Span))];

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public async Task Chunks_make_one_message_and_their_bytes_are_never_commands(int pieces)
    {
        (await HearAsync(Begin + "BDAT 9\r\nun\r\n.\r\n\r\nBDAT 6\r\nRSET\r\nBDAT 0 LAST\r\nNOOP\r\n", 8, pieces))
            .ShouldBe(["220", "250", "250", "250", "250", "250", "250", "250"]);
        Contents.ShouldBe(["un\r\n.\r\n\r\nRSET\r\n"]);
    }

    [Theory]
    [InlineData("BDAT 6 LAST\r\nRSET\r\n", new[] { "503" })]
    [InlineData("EHLO c.test\r\nMAIL FROM:<a@b.test>\r\nBDAT 6 LAST\r\nRSET\r\n", new[] { "250", "250", "554" })]
    public async Task A_chunk_out_of_place_is_refused_and_thrown_away(string talk, string[] codes)
    {
        (await HearAsync(talk + "QUIT\r\n", codes.Length + 2)).ShouldBe(["220", .. codes, "221"]);
        _received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_in_chunks_takes_neither_recipients_nor_DATA_any_more()
    {
        (await HearAsync(Begin + "BDAT 1\r\nxRCPT TO:<y@ville.test>\r\nDATA\r\nBDAT 1 LAST\r\nyNOOP\r\n", 9))
            .ShouldBe(["220", "250", "250", "250", "250", "503", "503", "250", "250"]);
        _received.Single().Recipients.Count.ShouldBe(1);
        Contents.ShouldBe(["xy"]);
    }

    [Fact]
    public async Task Chunks_too_big_together_are_refused_and_the_next_message_is_taken()
    {
        var big = new string('x', 600);
        (await HearAsync(Begin + $"BDAT 600\r\n{big}BDAT 600\r\n{big}BDAT 1 LAST\r\nx" + Begin + "BDAT 2 LAST\r\nokQUIT\r\n", 12))
            .ShouldBe(["220", "250", "250", "250", "250", "552", "503", "250", "250", "250", "250", "221"]);
        Contents.ShouldBe(["ok"]);
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT -1")]
    [InlineData("BDAT 1 FIRST")]
    [InlineData("BDAT 99999999999999999999")]
    public async Task A_chunk_without_a_size_ends_the_connection(string command) =>
        (await HearAsync(Begin + command + "\r\nMAIL FROM:<a@b.test>\r\n", 6)).ShouldBe(["220", "250", "250", "250", "501", "clo"]);

    [Fact]
    public async Task Nobody_is_listened_to_for_ever()
    {
        using var talk = await SmtpTalk.OpenAsync(_listener.Port);
        await talk.SendAsync(Begin + "BDAT 9000000000000000000\r\n");
        await talk.ReadAsync(4);
        var end = talk.ReadAsync();
        var block = new string('x', 1024 * 1024);
        for (var sent = 0; sent < 200 && !end.IsCompleted; sent++)
        {
            try
            {
                await talk.SendAsync(block);
            }
            catch (IOException)
            {
                break;
            }
        }

        await Task.WhenAny(end).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        _received.ShouldBeEmpty();
    }

    private async Task<string[]> HearAsync(string text, int replies, int pieces = int.MaxValue)
    {
        using var talk = await SmtpTalk.OpenAsync(_listener.Port);
        await talk.SendAsync(text, pieces);
        return [.. (await talk.ReadAsync(replies)).Select(reply => reply[..3])];
    }
}
