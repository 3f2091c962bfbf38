using System.ComponentModel.DataAnnotations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Templates;

namespace Vaguemestre.Web.Pages.Administration;

/// <summary>What the page of a template posts, to look at it or to keep it.</summary>
public sealed class TemplateForm
{
    /// <summary>The number that stood when the form was made.</summary>
    public int Number { get; set; }

    [Display(Name = "Mode d’envoi")]
    public DeliveryMode Mode { get; set; }

    [Display(Name = "Une réponse est attendue sur la plateforme")]
    public bool ReplyExpected { get; set; }

    [Display(Name = "Objet")]
    public string? Subject { get; set; }

    [Display(Name = "Texte du modèle")]
    public string? Body { get; set; }

    public TemplateContent Content => new(Mode, ReplyExpected, Subject ?? "", Body ?? "");

    public static TemplateForm Of(StandingTemplate standing) => new()
    {
        Number = standing.Number,
        Mode = standing.Template.Mode,
        ReplyExpected = standing.Template.ReplyExpected,
        Subject = standing.Template.Subject,
        Body = standing.Template.Body,
    };

    /// <summary>Where the page shows what Core says of a field; empty for what belongs to none.</summary>
    public static string FieldOf(string field) => field switch
    {
        "subject" => "Form.Subject",
        "bodyHtml" => "Form.Body",
        _ => "",
    };
}

/// <summary>What the pages of templates say of one.</summary>
public static class TemplateView
{
    public const string BodyHint =
        "Chaque paragraphe entre <p> et </p>. Sont gardés\u00a0: <p>, <br>, <strong>, <em>, <u>, <s>, <ul>, <ol>, <li>, <span class=\"c-red\">. Mettez entre crochets ce que l’agent devra compléter.";

    /// <summary>« modèle de l’organisation, version 3 », « modèle par défaut ».</summary>
    public static string Origin(StandingTemplate standing) => standing.Version is { } version ? Origin(version) : "modèle par défaut";

    public static string Origin(TemplateVersion version) =>
        version.IsDefault ? $"modèle par défaut rétabli, version {version.Number}" : $"modèle de l’organisation, version {version.Number}";
}
