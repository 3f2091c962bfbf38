using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Web.Pages.Letters;

/// <summary>What the write page posts, whichever of its buttons is pressed. Recipients and files that are in already stay with the draft.</summary>
public sealed class WriteForm
{
    /// <summary>What of the draft was shown: see <see cref="DraftShown"/>.</summary>
    public string? Shown { get; set; }

    [Display(Name = "Type de courrier")]
    public LetterType? Type { get; set; }

    /// <summary>The type that the form was shown with: whether the writer chose another.</summary>
    public LetterType? TypeShown { get; set; }

    [Display(Name = "Mode d’envoi")]
    public DeliveryMode Mode { get; set; }

    [Display(Name = "Une réponse est attendue sur la plateforme")]
    public bool ReplyExpected { get; set; }

    /// <summary>In the time of Paris.</summary>
    [Display(Name = "Date limite de réponse")]
    public DateTime? ReplyDue { get; set; }

    [Display(Name = "Ajouter des destinataires")]
    public string? Typed { get; set; }

    [Display(Name = "Objet")]
    public string? Subject { get; set; }

    [Display(Name = "Texte du courrier")]
    public string? Body { get; set; }

    /// <summary>In the time of Paris; only for a sending at a set hour.</summary>
    [Display(Name = "Jour et heure d’envoi")]
    public DateTime? SendAt { get; set; }

    /// <summary>The editor's text; a browser without script posts <see cref="Body"/> instead.</summary>
    public string? BodyHtml { get; set; }

    /// <summary>Fingerprint of the text that the text area was shown with: whether somebody wrote there.</summary>
    public string? TextShown { get; set; }

    [Display(Name = "Ajouter des fichiers")]
    public List<IFormFile> Files { get; set; } = [];

    /// <param name="letter">The draft as it is.</param>
    /// <param name="sendAt">What was typed of when it is to be sent, which is no part of the draft.</param>
    public static WriteForm Of(Letter letter, DateTime? sendAt = null) => new()
    {
        Shown = DraftShown.Of(letter).ToString(),
        Type = letter.Type,
        TypeShown = letter.Type,
        Mode = letter.Mode,
        ReplyExpected = letter.ReplyExpected,
        ReplyDue = InForm(letter.ReplyDue),
        Subject = letter.Subject,
        Body = Core.Letters.Bodies.BodyHtml.ToText(letter.Body),
        BodyHtml = letter.Body,
        TextShown = Print(Core.Letters.Bodies.BodyHtml.ToText(letter.Body)),
        SendAt = sendAt,
    };

    /// <summary>
    /// What this form changes of the draft it was made of. The text area shows a body without its formatting: only when its
    /// words were changed do they replace the body, so that formatting is not lost by saving.
    /// </summary>
    /// <param name="letter">The draft as it is now.</param>
    /// <param name="recipients">Null leaves them.</param>
    /// <param name="theirs">The field whose content is to be what somebody else wrote.</param>
    public DraftInput ChangesTo(Letter letter, IReadOnlyList<RecipientInput>? recipients, DraftField? theirs = null) => Without(theirs, new()
    {
        Mode = Mode,
        ReplyExpected = ReplyExpected,
        ReplyDue = ReplyDue is { } due && due != InForm(letter.ReplyDue) ? ParisTime.From(due) : null,
        ClearReplyDue = ReplyDue is null,
        Subject = Subject ?? "",
        BodyHtml = BodyHtml ?? (Print(Body) == TextShown ? null : Core.Letters.Bodies.BodyHtml.FromText(Body ?? "")),
        Recipients = recipients,
    });

    private static DraftInput Without(DraftField? field, DraftInput input) => field switch
    {
        DraftField.Options => input with { Mode = null, ReplyExpected = null, ReplyDue = null, ClearReplyDue = false },
        DraftField.Subject => input with { Subject = null },
        DraftField.Body => input with { BodyHtml = null },
        _ => input,
    };

    /// <summary>Where the page shows what Core says of a field; empty for what belongs to none.</summary>
    public static string FieldOf(string field) => field switch
    {
        "subject" => "Form.Subject",
        "bodyHtml" => "Form.Body",
        "replyDue" => "Form.ReplyDue",
        "file" or "attachments" => "Form.Files",
        "mode" => "Form.Mode",
        "sendAt" => "Form.SendAt",
        _ when field.StartsWith("recipients", StringComparison.Ordinal) => "Form.Typed",
        _ => "",
    };

    /// <summary>The field of a draft that a field of Core's belongs to.</summary>
    public static DraftField DraftFieldOf(string field) => field switch
    {
        "subject" => DraftField.Subject,
        "bodyHtml" => DraftField.Body,
        _ => DraftField.Options,
    };

    private static string Print(string? text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes((text ?? "").ReplaceLineEndings("\n"))).AsSpan(0, 8));

    /// <summary>To the minute, as the control shows it.</summary>
    private static DateTime? InForm(DateTimeOffset? instant)
    {
        if (instant is not { } at)
            return null;
        var there = ParisTime.Of(at).DateTime;
        return there.AddTicks(-(there.Ticks % TimeSpan.TicksPerMinute));
    }
}

/// <summary>Which button of the write page was pressed; each posts the whole form.</summary>
public sealed class WriteAct
{
    /// <summary><c>save</c>, <c>add</c> (what was typed), <c>template</c>, <c>preview</c>, <c>recipients</c> (their list), <c>send</c>, <c>schedule</c> or <c>delete</c>.</summary>
    public string? Act { get; set; }

    /// <summary>A contact of a register.</summary>
    public Guid? Add { get; set; }

    /// <summary>A register, by its word: all its contacts.</summary>
    public string? AddRegister { get; set; }

    /// <summary>An address, or <see cref="Everyone"/>.</summary>
    public string? Remove { get; set; }

    /// <summary>An address with a likely typo, to become the one that was meant.</summary>
    public string? Correct { get; set; }

    public Guid? RemoveFile { get; set; }

    /// <summary>One place up.</summary>
    public Guid? RaiseFile { get; set; }

    /// <summary>One place down.</summary>
    public Guid? LowerFile { get; set; }

    /// <summary>Take this type and its template, over words that were written.</summary>
    public LetterType? ReplaceText { get; set; }

    /// <summary>Take this type and leave everything else.</summary>
    public LetterType? KeepText { get; set; }

    /// <summary>Where two wrote at one place: what the other wrote is to stand.</summary>
    public DraftField? Theirs { get; set; }

    public const string Everyone = "*";

    /// <summary>Somebody was picked or removed beside the field: what stands in the field waits, as it was typed.</summary>
    public bool LeavesTyped => Add is not null || AddRegister is not null || Remove is not null || Correct is not null || RemoveFile is not null;

    /// <summary>Adds what was typed: what is no address stays in the field with its reason, the rest is in.</summary>
    public bool AddsTyped => Act == "add";

    /// <summary>Where on the page the button stands, for a browser without script.</summary>
    public string Place => KeepText is not null ? "" : (RemoveFile ?? RaiseFile ?? LowerFile) is not null ? "#attachments" : "#recipients";
}
