using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Bodies;
using Vaguemestre.Core.Letters.Templates;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Letters;

public sealed class LetterTemplateTests
{
    public static TheoryData<LetterType> Types() => [.. Enum.GetValues<LetterType>()];

    [Fact]
    public void There_are_nine() => LetterTemplate.All.Select(t => Words.Of(t.Type))
        .ShouldBe(["free", "invitation", "modification", "answer", "completion-request", "award", "notification", "rejection", "cancellation"]);

    [Theory, MemberData(nameof(Types))]
    public void A_default_is_a_template_without_fault_and_as_clean_as_a_body_must_be(LetterType type)
    {
        var given = TemplateContent.Of(LetterTemplate.For(type));
        TemplateContent.Check(given).Value.ShouldBe(given);
    }

    [Theory, MemberData(nameof(Types))]
    public async Task A_draft_begins_with_its_template_filled(LetterType type)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        await world.AddConsultationAsync("24/T <014>", c => c.Title = "Toiture & façade « Jules-Ferry »");

        var draft = await world.AddDraftAsync("24/T <014>", new DraftInput { Type = type });

        var template = LetterTemplate.For(type);
        draft.Type.ShouldBe(type);
        draft.Mode.ShouldBe(template.Mode);
        draft.ReplyExpected.ShouldBe(template.ReplyExpected);
        draft.Subject.ShouldContain("24/T <014>");
        BodyHtml.ToText(draft.Body).ShouldContain("Toiture & façade « Jules-Ferry »");
        BodyHtml.ToText(draft.Body).ShouldContain("Ville de Montrevel-sur-Loire");
        (draft.Subject + draft.Body).ShouldNotContain("{%");
        TemplateVariables.All.Where(v => !v.FilledAtSending).ShouldAllBe(v => !(draft.Subject + draft.Body).Contains(v.Placed), "what is known is filled in");
        draft.Body.ShouldContain("façade", customMessage: "é stays é");
    }

    /// <summary>What the code de la commande publique wants said, type by type.</summary>
    [Theory]
    [InlineData(LetterType.Rejection, "R. 2181-1", "R. 2181-3", "Motifs du rejet", "{{ recipient.paragraph }}", "[nom de l'attributaire]", "motifs du choix", "onze jours", "seize jours", "R. 2182-1", "susceptible d'être signé à compter du", "R. 2181-4", "R. 2181-2", "référé précontractuel", "L. 551-1", "référé contractuel", "L. 551-13", "n° 358994", "[tribunal administratif compétent")]
    [InlineData(LetterType.CompletionRequest, "R. 2144-2", "R. 2144-7", "R. 2152-2", "R. 2161-5", "[pièce ou information manquante", "au plus tard le {{ reply.due }}", "{{ recipient.paragraph }}")]
    [InlineData(LetterType.Notification, "R. 2182-4", "prend effet à la date à laquelle vous recevez", "[numéro du marché]", "acte d'engagement signé")]
    [InlineData(LetterType.Award, "ne vaut pas conclusion du marché", "R. 2143-6", "R. 2143-7", "R. 2144-7", "au plus tard le {{ reply.due }}", "onze jours", "seize jours", "R. 2182-1", "R. 2182-4")]
    [InlineData(LetterType.Modification, "R. 2151-4", "[nouvelle date et heure limites]", "R. 2151-6", "à toutes les entreprises identifiées")]
    [InlineData(LetterType.Answer, "R. 2132-6", "R. 2151-4", "dans les mêmes termes à toutes les entreprises", "sans mention de l'auteur")]
    [InlineData(LetterType.Invitation, "R. 2142-15", "R. 2144-8", "R. 2144-9", "Avis d'appel à la concurrence", "Date et heure limites de réception", "Adresse de dépôt", "Langue de l'offre", "Documents à fournir", "Critères d'attribution", "pondération")]
    [InlineData(LetterType.Cancellation, "R. 2185-1", "R. 2185-2", "sans suite", "Motifs de cette décision", "R. 421-1", "deux mois")]
    [InlineData(LetterType.Free, "Madame, Monsieur", "[texte du courrier]")]
    public void A_default_carries_the_mentions_of_the_law(LetterType type, params string[] mentions)
    {
        var text = BodyHtml.ToText(LetterTemplate.For(type).Body).Replace('\u00a0', ' ');
        mentions.ShouldAllBe(mention => text.Contains(mention));
    }

    [Theory, MemberData(nameof(Types))]
    public void Every_type_has_its_mentions_told(LetterType type) =>
        typeof(LetterTemplateTests).GetMethod(nameof(A_default_carries_the_mentions_of_the_law))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Cast<InlineDataAttribute>().Select(d => (LetterType)d.Data[0]!).ShouldContain(type);

    [Fact]
    public void What_only_the_sending_knows_stays_a_variable_and_the_rest_is_filled_in()
    {
        var template = LetterTemplate.For(LetterType.Free) with { Subject = "{{ consultation.title }} & {{ recipient.name }}", Body = "<p>{{ consultation.procedure }} {{ consultation.title | upcase }} {{ recipient.company }} {{ reply.due }} {{ today }} {% if agent.email == blank %}sans adresse{% endif %}</p>" };
        var consultation = new Consultation { Id = default, OrganisationId = default, Reference = "R", Title = "L'été <b>", InitialisedAt = default, Procedure = Procedure.Adapted, Phase = Phase.Offre };
        var (subject, body) = template.Fill(consultation, new Organisation { Id = default, Name = "Ville" }, new Caller(default, Actor.Platform, "Clé", null));
        subject.ShouldBe("L'été <b> & {{ recipient.name }}");
        body.ShouldBe("<p>Procédure adaptée L&#x27;ÉTÉ &lt;B&gt; {{ recipient.company }} {{ reply.due }} {{ today }} sans adresse</p>");
    }
}
