using System.Globalization;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Web.Components;

/// <summary>
/// The addresses of pages, built and read in one place. A consultation's reference may hold any character, so that it
/// goes into a path as one escaped segment (<c>2026/T/14</c> is <c>2026%2FT%2F14</c>) and comes out of it unescaped once.
/// </summary>
public static class Links
{
    public const string Dashboard = "/";

    /// <summary>« Réception »: what waits, over all consultations.</summary>
    public const string Inbox = "/reception";

    /// <summary>« Mes notifications ».</summary>
    public const string Notifications = "/mes-notifications";

    public const string Administration = "/administration";

    public const string Templates = Administration + "/modeles";

    public const string Carriage = Administration + "/acheminement";

    public const string ReceptionChoices = Administration + "/reception";

    public const string RetentionChoices = Administration + "/conservation";

    public static string Template(LetterType type) => $"{Templates}/{Core.Data.Words.Of(type)}";

    public static string TemplateVersion(LetterType type, int number) => string.Create(CultureInfo.InvariantCulture, $"{Template(type)}/versions/{number}");

    public static string Consultation(string reference) => "/consultations/" + Uri.EscapeDataString(reference);

    /// <summary>How long a consultation's letters are kept.</summary>
    public static string Retention(string reference) => Consultation(reference) + "/conservation";

    public static string NewLetter(string reference) => Consultation(reference) + "/courriers/nouveau";

    /// <summary>« Suivi des messages », narrowed to a status or not.</summary>
    public static string Follow(string reference, Status? status = null) =>
        Consultation(reference) + "/suivi" + (status is { } only ? "?status=" + Core.Data.Words.Of(only) : "");

    /// <summary>« Mes recherches »; with the consultation that they are asked in.</summary>
    public static string SavedSearches(string? reference = null) => "/mes-recherches" + (reference is null ? "" : "?reference=" + Uri.EscapeDataString(reference));

    public static string Letter(Guid id) => string.Create(CultureInfo.InvariantCulture, $"/courriers/{id}");

    /// <summary>The attestation of a letter; for one of its conversations alone, the other recipients being masked.</summary>
    public static string LetterAttestation(Guid id, Guid? onlyFor = null) => Letter(id) + "/attestation" + (onlyFor is { } one ? string.Create(CultureInfo.InvariantCulture, $"?pour={one}") : "");

    public static string ConsultationAttestation(string reference) => Consultation(reference) + "/attestation";

    /// <summary>A draft that is to be sent at a set hour.</summary>
    public static string Scheduled(Guid id) => Letter(id) + "/envoi-programme";

    /// <summary>The recipients of a draft, or with a register's word, whom it offers.</summary>
    public static string Recipients(Guid id, string? register = null) => Letter(id) + "/destinataires" + (register is null ? "" : "?registre=" + register);

    public static string LetterFile(Guid letterId, Guid attachmentId) => string.Create(CultureInfo.InvariantCulture, $"/courriers/{letterId}/fichiers/{attachmentId}");

    /// <summary>Where files of a draft go by tus.</summary>
    public static string Uploads(Guid letterId) => Letter(letterId) + "/televersements";

    /// <summary>The messages of the messagerie historique, in a consultation that is of the other edition by now.</summary>
    public static string Messages(string reference) => Consultation(reference) + "/messages";

    /// <summary>Writing a message of the messagerie historique.</summary>
    public static string NewMessage(string reference) => Consultation(reference) + "/messages/nouveau";

    /// <summary>A message of the messagerie historique that was sent.</summary>
    public static string Message(Guid letterId) => string.Create(CultureInfo.InvariantCulture, $"/messages/{letterId}");

    /// <summary>Reading a message again before it is sent.</summary>
    public static string SendMessage(Guid letterId) => Message(letterId) + "/envoi";

    /// <summary>Changing a message before it is sent.</summary>
    public static string EditMessage(Guid letterId) => Message(letterId) + "/modification";

    public static string MessageReply(Guid replyId) => string.Create(CultureInfo.InvariantCulture, $"/messages/reponses/{replyId}");

    public static string ImportedMessage(Guid id) => string.Create(CultureInfo.InvariantCulture, $"/messages/importes/{id}");

    public static string ImportedFile(Guid id, Guid fileId) => string.Create(CultureInfo.InvariantCulture, $"{ImportedMessage(id)}/fichiers/{fileId}");

    public static string Conversation(Guid id) => string.Create(CultureInfo.InvariantCulture, $"/conversations/{id}");

    /// <summary>Who takes care of a conversation, and whether it is done: posted to, never read.</summary>
    public static string Handling(Guid conversationId, string handler) => $"{Conversation(conversationId)}/prise-en-charge?handler={handler}";

    public static string ReplyFiles(Guid conversationId, Guid replyId) => string.Create(CultureInfo.InvariantCulture, $"/conversations/{conversationId}/reponses/{replyId}/fichiers.zip");

    public static string ReplyFile(Guid conversationId, Guid replyId, Guid attachmentId) =>
        string.Create(CultureInfo.InvariantCulture, $"/conversations/{conversationId}/reponses/{replyId}/fichiers/{attachmentId}");

    /// <summary>
    /// The route value <c>reference</c> as it was meant. Kestrel unescapes a path but leaves <c>%2F</c> in it, which makes the two
    /// readings of <c>a%2Fb</c> alike; the raw target tells them apart.
    /// </summary>
    public static string Reference(this HttpContext context)
    {
        var value = context.GetRouteValue("reference") as string ?? "";
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "";
        var segments = target.Split('?')[0].Split('/');
        var place = Array.IndexOf(segments, "consultations") + 1;
        var raw = place > 0 && place < segments.Length ? Uri.UnescapeDataString(segments[place]) : "";
        var read = value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return raw.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) == read ? raw : read;
    }
}
