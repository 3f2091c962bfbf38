using System.Text;
using MimeKit;

namespace Vaguemestre.Mail.Tests;

internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(1));

    public static OutgoingMail Mail(string to = "contact@batisseurs.test") => new()
    {
        From = new Mailbox("ne-pas-repondre@ville.test", "Ville d’Ambérieu — Marchés publics"),
        To = new Mailbox(to, "Société Éléphant"),
        Subject = "Demande de précision — marché n° 2026-42",
        Text = "Bonjour,\nvotre offre a été reçue.\n.\n..deux points\n",
        Html = "<p>Bonjour,</p>\n<p>votre offre a été reçue.</p>\n",
        MessageId = "0197.1@ville.test",
        Date = Noon,
    };

    public static Envelope Envelope(string to = "contact@batisseurs.test") => new("bounces+k3v7@ville.test", to, "0197-envelope");

    public static MailFile File(string name, byte[] content, string type = "application/pdf") =>
        new(name, type, _ => Task.FromResult<Stream>(new ForwardOnly(content)));

    public static async Task<byte[]> WriteAsync(OutgoingMail mail)
    {
        using var written = new MemoryStream();
        await mail.WriteAsync(written, TestContext.Current.CancellationToken);
        return written.ToArray();
    }

    public static MimeMessage Parse(ReadOnlyMemory<byte> raw) => MimeMessage.Load(new MemoryStream(raw.ToArray()), TestContext.Current.CancellationToken);

    public static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A folder of the shared corpora, or a skipped test.</summary>
    public static string Corpus(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "shared", "corpora", name);
            if (Directory.Exists(corpus))
                return corpus;
        }

        Assert.Skip($"The corpus « {name} » is not beside this checkout (../shared/corpora).");
        return "";
    }

    /// <summary>Content such as a decrypting storage gives: it cannot seek, and comes in small pieces.</summary>
    private sealed class ForwardOnly(byte[] content) : MemoryStream(content, writable: false)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer.Length > 1_000 ? buffer[..1_000] : buffer, cancellationToken);
    }
}
