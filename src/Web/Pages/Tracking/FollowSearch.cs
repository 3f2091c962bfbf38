using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Components;
using CoreWords = Vaguemestre.Core.Data.Words;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>What the follow-up of a consultation is narrowed to, as its address says it, in the order of its form.</summary>
public abstract class FollowSearch(TimeProvider clock) : PageModel
{
    private static readonly DateOnly Earliest = new(1900, 1, 1), Latest = new(9000, 1, 1);

    public static IReadOnlyList<Option> Types { get; } = [.. LetterTemplate.All.Select(t => new Option(CoreWords.Of(t.Type), t.Title))];

    public static IReadOnlyList<Option> Modes { get; } = [.. Enum.GetValues<DeliveryMode>().Select(m => new Option(CoreWords.Of(m), Glossary.Of(m)))];

    public Consultation Consultation { get; protected set; } = null!;

    [BindProperty(SupportsGet = true), Display(Name = "Rechercher")]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Statut")]
    public string? Status { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Type de courrier")]
    public string? Type { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Mode d’envoi")]
    public string? Mode { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Destinataire")]
    public string? Recipient { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Entreprise")]
    public string? Company { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Lot")]
    public string? Lot { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Expéditeur")]
    public string? Sender { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé à partir du")]
    public DateOnly? SentFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Envoyé jusqu’au")]
    public DateOnly? SentTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Lu à partir du")]
    public DateOnly? ReadFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Lu jusqu’au")]
    public DateOnly? ReadTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse reçue à partir du")]
    public DateOnly? RepliedFrom { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse reçue jusqu’au")]
    public DateOnly? RepliedTo { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse attendue")]
    public bool ReplyExpected { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Réponse attendue en retard")]
    public bool Late { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Favoris")]
    public bool Favourite { get; set; }

    [BindProperty(SupportsGet = true), Display(Name = "Avec pièces jointes")]
    public bool WithAttachments { get; set; }

    /// <summary>Only this letter.</summary>
    [BindProperty(SupportsGet = true), Display(Name = "Courrier")]
    public Guid? Letter { get; set; }

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The status that the list is narrowed to.</summary>
    public Status? Only => CoreWords.Parse<Status>(Status);

    /// <summary>The lots that the list can be narrowed to.</summary>
    public IReadOnlyList<Option> Lots => [.. Consultation.Lots.Select(l => new Option(l.Number, $"Lot {l.Number} – {l.Title}"))];

    /// <summary>Days that follow each other the wrong way are told at the second.</summary>
    protected void CheckDays()
    {
        foreach (var (field, from, to, act) in new[] { (nameof(SentTo), SentFrom, SentTo, "d’envoi"), (nameof(ReadTo), ReadFrom, ReadTo, "de lecture"), (nameof(RepliedTo), RepliedFrom, RepliedTo, "de réponse") })
        {
            if (to < from)
                ModelState.AddModelError(field, $"Le dernier jour {act} précède le premier. Corrigez l’une des deux dates.");
        }
    }

    protected ConversationFilter Filter() => new()
    {
        Reference = Consultation.Reference,
        LetterId = Letter,
        Text = Q,
        Status = Only,
        Type = CoreWords.Parse<LetterType>(Type),
        Mode = CoreWords.Parse<DeliveryMode>(Mode),
        Recipient = Recipient,
        Company = Company,
        Lot = string.IsNullOrEmpty(Lot) ? null : Lot,
        Sender = Sender,
        SentFrom = From(SentFrom),
        SentTo = To(SentTo),
        ReadFrom = From(ReadFrom),
        ReadTo = To(ReadTo),
        RepliedFrom = From(RepliedFrom),
        RepliedTo = To(RepliedTo),
        ReplyExpected = ReplyExpected ? true : null,
        Late = Late ? true : null,
        LateAt = Now,
        Favourite = Favourite ? true : null,
        WithAttachments = WithAttachments ? true : null,
    };

    private static DateTimeOffset? From(DateOnly? day) => day is { } first ? Morning(Bounded(first)) : null;

    private static DateTimeOffset? To(DateOnly? day) => day is { } last ? Morning(Bounded(last).AddDays(1)) : null;

    private static DateOnly Bounded(DateOnly day) => day < Earliest ? Earliest : day > Latest ? Latest : day;

    private static DateTimeOffset Morning(DateOnly day) => ParisTime.From(day.ToDateTime(TimeOnly.MinValue));
}
