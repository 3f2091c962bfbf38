using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Pages.Letters;

namespace Vaguemestre.Web.Pages.Historique;

/// <summary>A message as its one form posts it.</summary>
public sealed class MessageForm
{
    [Display(Name = "Adresses des destinataires")]
    public string? To { get; set; }

    [Display(Name = "Objet")]
    public string? Subject { get; set; }

    [Display(Name = "Texte du message")]
    public string? Text { get; set; }

    [Display(Name = "Joindre des fichiers")]
    public List<IFormFile> Files { get; set; } = [];

    public static MessageForm Of(Letter message) => new()
    {
        To = string.Join("\n", message.Recipients.Select(r => TypedRecipients.Line(r.Email, r.Name, r.Company))),
        Subject = message.Subject,
        Text = BodyHtml.ToText(message.Body),
    };

    /// <summary>What the form says; what is missing, or is no address, is told and left out.</summary>
    internal DraftInput Read(ModelStateDictionary errors)
    {
        var (recipients, refused) = TypedRecipients.Read(To);
        foreach (var address in refused.Take(20))
            errors.AddModelError("Form.To", address.Reason);
        if (recipients.Count + refused.Count == 0)
            errors.AddModelError("Form.To", "Saisissez au moins une adresse.");
        if (string.IsNullOrWhiteSpace(Subject))
            errors.AddModelError("Form.Subject", "Saisissez l’objet du message.");
        if (string.IsNullOrWhiteSpace(Text))
            errors.AddModelError("Form.Text", "Saisissez le texte du message.");
        return new DraftInput { Subject = Subject ?? "", BodyHtml = BodyHtml.FromText(Text ?? ""), Recipients = recipients };
    }

    /// <summary>What is not written yet can wait; what was written and refused can not.</summary>
    internal void ForgiveMissing(ModelStateDictionary errors)
    {
        foreach (var (field, text) in new[] { ("Form.To", To), ("Form.Subject", Subject), ("Form.Text", Text) })
        {
            if (string.IsNullOrWhiteSpace(text))
                errors.Remove(field);
        }
    }

    public static string FieldOf(string field) => field switch
    {
        "subject" => "Form.Subject",
        "bodyHtml" => "Form.Text",
        "file" or "attachments" => "Form.Files",
        _ when field.StartsWith("recipients", StringComparison.Ordinal) => "Form.To",
        _ => "",
    };
}

/// <summary>The form as it is shown.</summary>
/// <param name="Message">What of it is kept already, for its files; null before anything is.</param>
public sealed record MessageFormView(Consultation Consultation, MessageForm Form, Letter? Message, Settings Settings)
{
    public EditionBar Bar => new(Consultation, Settings.Messaging.V2From);

    public string Action => Message is null ? Links.NewMessage(Consultation.Reference) : Links.EditMessage(Message.Id);

    public IReadOnlyList<LetterAttachment> Files => Message?.Attachments ?? [];

    public long Limit => Settings.Limits.TrackedAttachments;

    public long Used => Message?.AttachmentsSize ?? 0;
}
