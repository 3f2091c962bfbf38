using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Search;
using Vaguemestre.TestKit;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking.Search;

/// <summary>One set of letters and questions for both databases: what is found is the same.</summary>
public sealed class SearchTests
{
    private const string Reference = "2026-T-014";

    /// <summary>What is typed, and the letters that it finds, by their first letter: see <see cref="WorldAsync"/>.</summary>
    private static readonly (string Typed, string Finds)[] Questions =
    [
        ("réparation", "AB"), ("reparations", "AB"), ("RÉPARATION", "AB"), ("répara", "AB"), ("réparations toit", "A"),
        ("cœur", "B"), ("COEUR", "B"), ("œuvre", "B"), ("oeuvres", "B"),
        ("l'attestation", "A"), ("l’assurance décennale", "A"), ("assurances", "A"), ("attestation de la toiture", "A"), ("\"d'assurance\"", "A"),
        ("\"groupe scolaire\"", "A"), ("« groupe scolaire »", "A"), ("\"scolaire groupe\"", ""), ("\"groupe scol", "A"), ("\"groupe scol\"", ""), ("\"réparations\"", "A"), ("\"réparation\"", "B"),
        ("\"groupe scolaire\" attestation", "A"), ("\"groupe scolaire\" juillet", ""), ("\"scolaire alpha\"", ""),
        ("alpha-toitures.test", "A"), ("contact@alpha-toitures.test", "A"), ("contact@alpha", "A"), ("beta.test", "B"), ("test.beta", ""), ("beta", "B"),
        ("gamma sa", "C"), ("Lévêque", "B"), ("noe leveque", "B"), ("leveque gamma", ""),
        ("mémoire technique", "C"), ("techniques mémoires", "C"), ("kbis", "C"), ("Kbis_Gamma.pdf", "C"), ("kbis gamma pdf", "C"),
        ("dce plan", "A"), ("plan_v2", "A"), ("engagement", "C"), ("acte engagement", "C"),
        ("2026-T-014", "B"), ("lot 2", "B"), ("lot 3", ""), ("t 014 2026", "B"),
        ("rejet", "D"), ("delta.test", "D"), ("Delta", "D"), ("brouillons", "D"),
        ("travail", "B"), ("travaux été", "B"), ("toiture juillet", ""), ("toiture gamma", ""), ("appel", "C"), ("appels-d'offres", "C"), ("sous-traitances", "C"),
        ("introuvable", ""), ("***", ""), ("?", ""), ("toiture *", "A"), ("toiture OR gamma", ""), ("toiture -groupe", "A"), ("(toiture) & !groupe", "A"),
        ("v", ""), ("2", "B"), ("  toiture  ", "A"), ("\ttoiture\n", "A"),
    ];

    private static readonly string[] Hostile =
    [
        "\"", "\"\"", "\"\"\"", "«", "'", "''", @"\", @"\'", "a\"b", "*", "toit*", "NEAR(a b)", "NEAR(toiture gamma, 5)", ":&|!", "a & | ! b", "<->", "toiture <-> gamma", "toiture:*", "toiture:A",
        "AND", "OR", "NOT", "toiture AND", "terms:toiture", "{terms}: toiture", "^toiture", "+toiture", "(((", ")", "~repa", "@abcdef", "#abcdef", ".abcdeftoiture", "_", "_ _",
        "'; DROP TABLE letters; --", "'::tsquery", "$$", "%", "{0}", "@p0", "\u202e\u0301", "\ufffd", "\uffff", "🧱 toiture", "ﷺ", "İı", "\u00a0", "\r\n", new string('a', 10_000), new string('"', 10_000),
        string.Join(' ', Enumerable.Range(0, 2_000).Select(i => $"mot{i}")), string.Concat(Enumerable.Repeat("é ", 5_000)), string.Concat(Enumerable.Repeat("a.", 5_000)), string.Concat(Enumerable.Repeat("\"a\" ", 2_500)),
    ];

