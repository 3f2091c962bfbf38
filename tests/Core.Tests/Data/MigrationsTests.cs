using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Data;

public sealed class MigrationsTests
{
    [Theory, ClassData(typeof(Databases))]
    public async Task The_model_has_no_pending_migration(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        (await world.QueryAsync(db => Task.FromResult(db.Database.HasPendingModelChanges()))).ShouldBeFalse("type eng/add-migration NAME");
        (await world.QueryAsync(db => db.Database.GetPendingMigrationsAsync())).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_journals_triggers_stand_after_migrating(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        (await world.QueryAsync(db => db.MissingTriggersAsync(default))).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_database_itself_refuses_to_change_or_erase_a_fact(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        string[] attempts = ["UPDATE facts SET sequence = 7", "DELETE FROM facts", "UPDATE fact_payloads SET json = '{}'", "DELETE FROM fact_payloads"];
        if (provider == DatabaseProvider.Postgresql)
            attempts = [.. attempts, "TRUNCATE facts CASCADE", "TRUNCATE fact_payloads"];
        foreach (var sql in attempts)
        {
            var refused = await Should.ThrowAsync<Exception>(() => world.QueryAsync(db => db.Database.ExecuteSqlRawAsync(sql.Replace("{", "{{").Replace("}", "}}"))), sql);
            refused.Message.ShouldContain("append-only", customMessage: sql);
        }

        (await world.QueryAsync(db => db.Facts.CountAsync())).ShouldBe(1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_sent_before_its_names_were_kept_gets_those_of_the_day_of_migrating(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = (await world.WriteToOneAsync()).LetterId;
        var draft = (await world.AddDraftAsync(Correspondence.Reference, null, "contact@beta.test")).Id;
        await world.QueryAsync(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("OutboxIndexes");
            await db.Database.MigrateAsync();
            return true;
        });
        var letters = await world.QueryAsync(db => db.Letters.AsNoTracking().ToDictionaryAsync(l => l.Id));
        var title = await world.QueryAsync(db => db.Consultations.Select(c => c.Title).SingleAsync());
        (letters[sent].OrganisationName, letters[sent].ConsultationTitle).ShouldBe((world.Organisation.Name, title));
        (letters[draft].OrganisationName, letters[draft].ConsultationTitle).ShouldBe((null, null));
        (await world.QueryAsync(db => db.MissingTriggersAsync(default))).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_was_sent_before_lists_were_sorted_gets_its_folded_texts(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        var input = new DraftInput { Subject = "« Été & Œuvre » pour {{ recipient.email }}, d’Ärger", BodyHtml = "<p>Avis.</p>", Recipients = [new("Contact@Beta.test", "Zoé d’Œuf", "Ærø Sàrl")] };
        var letter = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Correspondence.Reference, input, default))).Value;
        await world.SendAsync(letter.Id);
        var before = await KeysAsync();

        await world.QueryAsync(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("InboxAndNews");
            await db.Database.MigrateAsync();
            return true;
        });

        (await KeysAsync()).ShouldBe(before);

        Task<(string, string, string?, string)> KeysAsync() => world.QueryAsync(async db =>
        {
            // As the columns have them: an entity makes them anew.
            var keys = await db.Conversations.Select(c => new { c.RecipientText, c.RecipientKey, c.OwnSubjectKey, c.Letter!.SubjectKey }).SingleAsync();
            return (keys.RecipientText, keys.RecipientKey, keys.OwnSubjectKey, keys.SubjectKey);
        });
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_recipient_kept_at_full_length_is_cut_to_what_an_index_holds(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        // Three bytes each, and nothing in them that a database could make shorter.
        var company = string.Concat(new Random(1).GetItems(Enumerable.Range(0x4E00, 20_000).Select(c => (char)c).ToArray(), 500));
        var input = new DraftInput { Subject = "Avis", BodyHtml = "<p>Avis.</p>", Recipients = [new("contact@beta.test", company, company)] };
        await world.SendAsync((await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Correspondence.Reference, input, default))).Value.Id);

        var text = await world.QueryAsync(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("EditionOfConversations");
            await db.Database.ExecuteSqlAsync($"UPDATE conversations SET recipient_text = {$"contact@beta.test\n{company}\n{company}"}");
            await db.Database.MigrateAsync();
            return await db.Conversations.Select(c => c.RecipientText).SingleAsync();
        });

        var lines = text.Split('\n');
        lines.Length.ShouldBe(3);
        lines[0].ShouldBe("contact@beta.test");
        lines[2].Length.ShouldBeInRange(190, 254);
        company.ShouldStartWith(lines[2]);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_star_given_before_is_found_in_its_consultation(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var starred = (await world.WriteToOneAsync()).Id;
        _ = (await world.RunAsync((SetFavourite o) => o.RunAsync(world.Caller, starred, true, default))).Value;

        await world.QueryAsync(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("RecipientsInTheList");
            await db.Database.MigrateAsync();
            return true;
        });

        var filter = new ConversationFilter { Reference = Correspondence.Reference, Favourite = true };
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, null, 10, default))).Value.Items.ShouldHaveSingleItem().Id.ShouldBe(starred);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_message_of_the_messagerie_historique_stays_one_beside_a_letter(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Historique.Reference, Historique.Before);
        var message = (await world.SendMessageAsync("Avis", "a@alpha.test"))[0].Id;
        var letter = (await world.WriteToOneAsync()).Id;

        await world.QueryAsync(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("LotsAndEditions");
            await db.Database.MigrateAsync();
            return true;
        });

        (await world.QueryAsync(db => db.Conversations.Where(c => c.IsHistorique).Select(c => c.Id).ToListAsync())).ShouldBe([message]);
        (await world.QueryAsync(db => db.Conversations.CountAsync(c => c.Id == letter && !c.IsHistorique))).ShouldBe(1);
    }
}
