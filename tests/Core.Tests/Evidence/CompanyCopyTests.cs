using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Evidence;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Evidence;

public sealed class CompanyCopyTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task The_company_keeps_its_receipt_and_reading_it_changes_nothing(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        var facts = await world.FactsOfAsync(conversation.Id);

        var copy = (await ReceiptAsync(world, conversation, "fr")).Value;

        copy.FileName.ShouldBe("accuse-de-reception-2026-T-014.pdf");
        var text = Exchanges.TextOf(copy.Pdf);
        foreach (var told in new[]
        {
            "Accusé de réception", "Ville de Montrevel-sur-Loire", "2026-T-014", "Demande de précisions sur votre offre", Exchanges.Company, Exchanges.Email,
            "lundi 2 mars 2026 à 10 h 27 min 00 s", "case de déclaration cochée", "pour Entreprise Dupont", "Il n’établit ni l’identité de la personne",
            "Ce n’est pas l’attestation des échanges", Convert.ToHexStringLower(facts.Single(f => f.Kind == FactKind.Opened).Hash),
        })
        {
            text.ShouldContain(told);
        }

        text.ShouldNotContain("recommandé");
        (await world.FactsOfAsync(conversation.Id)).Count.ShouldBe(facts.Count);
        Exchanges.TextOf((await ReceiptAsync(world, conversation, "en")).Value.Pdf).ShouldContain("Monday 2 March 2026 at 10:27:00");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task And_the_acknowledgement_of_its_reply_with_the_five_mentions(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var conversation = await Exchanges.RepliedAsync(world);
        var replied = (await world.FactsOfAsync(conversation.Id)).Single(f => f.Kind == FactKind.Replied);

        var copy = (await AcknowledgementAsync(world, conversation, replied.ConcernsId!.Value, "fr")).Value;

        copy.FileName.ShouldBe("accuse-de-reception-reponse-2026-T-014.pdf");
        var text = Exchanges.TextOf(copy.Pdf);
        foreach (var told in new[]
        {
            "Vaguemestre, messagerie sécurisée de Ville de Montrevel-sur-Loire", "Acheteur", "Réfection de la toiture du groupe scolaire Jules-Ferry", "Demande de précisions sur votre offre",
            "mercredi 4 mars 2026 à 12 h 27 min 41 s", "Mémoire technique complété.pdf", Convert.ToHexStringLower(replied.Hash), "Il n’établit ni l’identité",
        })
        {
            text.ShouldContain(told);
        }

        var body = await world.QueryAsync(db => db.Replies.Where(r => r.ConversationId == conversation.Id).Select(r => r.Body).SingleAsync());
        text.ShouldContain($"{System.Text.Encoding.UTF8.GetByteCount(body)} octets");
        Exchanges.TextOf((await AcknowledgementAsync(world, conversation, replied.ConcernsId!.Value, "en")).Value.Pdf).ShouldContain("Acknowledgement of a reply");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Neither_is_there_before_its_fact_or_for_another_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var replied = await Exchanges.RepliedAsync(world);
        var reply = (await world.FactsOfAsync(replied.Id)).Single(f => f.Kind == FactKind.Replied).ConcernsId!.Value;
        var unopened = await world.WriteToOneAsync(new DraftInput());

        (await ReceiptAsync(world, unopened, "fr")).Problem!.Code.ShouldBe("not-opened");
        (await AcknowledgementAsync(world, unopened, reply, "fr")).Problem!.Code.ShouldBe("link-not-found");
        (await world.RunAsync((CopyReceipt o) => o.RunAsync(new string('a', LinkToken.Length), "fr", default))).Problem!.Code.ShouldBe("link-not-found");
    }

    private static Task<Result<CompanyCopy>> ReceiptAsync(TestWorld world, Conversation conversation, string language) =>
        world.RunAsync((CopyReceipt o) => o.RunAsync(world.TokenOf(conversation), language, default));

    private static Task<Result<CompanyCopy>> AcknowledgementAsync(TestWorld world, Conversation conversation, Guid reply, string language) =>
        world.RunAsync((CopyAcknowledgement o) => o.RunAsync(world.TokenOf(conversation), reply, language, default));
}