    [Theory, ClassData(typeof(Databases))]
    public async Task What_is_typed_finds_the_letters_that_say_it(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        foreach (var reference in new[] { Reference, null })
        {
            foreach (var (typed, finds) in Questions)
                (await FoundAsync(world, typed, reference)).ShouldBe(finds, $"« {typed} » in {reference ?? "all"}");
        }

        (await FoundAsync(world, "toiture", "2026-T-015")).ShouldBe("");
    }

    /// <summary>A consultation of which thousands say it is read the other way round.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task Each_that_says_it_is_found_by_the_index(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        foreach (var (typed, _) in Questions)
        {
            if (SearchQuery.Of(typed, world.Caller.OrganisationId, Reference) is not { FindsNothing: false } query)
                continue;
            var found = await world.QueryAsync(db => db.ConversationsThatSay(query).Select(c => c.Id).Order().ToListAsync());
            (await world.QueryAsync(db => db.EachThatSays(query).Select(c => c.Id).Order().ToListAsync())).ShouldBe(found, typed);
            (await world.QueryAsync(db => db.ManyThatSay(query).Select(c => c.Id).Order().ToListAsync())).ShouldBe(found, typed);
        }
    }

    /// <summary>Thousands say it, and the latest few hundred do not: page after page, in their order, with a filter beside and without.</summary>
    [Theory, ClassData(typeof(Databases))]
    public async Task What_thousands_say_is_listed_whole(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        async Task<Letter> SendAsync(string subject, int recipients)
        {
            var letter = await world.AddDraftAsync(Reference, new DraftInput { Type = LetterType.Free, Subject = subject, BodyHtml = "<p>Bonjour.</p>" }, [.. Enumerable.Range(0, recipients).Select(i => $"contact-{i}@alpha.test")]);
            world.Clock.Advance(TimeSpan.FromMinutes(1));
            await world.SendAsync(letter.Id);
            return letter;
        }

        var toiture = await SendAsync("Toiture", 2_100);
        var voirie = await SendAsync("Voirie", 300);
        await world.OpenAsync((await world.QueryAsync(db => db.Conversations.Where(c => c.LetterId == toiture.Id).OrderBy(c => c.Id).Skip(1_000).FirstAsync())));
        await world.IndexAsync();

        foreach (var filter in new[] { new ConversationFilter { Reference = Reference, LetterId = toiture.Id }, new ConversationFilter { Reference = Reference, Status = Status.Sending, LetterId = toiture.Id } })
        {
            var all = await AllAsync(world, filter);
            (await AllAsync(world, filter with { LetterId = null, Text = "toiture" })).ShouldBe(all);
            all.Count.ShouldBe(filter.Status is null ? 2_100 : 2_099);
        }

        var whole = new ConversationFilter { Reference = Reference };
        foreach (var filter in new[] { whole with { Text = "toiture" }, whole with { Recipient = "alpha" }, whole with { Late = false, LateAt = world.Clock.GetUtcNow() }, whole with { WithAttachments = false, Status = Status.Sending } })
            (await TakesLongAsync(filter)).ShouldBeTrue(filter.ToString());
        foreach (var filter in new[] { whole, whole with { Status = Status.Sending, LateAt = world.Clock.GetUtcNow() }, whole with { LetterId = toiture.Id }, new ConversationFilter { Text = "toiture" } })
            (await TakesLongAsync(filter)).ShouldBeFalse(filter.ToString());
        Task<bool> TakesLongAsync(ConversationFilter filter) => world.RunAsync(async (LocateFilter o) => (await o.RunAsync(world.Caller, filter, default)).TakesLongToCount);
        (await SayersAsync("toiture")).ShouldBe(Sayers.Uncounted(HowMany.Many));
        (await SayersAsync("voirie")).ShouldBe(Sayers.Uncounted(provider == DatabaseProvider.Postgresql ? HowMany.MostOfTheLatest : HowMany.Many));
        (await SayersAsync("contact-20")).HowMany.ShouldBe(provider == DatabaseProvider.Postgresql ? HowMany.Few : HowMany.Some);
        (await AllAsync(world, whole with { Text = "contact-20" })).ShouldBe(await AllAsync(world, whole with { Recipient = "contact-20" }));
        (await SayersAsync("introuvable")).Subjects.ShouldBeEmpty();
        var seventh = await world.QueryAsync(db => db.Conversations.Where(c => c.Email == "contact-7@alpha.test").Select(c => c.Id).ToListAsync());
        (await SayersAsync("contact-7@alpha")).Subjects.ShouldBe(seventh, ignoreOrder: true);
        Task<Sayers> SayersAsync(string typed) => world.QueryAsync(db => db.AskWhoSaysAsync(world.Caller.OrganisationId, Reference, SearchQuery.Of(typed, world.Caller.OrganisationId, Reference), default));

        // And the other way round: the latest few hundred alone say it.
        var sending = new ConversationFilter { Reference = Reference, Status = Status.Sending };
        (await AllAsync(world, sending with { Text = "voirie" })).ShouldBe(await AllAsync(world, sending with { LetterId = voirie.Id }));
        (await AllAsync(world, new ConversationFilter { Reference = Reference, Text = "voirie" })).ShouldBe(await AllAsync(world, new ConversationFilter { Reference = Reference, LetterId = voirie.Id }));
    }

    private static async Task<IReadOnlyList<Guid>> AllAsync(TestWorld world, ConversationFilter filter)
    {
        var (all, cursor) = (new List<Guid>(), (string?)null);
        do
        {
            var page = (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, cursor, 100, default))).Value;
            all.AddRange(page.Items.Select(r => r.Id!.Value));
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Counters_count_what_the_words_find(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        async Task<Dictionary<Status, int>> CountAsync(string typed) =>
            (await world.RunAsync((CountStatuses o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = Reference, Text = typed }, default))).Value;

        (await CountAsync("réparation")).ShouldBe(new Dictionary<Status, int> { [Status.Sending] = 2 });
        (await CountAsync("rejet")).ShouldBe(new Dictionary<Status, int> { [Status.Draft] = 1 });
        (await CountAsync("technique")).ShouldBe(new Dictionary<Status, int> { [Status.ReplyUnread] = 1 });
        (await CountAsync("***")).ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task No_text_commands_or_fails(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        await SearchAllAsync(world, Hostile);
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Text = "toi\0ture" }, null, 10, default))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("q");
        (await FoundAsync(world, "toiture", Reference)).ShouldBe("A");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Strings_that_break_programs_break_no_search(DatabaseProvider provider)
    {
        var naughty = NaughtyStrings.AllOrSkip().Where(SoundText.CanBeKept).ToList();
        await using var world = await WorldAsync(provider);
        await SearchAllAsync(world, naughty);
    }

    private static async Task SearchAllAsync(TestWorld world, IEnumerable<string> texts)
    {
        foreach (var typed in texts)
        {
            foreach (var reference in new[] { Reference, null })
            {
                var filter = new ConversationFilter { Reference = reference, Text = typed };
                (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, null, 10, default))).Succeeded.ShouldBeTrue(typed);
                (await world.RunAsync((CountStatuses o) => o.RunAsync(world.Caller, filter, default))).Succeeded.ShouldBeTrue(typed);
            }
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Any_text_is_read_into_the_index_and_found_by_its_words(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        var many = string.Join(' ', Enumerable.Range(0, 22_000).Select(i => $"m{i}"));
        var same = string.Concat(Enumerable.Repeat("encore ", 2_000));
        var wide = string.Join(' ', Enumerable.Range(0x4e00, 6_000).Select(i => string.Concat(Enumerable.Repeat((char)i, 60))));
        foreach (var (subject, body) in new[] { ("Nombreux", many), ("Semblables", same + "fini"), ("Larges", wide), ("Signes", string.Concat(Hostile)) })
            await world.AddDraftAsync(Reference, new DraftInput { Subject = subject, BodyHtml = $"<p>{System.Net.WebUtility.HtmlEncode(body.Replace("\uffff", "").Replace("{0}", ""))}</p>" }, "a@alpha.test");
        await world.IndexAsync();

        async Task<string> FoundAsync(string typed) => string.Join(' ', (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = Reference, Text = typed }, null, 10, default))).Value.Items.Select(r => r.Subject));
        (await FoundAsync("m1 m15999")).ShouldBe("Nombreux");
        (await FoundAsync("\"m17 m18\"")).ShouldBe("Nombreux");
        (await FoundAsync("\"m20017 m20018\"")).ShouldBe("", "so far on, words have no place");
        (await FoundAsync("m20018")).ShouldBe("Nombreux");
        (await FoundAsync("\"encore encore encore\" fini")).ShouldBe("Semblables");
        (await FoundAsync("\"encore fini\"")).ShouldBe("", "a word has a place so many times");
        (await FoundAsync(string.Concat(Enumerable.Repeat('一', 60)))).ShouldBe("Larges");
        (await FoundAsync("near gamma")).ShouldBe("Signes");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_belongs_to_another_organisation_is_not_found(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var (_, agent) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var stranger = Caller.Of(agent);
        async Task<int> CountAsync(string? reference) =>
            (await world.RunAsync((ListConversations o) => o.RunAsync(stranger, new ConversationFilter { Reference = reference, Text = "toiture" }, null, 10, default))).Value.Items.Count;

        (await CountAsync(null)).ShouldBe(0);
        (await CountAsync(Reference)).ShouldBe(0);
        await world.RunAsync((Core.Consultations.PutConsultation o) => o.RunAsync(stranger, Reference, new ConsultationInputBuilder().Build(), default));
        await world.RunAsync((CreateDraft o) => o.RunAsync(stranger, Reference, new DraftInput { Subject = "Notre toiture" }, default));
        await world.IndexAsync();
        (await CountAsync(null)).ShouldBe(1);
        (await CountAsync(Reference)).ShouldBe(1);
        (await FoundAsync(world, "toiture", Reference)).ShouldBe("A");
        (await FoundAsync(world, "toiture", null)).ShouldBe("A");
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pages_of_what_is_found_hold_every_row_once(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.WriteToAsync(new DraftInput { Subject = "Toitures" }, [.. Enumerable.Range(0, 40).Select(i => $"a{i}@alpha.test")]);
        await world.IndexAsync();
        var (seen, next) = (new List<Guid>(), (string?)null);
        do
        {
            var page = (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = Reference, Text = "toiture" }, next, 7, default))).Value;
            seen.AddRange(page.Items.Select(r => r.Id!.Value));
            next = page.Next;
        }
        while (next is not null && seen.Count < 100);
        seen.Distinct().Count().ShouldBe(40);
        seen.Count.ShouldBe(40);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_index_follows_what_becomes_of_a_draft(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        var draft = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Ancien" }, "a@alpha.test");
        async Task<string> FoundAsync(string typed)
        {
            await world.IndexAsync();
            return string.Join(' ', (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Text = typed }, null, 10, default))).Value.Items.Select(r => $"{r.Subject}:{r.Status}"));
        }

        (await FoundAsync("ancien")).ShouldBe("Ancien:Draft");
        await world.RunAsync((ChangeDraft o) => o.RunAsync(world.Caller, draft.Id, new DraftInput { Subject = "Nouveau" }, null, default));
        (await FoundAsync("ancien")).ShouldBe("");
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "bordereau.txt", new MemoryStream([65]), default));
        (await FoundAsync("bordereau")).ShouldBe("Nouveau:Draft");
        await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, draft.Id, default));
        (await FoundAsync("bordereau")).ShouldBe("");
        (await world.QueryAsync(db => db.SearchRows.CountAsync())).ShouldBe(0);
        await world.RunAsync((RestoreDraft o) => o.RunAsync(world.Caller, draft.Id, default));
        (await FoundAsync("bordereau")).ShouldBe("Nouveau:Draft");
        var sent = (await world.SendAsync(draft.Id))[0];
        (await FoundAsync("bordereau")).ShouldBe("Nouveau:Sending");
        (await world.QueryAsync(db => db.SearchRows.Select(r => r.SubjectId).ToListAsync())).ShouldBe([sent.Id]);

        var purged = await world.AddDraftAsync(Reference, new DraftInput { Subject = "Passager" }, "a@alpha.test");
        (await FoundAsync("passager")).ShouldBe("Passager:Draft");
        await world.RunAsync((DeleteDraft o) => o.RunAsync(world.Caller, purged.Id, default));
        world.Clock.Advance(world.Settings.Messaging.KeepDeletedDrafts + TimeSpan.FromDays(1));
        await world.RunAsync((PurgeDrafts o) => o.RunAsync(default));
        await world.IndexAsync();
        (await world.QueryAsync(db => db.SearchRows.CountAsync())).ShouldBe(1);
        (await world.QueryAsync(db => db.SearchNews.CountAsync())).ShouldBe(0);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Nothing_written_while_others_read_is_passed_over(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                var draft = await world.AddDraftAsync(Reference, new DraftInput { Subject = $"Courrier {i}" }, "a@alpha.test", "b@beta.test");
                await world.SendAsync(draft.Id);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!writing.IsCompleted)
                await world.IndexAsync();
        })));
        await writing;
        await world.IndexAsync();

        var known = await world.QueryAsync(db => db.SearchRows.Select(r => r.SubjectId).ToListAsync());
        known.ShouldBe(await world.QueryAsync(db => db.Conversations.Select(c => c.Id).ToListAsync()), ignoreOrder: true);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task The_index_is_rebuilt_from_what_there_is(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        await world.QueryAsync(db => db.SearchRows.Where(r => r.SubjectId != Guid.Empty).OrderBy(r => r.Number).Take(2).ExecuteDeleteAsync());
        (await FoundAsync(world, "réparation", Reference)).ShouldNotBe("AB");

        (await world.RunAsync((RebuildSearch o) => o.RunAsync(default))).ShouldBe(4);
        await world.IndexAsync();

        foreach (var (typed, finds) in Questions)
            (await FoundAsync(world, typed, Reference)).ShouldBe(finds, typed);
    }

    /// <summary>The first letters of the companies found.</summary>
    private static async Task<string> FoundAsync(TestWorld world, string typed, string? reference)
    {
        var found = await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter { Reference = reference, Text = typed }, null, 50, default));
        return string.Concat(found.Value.Items.Select(r => r.Status == Status.Draft ? "D" : r.Email![..1].ToUpperInvariant()).Order(StringComparer.Ordinal));
    }

    /// <summary>Three conversations, of which C has a reply and a file of its own, and the draft D.</summary>
    private static async Task<TestWorld> WorldAsync(DatabaseProvider provider)
    {
        var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync(Reference);
        await world.AddConsultationAsync("2026-T-015");
        var a = await DraftAsync(world, "Réparations de la toiture du groupe scolaire", "Veuillez fournir l’attestation d’assurance décennale.", new("a.contact@alpha-toitures.test", null, "Alpha Toitures SARL"));
        await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, a.Id, "DCE_plan_v2.pdf", new MemoryStream([1]), default));
        var b = await DraftAsync(world, "Travaux d’été : réparation", "Marché n° 2026-T-014, lot n° 2. Les travaux commenceront en juillet.", new("b@beta.test", "Noé Lévêque", "Œuvres & Bâtiments du Cœur"));
        var c = await DraftAsync(world, "Demande de complément à l’appel d’offres", "La sous-traitance est à déclarer.", new("c@gamma.test", null, "Gamma SA"));
        await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, c.Id, c.Recipients[0].Id, "acte d'engagement.pdf", new MemoryStream([2]), default));
        await DraftAsync(world, "Brouillon de rejet", "Votre offre n’est pas retenue.", new("d@delta.test", null, "Delta"));
        await world.SendAsync(a.Id);
        await world.SendAsync(b.Id);
        await world.IndexAsync();
        var conversation = (await world.SendAsync(c.Id))[0];
        await world.IndexAsync();
        await world.OpenAsync(conversation);
        await world.ReplyAsync(conversation, "Voici le mémoire technique et nos références.", ("Kbis_Gamma.pdf", [3]));
        await world.IndexAsync();
        return world;
    }

    private static async Task<Letter> DraftAsync(TestWorld world, string subject, string body, RecipientInput recipient)
    {
        var input = new DraftInput { Type = LetterType.Free, Subject = subject, BodyHtml = $"<p>{body}</p>", Recipients = [recipient], ReplyExpected = true };
        return (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Reference, input, default))).Value;
    }
}
