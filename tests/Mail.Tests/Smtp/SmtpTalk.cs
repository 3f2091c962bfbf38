using System.Net.Sockets;
using System.Text;

namespace Vaguemestre.Mail.Tests.Smtp;

/// <summary>A client that says exactly what a test wants, in the pieces it wants.</summary>
internal sealed class SmtpTalk : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private StreamReader _reader = StreamReader.Null;

    public static async Task<SmtpTalk> OpenAsync(int port)
    {
        var talk = new SmtpTalk();
        await talk._client.ConnectAsync("127.0.0.1", port, talk._patience.Token);
        talk._reader = new StreamReader(talk._client.GetStream(), Encoding.UTF8);
        return talk;
    }

    public async Task SendAsync(string text, int pieces = int.MaxValue)
    {
        foreach (var piece in Encoding.Latin1.GetBytes(text).Chunk(pieces))
            await _client.GetStream().WriteAsync(piece, _patience.Token);
    }

    /// <summary>One whole reply, its lines separated by \n; null where the server has closed.</summary>
    public async Task<string?> ReadAsync()
    {
        var reply = new List<string>();
        while (await _reader.ReadLineAsync(_patience.Token) is { } line)
        {
            reply.Add(line);
            if (line.Length < 4 || line[3] == ' ')
                return string.Join('\n', reply);
        }

        return null;
    }

    public async Task<List<string>> ReadAsync(int replies)
    {
        var all = new List<string>();
        for (var i = 0; i < replies; i++)
            all.Add(await ReadAsync() ?? "closed");
        return all;
    }

    /// <summary>Says one thing and hears one reply.</summary>
    public async Task<string?> SayAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadAsync();
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
        _patience.Dispose();
    }
}
