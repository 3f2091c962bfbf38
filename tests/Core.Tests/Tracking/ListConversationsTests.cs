using CsCheck;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking;

public sealed class ListConversationsTests
{
    /// <summary>After every sending.</summary>
    private static readonly DateTimeOffset Later = TestWorld.Start.AddMinutes(90);

    /// <summary>The subject of the letters whose files are their recipients' own.</summary>
    private const string OwnFiles = "Vos annexes";

    /// <summary>Filters, each with what it means, told naively on one row. Drafts have neither sending nor star; of their recipients see <see cref="IsToLea"/>.</summary>
    internal static readonly (string Name, ConversationFilter Filter, Func<ConversationRow, bool> Means)[] Filters =
    [
        ("nothing", new(), _ => true),
        ("text in the subject", new() { Text = "toiture" }, r => r.Subject.Contains("toiture", StringComparison.OrdinalIgnoreCase)),
        ("text with accents and capitals", new() { Text = "ÉTÉ" }, r => r.Subject.Contains("été", StringComparison.OrdinalIgnoreCase)),
        ("text of an address", new() { Text = "beta.test" }, r => r.Email?.Contains("beta.test") == true || IsToLea(r)),
        ("two words in two fields", new() { Text = "toiture alpha" }, r => r.Subject.Contains("oiture") && (r.Email + r.Company).Contains("alpha", StringComparison.OrdinalIgnoreCase)),
        ("a sign is between words", new() { Text = "100%" }, r => r.Subject.Contains("100")),
        ("what a sign holds together stands together", new() { Text = "a_b" }, r => r.Subject.Contains("a_b")),
        ("in quotes, one word after the other", new() { Text = "\"groupe scolaire\"" }, r => r.Subject.Contains("groupe scolaire")),
        ("a text that stands nowhere", new() { Text = "introuvable" }, _ => false),
        ("signs alone", new() { Text = @"\ * %" }, _ => false),
        ("status sending", new() { Status = Status.Sending }, r => r.Status == Status.Sending),
        ("status read", new() { Status = Status.Read }, r => r.Status == Status.Read),
        ("status draft", new() { Status = Status.Draft }, r => r.Status == Status.Draft),
        ("type", new() { Type = LetterType.Rejection }, r => r.Type == LetterType.Rejection),
        ("mode", new() { Mode = DeliveryMode.Plain }, r => r.Mode == DeliveryMode.Plain),
        ("recipient", new() { Recipient = "Gamma SA" }, r => r.Company == "Gamma SA" || IsToLea(r)),
        ("recipient's name", new() { Recipient = "LÉA" }, r => r.Name == "Léa" || IsToLea(r)),
        ("recipient's address", new() { Recipient = "Delta.TEST" }, r => r.Email == "D@delta.test"),
        ("recipient's name without its accents", new() { Recipient = "lea" }, r => r.Name == "Léa" || IsToLea(r)),
        ("name and company together are neither", new() { Recipient = "léa alpha" }, _ => false),
        ("a sign of the recipient is itself", new() { Recipient = "_" }, _ => false),
        ("company with accents", new() { Company = "álpha" }, r => r.Company == "Alpha SARL"),
        ("a company is not its address", new() { Company = "alpha.test" }, _ => false),
        ("company", new() { Company = "gamma" }, r => r.Company == "Gamma SA" || IsToLea(r)),
        ("lot", new() { Reference = "24/A", Lot = "1" }, r => r.Reference == "24/A" && (r.Email is "a@alpha.test" or "b@beta.test" || IsToLea(r))),
        ("another lot", new() { Reference = "24/A", Lot = "2" }, r => r.Reference == "24/A" && (r.Email == "b@beta.test" || IsToLea(r))),
        ("read from", new() { ReadFrom = Later }, r => r.Status is Status.Read or Status.ReplyUnread),
        ("read before", new() { ReadTo = Later }, _ => false),
        ("replied from", new() { RepliedFrom = Later }, r => r.Status is Status.ReplyUnread),
        ("replied before", new() { RepliedTo = Later }, _ => false),
        ("replied between", new() { RepliedFrom = Later, RepliedTo = Later.AddDays(1) }, r => r.Status is Status.ReplyUnread),
        ("late", new() { Late = true, LateAt = Later.AddDays(2) }, r => r.IsLate(Later.AddDays(2))),
        ("not late", new() { Late = false, LateAt = Later.AddDays(2) }, r => !r.IsLate(Later.AddDays(2))),
        ("unread reply", new() { Status = Status.ReplyUnread }, r => r.Status == Status.ReplyUnread),
        ("sender", new() { Sender = "camille" }, r => r.Author == "Camille Durand"),
        ("another sender", new() { Sender = "Dominique" }, r => r.Author == "Dominique Petit"),
        ("sent from", new() { SentFrom = TestWorld.Start.AddHours(1) }, r => r.SentAt >= TestWorld.Start.AddHours(1)),
        ("sent to, which is not in it", new() { SentTo = TestWorld.Start.AddHours(1).ToOffset(TimeSpan.FromHours(2)) }, r => r.SentAt < TestWorld.Start.AddHours(1)),
        ("reply expected", new() { ReplyExpected = true }, r => r.ReplyExpected),
        ("no reply expected", new() { ReplyExpected = false }, r => !r.ReplyExpected),
        ("favourites", new() { Favourite = true }, r => r.Favourite),
        ("no favourites", new() { Favourite = false }, r => !r.Favourite),
        ("with files", new() { WithAttachments = true }, r => FilesOf(r) > 0),
        ("without files", new() { WithAttachments = false }, r => FilesOf(r) == 0),
        ("of one consultation", new() { Reference = "24/B" }, r => r.Reference == "24/B"),
        ("type in a consultation", new() { Reference = "24/A", Type = LetterType.Free }, r => r is { Reference: "24/A", Type: LetterType.Free }),
        ("mode, sender and reply in a consultation", new() { Reference = "24/A", Mode = DeliveryMode.Tracked, Sender = "camille", ReplyExpected = true, SentFrom = TestWorld.Start }, r => r is { Reference: "24/A", Mode: DeliveryMode.Tracked, ReplyExpected: true, Id: not null, Author: "Camille Durand" }),
        ("late in a consultation", new() { Reference = "24/A", Late = true, LateAt = Later.AddDays(2) }, r => r.Reference == "24/A" && r.IsLate(Later.AddDays(2))),
        ("of no consultation", new() { Reference = "24/Z" }, _ => false),
        ("all at once", new() { Reference = "24/A", Type = LetterType.Free, Mode = DeliveryMode.Tracked, ReplyExpected = true, Text = "toiture" }, r => r is { Reference: "24/A", Type: LetterType.Free, Mode: DeliveryMode.Tracked, ReplyExpected: true } && r.Subject.Contains("oiture")),
    ];

