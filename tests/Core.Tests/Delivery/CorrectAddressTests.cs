using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Reception;
using Vaguemestre.Core.Tests.Evidence;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Delivery;

public sealed class CorrectAddressTests
{
    private const string Right = "Accueil@alpha.test";

    [Theory, ClassData(typeof(Databases))]
    public async Task The_letter_goes_as_it_was_to_the_corrected_address_as_a_conversation_that_continues_the_first(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.WithOwnContentAsync(world);

        var next = (await CorrectAsync(world, first, Right)).Value;

        await world.EmptyOutboxAsync();
        relay.Taken[^1].Recipients.Select(r => r.Address).ShouldBe([Right]);
        var (before, after) = (Undelivered.Read(relay.Taken[0]), Undelivered.Read(relay.Taken[^1]));
        after.Subject.ShouldBe(before.Subject);
        after.TextBody!.Replace(world.TokenOf(next), world.TokenOf(first), StringComparison.Ordinal).Replace(Right, first.Email, StringComparison.Ordinal).ShouldBe(before.TextBody);
        (next.CorrectsId, next.LetterId, next.RecipientId, next.OwnSubject, next.OwnBody, next.Company).ShouldBe((first.Id, first.LetterId, first.RecipientId, first.OwnSubject, first.OwnBody, "Alpha"));

        var (was, isNow) = (await SubmittedAsync(world, first), await SubmittedAsync(world, next));
        isNow.ContentSha256.ShouldBe(was.ContentSha256);
        isNow.Attachments.ShouldBe(was.Attachments);
        (isNow.Recipient, isNow.Corrects, was.Corrects).ShouldBe((Right, new CorrectedSending(first.Id, first.Email), null));
        var told = (await world.FactsOfAsync(first.Id))[^1];
        (told.Kind, told.ActorId).ShouldBe((FactKind.Readdressed, world.Agent.Id));
        told.Content<CorrectedAddress>().ShouldBe(new CorrectedAddress(Right, next.Id));

        await world.ReportAsync((await world.SendingsOfAsync(next.Id)).ShouldHaveSingleItem(), TestReports.Delivered(Right));
        (await world.StatusOfAsync(next.Id)).ShouldBe(Status.Delivered);
        (await world.StatusOfAsync(first.Id)).ShouldBe(Status.Undelivered);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_plain_letter_goes_with_the_same_files_and_no_link(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.WithOwnContentAsync(world, DeliveryMode.Plain);

        var next = (await CorrectAsync(world, first, Right)).Value;

        next.LinkHash.ShouldBeNull();
        await world.EmptyOutboxAsync();
        var (before, after) = (Undelivered.Read(relay.Taken[0]), Undelivered.Read(relay.Taken[^1]));
        after.HtmlBody!.Replace(Right, first.Email, StringComparison.Ordinal).ShouldBe(before.HtmlBody);
        Undelivered.FilesOf(after).ShouldBe(Undelivered.FilesOf(before));
        Undelivered.FilesOf(after).Count.ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task After_a_renaming_mail_and_attestation_still_name_who_wrote_about_what(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.WithOwnContentAsync(world);
        await world.RenameAllAsync();

        var next = (await CorrectAsync(world, first, Right)).Value;

        await world.EmptyOutboxAsync();
        var mail = Undelivered.Read(relay.Taken[^1]);
        mail.From.ToString().ShouldStartWith("\"Ville de Montrevel-sur-Loire - Messagerie ");
        mail.TextBody!.ShouldContain("Réfection de la toiture");
        var (was, isNow) = (await SubmittedAsync(world, first), await SubmittedAsync(world, next));
        (isNow.Organisation, isNow.Title).ShouldBe((was.Organisation, was.Title));
        Exchanges.TextOf((await world.IssueAsync(next.Id)).Value.Pdf).ShouldNotContain("nouve");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_link_of_the_new_conversation_opens_it_and_not_the_first(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.OneAsync(world);
        var next = (await CorrectAsync(world, first, Right)).Value;

        await world.OpenAsync(next);

        (await world.StatusOfAsync(next.Id)).ShouldBe(Status.Read);
        (await world.StatusOfAsync(first.Id)).ShouldBe(Status.Undelivered);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_same_address_one_that_has_the_letter_and_one_that_is_none_are_refused(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var sent = await world.WriteToAsync(null, "contact@alpha.test", "b@beta.test");
        var first = await Undelivered.FailAsync(world, sent[0]);

        Told(await CorrectAsync(world, first, "Contact@ALPHA.test")).ShouldBe("C'est la même adresse : relancez le courrier.");
        Told(await CorrectAsync(world, first, "accueil@alpha")).ShouldStartWith("Le domaine après « @ »");
        Told(await CorrectAsync(world, first, null)).ShouldBe("Saisissez une adresse électronique.");
        (await CorrectAsync(world, first, "B@beta.test")).Problem!.Code.ShouldBe(CorrectAddress.AlreadyWritten);
        (await CorrectAsync(world, sent[1], Right)).Problem!.Code.ShouldBe(ResendConversation.NotUndelivered);
        (await CorrectAsync(world, first, Right)).Succeeded.ShouldBeTrue();
        (await CorrectAsync(world, first, Right)).Problem!.Code.ShouldBe(CorrectAddress.AlreadyWritten);
        (await world.QueryAsync(db => db.Conversations.CountAsync())).ShouldBe(3);

        static string Told(Result<Conversation> refused) => refused.Problem!.Errors.ShouldHaveSingleItem().Message;
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_that_came_to_the_wrong_person_goes_to_the_right_one(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var first = await world.WriteToOneAsync();
        (await CorrectAsync(world, first, Right)).Problem!.Code.ShouldBe(ResendConversation.NotUndelivered);
        (await DetailAsync(world, first.Id)).CanBeReaddressed.ShouldBeFalse();

        (await world.RunAsync((DeclareWrongRecipient o) => o.RunAsync(world.TokenOf(first), WrongRecipientReason.OtherPerson, ReceiptProof.Gesture, new Visitor("POST", "Firefox"), default))).Succeeded.ShouldBeTrue();

        (await DetailAsync(world, first.Id)).CanBeReaddressed.ShouldBeTrue();
        (await CorrectAsync(world, first, Right)).Value.CorrectsId.ShouldBe(first.Id);
        (await world.StatusOfAsync(first.Id)).ShouldBe(Status.Sending);
        (await world.KindsOfAsync(first.Id)).ShouldBe([FactKind.Submitted, FactKind.WrongRecipient, FactKind.Readdressed]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_conversation_is_corrected_to_ten_addresses_and_no_more(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.OneAsync(world);

        for (var i = 0; i < CorrectAddress.MostCorrections; i++)
            (await CorrectAsync(world, first, $"a{i}@alpha.test")).Succeeded.ShouldBeTrue();

        (await CorrectAsync(world, first, Right)).Problem!.Code.ShouldBe("too-many-corrections");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Those_who_correct_at_once_to_one_address_send_it_one_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var sent = await world.WriteToAsync(null, "contact@alpha.test", "contact@alfa.test");
        foreach (var conversation in sent)
            await Undelivered.FailAsync(world, conversation);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => CorrectAsync(world, sent[i % 2], Right))));

        results.Count(r => r.Succeeded).ShouldBe(1);
        results.Where(r => !r.Succeeded).ShouldAllBe(r => r.Problem!.Code == CorrectAddress.AlreadyWritten);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Another_organisations_conversation_does_not_exist(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.OneAsync(world);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");

        foreach (var id in new[] { first.Id, Guid.CreateVersion7() })
            (await world.RunAsync((CorrectAddress o) => o.RunAsync(Caller.Of(stranger), id, Right, default))).Problem!.Code.ShouldBe("conversation-not-found");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_corrected_address_is_offered_for_the_next_letters(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        await CorrectAsync(world, await Undelivered.WithOwnContentAsync(world), Right);

        (await world.QueryAsync(db => db.Contacts.Where(c => c.Register == Register.FreeEntries && c.Email == Right).Select(c => c.Company).SingleAsync())).ShouldBe("Alpha");
    }

    /// <summary>A letter to two stays a letter to two, whatever was sent again or elsewhere.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task A_corrected_address_and_a_resending_count_as_no_recipient_and_no_initial_sending(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var sent = await world.WriteToAsync(null, "contact@alpha.test", "b@beta.test");
        var first = await Undelivered.FailAsync(world, sent[0]);
        var next = (await CorrectAsync(world, first, Right)).Value;
        (await world.RunAsync((ResendConversation o) => o.RunAsync(world.Caller, first.Id, default))).Succeeded.ShouldBeTrue();

        var progress = (await world.RunAsync((ReadProgress o) => o.RunAsync(world.Caller, first.LetterId, default))).Value;
        (progress.Total, progress.Gone, progress.IsOver).ShouldBe((2, 2, true));
        var (from, to) = (await DetailAsync(world, first.Id), await DetailAsync(world, next.Id));
        (from.Recipients, to.Recipients).ShouldBe((2, 2));
        from.CorrectedBy.Select(c => (c.Id, c.Email)).ShouldBe([(next.Id, Right)]);
        (from.Corrects, from.Resent, to.Resent).ShouldBe((null, true, false));
        to.Corrects!.Id.ShouldBe(first.Id);
        to.CorrectedBy.ShouldBeEmpty();
        var copy = (await world.RunAsync((DuplicateLetter o) => o.RunAsync(world.Caller, first.LetterId, default))).Value;
        copy.Recipients.Select(r => r.Email).ShouldBe(["contact@alpha.test", "b@beta.test"]);

        var rows = (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { LetterId = first.LetterId }, null, 50, default))).Value.Items;
        rows.Select(r => (r.Email, r.Resent, r.Corrected, r.CorrectsId)).ShouldBe([("b@beta.test", false, false, null), ("contact@alpha.test", true, true, null), (Right, false, false, first.Id)], ignoreOrder: true);
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Corrected = false }, null, 50, default))).Value.Items.Count(r => r.Id is not null).ShouldBe(2);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Each_attestation_names_the_other_conversation(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await using var relay = TestRelay.Start(world);
        var first = await Undelivered.OneAsync(world);
        var next = (await CorrectAsync(world, first, Right)).Value;

        var continued = Text((await world.IssueAsync(next.Id)).Value);
        continued.ShouldContain($"a d’abord été envoyé à {first.Email}, puis par cet échange à {Right}".Replace(" ", "", StringComparison.Ordinal));
        continued.ShouldContain($"À la suite de l’envoi à {first.Email}, conversation".Replace(" ", "", StringComparison.Ordinal));
        continued.ShouldContain(first.Id.ToString());
        continued.ShouldNotContain("Nondélivré", Case.Sensitive, "that the first was not delivered is for its own facts to prove");
        var corrected = Text((await world.IssueAsync(first.Id)).Value);
        corrected.ShouldContain("àuneadressecorrigée");
        corrected.ShouldContain(next.Id.ToString());

        static string Text(Core.Evidence.Attestation attestation) => Exchanges.TextOf(attestation.Pdf).Replace(" ", "", StringComparison.Ordinal);
    }

    private static Task<Result<Conversation>> CorrectAsync(TestWorld world, Conversation first, string? email) =>
        world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, first.Id, email, default));

    private static async Task<SubmittedContent> SubmittedAsync(TestWorld world, Conversation conversation) =>
        (await world.FactsOfAsync(conversation.Id))[0].Content<SubmittedContent>();

    private static async Task<ConversationDetail> DetailAsync(TestWorld world, Guid id) =>
        (await world.RunAsync((ReadConversation o) => o.RunAsync(world.Caller, id, default))).Value;
}
