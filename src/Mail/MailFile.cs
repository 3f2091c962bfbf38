namespace Vaguemestre.Mail;

/// <summary>A file joined to a mail. Its content is read when the mail is written, once a writing, and never held whole in memory.</summary>
/// <param name="Name">The name shown to the recipient, exactly; not a path.</param>
/// <param name="ContentType">A media type, such as <c>application/pdf</c>.</param>
/// <param name="Open">Opens the content at its beginning; the stream is disposed after reading. It need not seek.</param>
public sealed record MailFile(string Name, string ContentType, Func<CancellationToken, Task<Stream>> Open);

/// <summary>The content of a joined file could not be read: the mail that held it did not leave.</summary>
public sealed class MailFileException : Exception
{
    public MailFileException() { }

    public MailFileException(string message) : base(message) { }

    public MailFileException(string message, Exception innerException) : base(message, innerException) { }
}