    [Theory, ClassData(typeof(Databases))]
    public async Task A_filter_finds_what_it_says(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var all = (await ListAsync(world, new ConversationFilter())).Items;
        all.Count.ShouldBeGreaterThan(20);
        all.Select(r => r.Attachments).ShouldBe(all.Select(FilesOf));

        foreach (var (name, filter, means) in Filters)
        {
            var found = (await ListAsync(world, filter)).Items;
            found.ShouldBe(all.Where(means), name);
            if (name is not ("a text that stands nowhere" or "signs alone" or "of no consultation" or "read before" or "replied before" or "name and company together are neither" or "a sign of the recipient is itself" or "a company is not its address"))
                found.ShouldNotBeEmpty(name);
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Filters_in_any_company_find_and_count_what_each_of_them_says(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var all = (await ListAsync(world, new ConversationFilter())).Items;
        var found = 0;

        await Gen.Int[0, Filters.Length - 1].Array[2, 4].SampleAsync(
            async picks =>
            {
                var (filter, means, meansBesideStatus) = (new ConversationFilter(), new List<Func<ConversationRow, bool>>(), new List<Func<ConversationRow, bool>>());
                foreach (var pick in picks.Select(p => Filters[p]))
                {
                    if (Joined(filter, pick.Filter) is not { } both)
                        continue;
                    filter = both;
                    means.Add(pick.Means);
                    if (pick.Filter.Status is null)
                        meansBesideStatus.Add(pick.Means);
                }

                var rows = (await ListAsync(world, filter)).Items;
                rows.ShouldBe(all.Where(row => means.TrueForAll(m => m(row))), filter.ToString());
                found += rows.Count;
                var counts = (await world.RunAsync((CountStatuses o) => o.RunAsync(world.Caller, filter, default))).Value;
                counts.ShouldBe(all.Where(row => meansBesideStatus.TrueForAll(m => m(row))).CountBy(row => row.Status).ToDictionary(), ignoreOrder: true, filter.ToString());
                var letters = (await world.RunAsync((ListLetters o) => o.RunAsync(world.Caller, filter with { Status = null }, null, 100, default))).Value;
                CountStatuses.Of(letters.Items).ShouldBe(counts, ignoreOrder: true, $"folded: {filter}");
            },
            iter: 100,
            threads: 1);

        found.ShouldBeGreaterThan(100);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_draft_is_found_by_one_recipient_who_is_all_that_is_asked_for(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync("24/A");
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "24/A", Register.Deposits, [new ContactInput("Sœur & Fils", null, null, "S@soeur.test", null, ["1"])], default));
        var draft = await CreateAsync(world, world.Caller, "24/A", new DraftInput { Recipients = [new("s@soeur.test", "Zoé\u00a0L’Hôte", "Sœur & Fils 100 %"), new("x@autre.test", "Ælis", "Größe")] });
        await world.SendAsync((await CreateAsync(world, world.Caller, "24/A", new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte.</p>", Recipients = [new("y@soeur.test")] })).Id);

        foreach (var (filter, drafts) in new (ConversationFilter Filter, int Drafts)[]
        {
            (new() { Recipient = "ZOE L'HOTE" }, 1), (new() { Recipient = "S@SOEUR" }, 1), (new() { Company = "soeur & fils 100 %" }, 1), (new() { Company = "grosse" }, 1), (new() { Recipient = "aelis" }, 1),
            (new() { Company = "fils_100" }, 0), (new() { Company = "zoe" }, 0), (new() { Recipient = "  " }, 1), (new() { Recipient = "zoe", Company = "soeur" }, 1), (new() { Recipient = "zoe", Company = "grosse" }, 0),
            (new() { Reference = "24/A", Lot = "1" }, 1), (new() { Reference = "24/A", Lot = "2" }, 0), (new() { Reference = "24/A", Lot = "1", Recipient = "zoe" }, 1), (new() { Reference = "24/A", Lot = "1", Recipient = "aelis" }, 0),
            (new() { Recipient = "zoe", Status = Status.Draft }, 1), (new() { Recipient = "zoe", Status = Status.Sending }, 0), (new() { Recipient = "zoe", SentFrom = TestWorld.Start }, 0),
        })
        {
            (await ListAsync(world, filter)).Items.Where(r => r.Id is null).Select(r => r.LetterId).ShouldBe(Enumerable.Repeat(draft.Id, drafts), filter.ToString());
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_recipient_whose_name_and_company_are_as_long_as_they_may_be_is_written_to_and_found_by_their_beginnings(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync("24/A");
        var (name, company) = (LongLine(1), LongLine(2));
        var input = new DraftInput { Subject = "Objet", BodyHtml = "<p>Texte.</p>", Recipients = [new($"{new string('a', 64)}@{new string('b', 60)}.test", name, company)] };
        await world.SendAsync((await CreateAsync(world, world.Caller, "24/A", input)).Id);
        await CreateAsync(world, world.Caller, "24/A", input);

        foreach (var filter in new ConversationFilter[] { new() { Recipient = name[200..250] }, new() { Company = company[..250] }, new() { Company = company } })
            (await ListAsync(world, filter)).Items.Count.ShouldBe(2, filter.ToString());
        (await ListAsync(world, new ConversationFilter { Recipient = name[^50..] })).Items.ShouldBeEmpty("No index holds the end of so long a line.");

        // Three bytes each, and no pattern in them that a database could make shorter.
        static string LongLine(int seed) => string.Concat(new Random(seed).GetItems(Enumerable.Range(0x4E00, 20_000).Select(c => (char)c).ToArray(), 500));
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task What_no_database_keeps_is_refused_rather_than_looked_for(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        foreach (var filter in new ConversationFilter[] { new() { Text = "toi\0ture" }, new() { Recipient = "\0" }, new() { Sender = "\0" }, new() { Reference = "24\0" } })
            (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, null, 10, default))).Problem.ShouldNotBeNull();
        (await world.RunAsync((ListConsultations o) => o.RunAsync(world.Caller, "\0", null, 10, default))).Problem.ShouldNotBeNull();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Pages_of_any_size_hold_every_row_once_in_one_order(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var whole = (await ListAsync(world, new ConversationFilter())).Items;
        whole.Select(r => r.LastEventAt).Distinct().Count().ShouldBeLessThan(whole.Count / 2, "many rows share an instant");
        whole.Zip(whole.Skip(1)).ShouldAllBe(p => p.First.LastEventAt >= p.Second.LastEventAt);

        foreach (var limit in new[] { 1, 2, 3, 7, whole.Count - 1, whole.Count, 200 })
        {
            var rows = new List<ConversationRow>();
            string? next = null;
            do
            {
                var page = await ListAsync(world, new ConversationFilter(), next, limit);
                page.Items.Count.ShouldBeLessThanOrEqualTo(limit);
                rows.AddRange(page.Items);
                next = page.Next;
            }
            while (next is not null && rows.Count <= whole.Count);
            rows.ShouldBe(whole, $"by {limit}");
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_star_is_its_owners_and_a_row_its_organisations(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        var (_, stranger) = await world.AddOrganisationAsync("Autre ville", "Alix Martin", "alix@autre.test");
        var colleague = world.Caller with { Actor = new(Core.Journal.ActorKind.Agent, Guid.CreateVersion7()) };

        (await world.RunAsync((ListConversations o) => o.RunAsync(colleague, new ConversationFilter { Favourite = true }, null, 200, default))).Value.Items.ShouldBeEmpty();
        (await world.RunAsync((ListConversations o) => o.RunAsync(Caller.Of(stranger), new ConversationFilter(), null, 200, default))).Value.Items.ShouldBeEmpty();
        (await world.RunAsync((ListConversations o) => o.RunAsync(Caller.Of(stranger), new ConversationFilter { Reference = "24/A" }, null, 200, default))).Value.Items.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Counters_agree_with_the_rows(DatabaseProvider provider)
    {
        await using var world = await WorldAsync(provider);
        foreach (var (name, filter, _) in Filters)
        {
            var rows = (await ListAsync(world, filter with { Status = null })).Items;
            var counts = (await world.RunAsync((CountStatuses o) => o.RunAsync(world.Caller, filter, default))).Value;
            counts.ShouldBe(rows.GroupBy(r => r.Status).ToDictionary(g => g.Key, g => g.Count()), ignoreOrder: true, name);
        }

        foreach (var reference in new[] { "24/A", "24/B" })
        {
            var rows = (await ListAsync(world, new ConversationFilter { Reference = reference })).Items;
            var row = (await world.RunAsync((ListConsultations o) => o.OneAsync(world.Caller, reference, default))).Value;
            (row.Drafts, row.Conversations).ShouldBe((rows.Count(r => r.Id is null), rows.Count(r => r.Id is not null)));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAA")]
    [InlineData("LTU6YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        await using var world = await TestWorld.CreateAsync(DatabaseProvider.Sqlite);
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter(), cursor, 10, default))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("cursor");
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter(), null, 201, default))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("limit");
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, new ConversationFilter(), null, 0, default))).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("limit");
    }

    /// <summary>Two consultations, letters of several kinds to several companies at two instants only, drafts, a star, a reading.</summary>
    internal static async Task<TestWorld> WorldAsync(DatabaseProvider provider)
    {
        var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync("24/A");
        await world.AddConsultationAsync("24/B");
        ContactInput[] listed = [new("Alpha SARL", null, null, "A@alpha.test", null, ["1"]), new("Bêta", null, null, "b@beta.test", null, []), new("Gamma SA", null, null, "c@gamma.test", null, ["3"])];
        await world.RunAsync((PutRegister o) => o.RunAsync(world.Caller, "24/A", Register.Deposits, listed, default));
        RecipientInput[] companies = [new("a@alpha.test", "Léa", "Alpha SARL"), new("b@beta.test"), new("c@gamma.test", null, "Gamma SA"), new("D@delta.test", "Noé")];
        DraftInput[] inputs =
        [
            new() { Subject = "Toiture du groupe scolaire", ReplyExpected = true, ReplyDue = Later.AddDays(1) },
            new() { Subject = "Classes d'été, 100% bois", Type = LetterType.Rejection },
            new() { Subject = @"Plan a_b sous C:\", Mode = DeliveryMode.Plain },
            new() { Subject = "toiture, axb, 100 %", ReplyExpected = false },
            new() { Subject = OwnFiles },
        ];
        inputs = [.. inputs.Select(i => i with { BodyHtml = "<p>Texte.</p>" })];
        var conversations = new List<Conversation>();
        foreach (var reference in new[] { "24/A", "24/B" })
        {
            foreach (var input in inputs)
            {
                var draft = await CreateAsync(world, world.Caller, reference, input with { Recipients = [.. companies.Take(3 + (conversations.Count % 2))] });
                if (input.Type == LetterType.Rejection)
                    await world.RunAsync((AddAttachment o) => o.RunAsync(world.Caller, draft.Id, "un.pdf", new MemoryStream([1]), default));
                if (input.Subject == OwnFiles)
                    await AddOwnAsync(world, draft.Id, draft.Recipients.Single(r => r.Email == "b@beta.test").Id, "un.pdf");
                conversations.AddRange(await world.SendAsync(draft.Id));
                var begun = await CreateAsync(world, world.Caller with { Name = "Dominique Petit" }, reference, input.Subject == OwnFiles ? input with { Recipients = [new("e@epsilon.test", "Noé"), new("B@beta.test", "Léa", "Gâmma SA")] } : input);
                foreach (var recipient in begun.Recipients)
                    await AddOwnAsync(world, begun.Id, recipient.Id, "deux.pdf");
            }

            world.Clock.Advance(TimeSpan.FromHours(1));
        }

        foreach (var conversation in conversations.Where(c => c.LinkHash is not null).Take(3))
            await world.OpenAsync(conversation);
        await world.ReplyAsync(conversations[0]);
        foreach (var conversation in conversations.Where((_, i) => i % 5 == 0))
            await world.RunAsync((SetFavourite o) => o.RunAsync(world.Caller, conversation.Id, true, default));
        await world.IndexAsync();
        return world;
    }

    /// <summary>Both filters at once; null where they ask two things of one field.</summary>
    internal static ConversationFilter? Joined(ConversationFilter one, ConversationFilter other)
    {
        var (both, none) = (one with { }, new ConversationFilter());
        foreach (var field in typeof(ConversationFilter).GetProperties().Where(p => p.CanWrite))
        {
            var (mine, theirs, nothing) = (field.GetValue(one), field.GetValue(other), field.GetValue(none));
            if (Equals(theirs, nothing))
                continue;
            if (!Equals(mine, nothing) && !Equals(mine, theirs))
                return null;
            field.SetValue(both, theirs);
        }

        return both;
    }

    /// <summary>How many files a row of <see cref="WorldAsync"/> has: sent rejections one for everybody; of <see cref="OwnFiles"/> one recipient one, and both of the draft.</summary>
    private static int FilesOf(ConversationRow row) => row switch
    {
        { Subject: OwnFiles, Id: null } => 2,
        { Subject: OwnFiles } => row.Email == "b@beta.test" ? 1 : 0,
        { Type: LetterType.Rejection, Id: not null } => 1,
        _ => 0,
    };

    /// <summary>The drafts of <see cref="OwnFiles"/> are to Léa, of Gâmma SA at B@beta.test, and to Noé; the others to nobody yet.</summary>
    private static bool IsToLea(ConversationRow row) => row is { Id: null, Subject: OwnFiles };

    private static async Task AddOwnAsync(TestWorld world, Guid letter, Guid recipient, string name) =>
        (await world.RunAsync((AddOwnFile o) => o.RunAsync(world.Caller, letter, recipient, name, new MemoryStream([1]), default))).Succeeded.ShouldBeTrue();

    private static async Task<Letter> CreateAsync(TestWorld world, Caller caller, string reference, DraftInput input) =>
        (await world.RunAsync((CreateDraft o) => o.RunAsync(caller, reference, input, default))).Value;

    private static async Task<Page<ConversationRow>> ListAsync(TestWorld world, ConversationFilter filter, string? after = null, int limit = 200) =>
        (await world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, after, limit, default))).Value;
}
