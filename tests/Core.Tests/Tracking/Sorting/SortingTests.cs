using CsCheck;
using Vaguemestre.Core.Delivery;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Letters.Writing;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Sorting;
using Vaguemestre.TestKit.World;

namespace Vaguemestre.Core.Tests.Tracking.Sorting;

public sealed class SortingTests
{
    private static readonly RowOrder[] Orders = [.. RowOrder.AllWords.Select(word => RowOrder.Parse(word)!)];

    /// <summary>An order, filters that go together with what they mean, and a size of pages.</summary>
    private static readonly Gen<(RowOrder Order, ConversationFilter Filter, List<Func<ConversationRow, bool>> Means, int Limit)> Asked =
        Gen.Select(Gen.Int[0, Orders.Length - 1], Gen.Int[0, ListConversationsTests.Filters.Length - 1].Array[0, 3], Gen.Int[4, 30], (order, picks, limit) =>
        {
            var (filter, means) = (new ConversationFilter(), new List<Func<ConversationRow, bool>>());
            foreach (var pick in picks.Select(p => ListConversationsTests.Filters[p]))
            {
                if (ListConversationsTests.Joined(filter, pick.Filter) is not { } both)
                    continue;
                filter = both;
                means.Add(pick.Means);
            }

            return (Orders[order], filter, means, limit);
        });

    [Theory, ClassData(typeof(Databases))]
    public async Task In_any_order_under_any_filters_on_pages_of_any_size_rows_stand_as_if_sorted_by_hand(DatabaseProvider provider)
    {
        await using var world = await ListConversationsTests.WorldAsync(provider);
        var all = await WholeAsync(world, new ConversationFilter(), RowOrder.Usual, 200);
        foreach (var order in Orders)
            (await WholeAsync(world, new ConversationFilter(), order, 7)).ShouldBe(ByHand(all, order), order.Word);

        await Asked.SampleAsync(
            async asked => (await WholeAsync(world, asked.Filter, asked.Order, asked.Limit)).ShouldBe(ByHand(all.Where(row => asked.Means.TrueForAll(means => means(row))), asked.Order), $"{asked.Order.Word} {asked.Filter}"),
            iter: 25,
            threads: 1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_folded_counts_what_the_filters_leave_of_it(DatabaseProvider provider)
    {
        await using var world = await ListConversationsTests.WorldAsync(provider);
        var all = await WholeAsync(world, new ConversationFilter(), RowOrder.Usual, 200);
        (await FoldedAsync(world, new ConversationFilter(), RowOrder.Usual, 200)).Count(l => l.Only is null).ShouldBeGreaterThan(4);

        await Asked.SampleAsync(
            async asked =>
            {
                var letters = await FoldedAsync(world, asked.Filter, asked.Order, asked.Limit);
                var rows = all.Where(row => asked.Means.TrueForAll(means => means(row))).ToList();
                letters.Select(Told).ShouldBe(FoldedByHand(rows, ListLetters.OrderOf(asked.Order)), $"{asked.Order.Word} {asked.Filter}");
                letters.Select(l => l.Only).OfType<ConversationRow>().ShouldBe(rows.GroupBy(r => r.LetterId).Where(g => g.Count() == 1).Select(g => g.Single()), ignoreOrder: true);
            },
            iter: 25,
            threads: 1);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Letters_behind_one_that_went_to_hundreds_stand_on_the_first_page(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await SendAsync("b@beta.test");
        await SendAsync("c@beta.test");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync([.. Enumerable.Range(0, ListLetters.Latest).Select(i => $"a{i}@alpha.test")]);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync("d@beta.test");
        await SendAsync("e@beta.test", "f@beta.test");

        var all = await WholeAsync(world, new ConversationFilter(), RowOrder.Usual, 200);
        foreach (var limit in new[] { 1, 2, 3, 200 })
            (await FoldedAsync(world, new ConversationFilter(), RowOrder.Usual, limit)).Select(Told).ShouldBe(FoldedByHand(all, RowOrder.Usual), $"by {limit}");

        async Task SendAsync(params string[] recipients) => await world.WriteToAsync(new DraftInput(), recipients);
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_letter_folded_waits_for_those_alone_who_may_still_reply(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        var sent = await world.WriteToAsync(new DraftInput { ReplyExpected = true, ReplyDue = TestWorld.Start.AddDays(1) }, "wrong@alpha.test", "b@beta.test");
        await world.ReportAsync((await world.SendingsOfAsync(sent[0].Id))[0], TestReports.Failed("wrong@alpha.test"));
        var right = (await world.RunAsync((CorrectAddress o) => o.RunAsync(world.Caller, sent[0].Id, "right@alpha.test", default))).Value;
        await RepliedAsync(sent[1]);
        (await LetterAsync()).ShouldBe((3, 1, 1, 1, true));

        await RepliedAsync(right);
        (await LetterAsync()).ShouldBe((3, 2, 1, 0, false));

        async Task RepliedAsync(Conversation conversation)
        {
            await world.OpenAsync(conversation);
            await world.ReplyAsync(conversation);
        }

        async Task<(int, int, int, int, bool)> LetterAsync()
        {
            var letter = (await FoldedAsync(world, new ConversationFilter(), RowOrder.Usual, 200)).ShouldHaveSingleItem();
            return (letter.Conversations, letter.Replied, letter.NotAsked, letter.Awaited, letter.IsLate(TestWorld.Start.AddDays(2)));
        }
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task Names_are_sorted_without_case_accents_and_the_signs_before_them_on_both_databases_alike(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        string[] sorted = ["« 3 Rivières »", "A b", "a-b", "ab", "(Abc)", "Éclair", "eclair 2", "Œuvres vives", "of", "Zèbre", "[zèbre]", "Ωmega", "工程"];
        var recipients = sorted.Select((name, i) => new RecipientInput($"a{i}@alpha.test", null, name)).Reverse();
        var draft = (await world.RunAsync((CreateDraft o) => o.RunAsync(world.Caller, Correspondence.Reference, new DraftInput { Subject = "Avis", BodyHtml = "<p>Avis.</p>", Recipients = [.. recipients] }, default))).Value;
        await world.SendAsync(draft.Id);

        (await WholeAsync(world, new ConversationFilter(), new RowOrder(RowSort.Recipient, false), 4)).Select(r => r.Company).ShouldBe(sorted);
        (await WholeAsync(world, new ConversationFilter(), new RowOrder(RowSort.Recipient, true), 4)).Select(r => SortKey.Of(r.Company)).ShouldBe(sorted.Select(SortKey.Of).Reverse());
    }

    [Theory, ClassData(typeof(Databases))]
    public async Task A_subject_of_ones_own_is_what_its_row_is_sorted_by(DatabaseProvider provider)
    {
        await using var world = await TestWorld.CreateAsync(provider);
        await world.AddConsultationAsync();
        await world.WriteToAsync(new DraftInput { Subject = "Dossier de {{ recipient.email }}", BodyHtml = "<p>Avis.</p>" }, "z@alpha.test", "a@alpha.test");
        await world.WriteToAsync(new DraftInput { Subject = "Dossier de b", BodyHtml = "<p>Avis.</p>" }, "c@alpha.test");

        (await WholeAsync(world, new ConversationFilter(), new RowOrder(RowSort.Subject, false), 1)).Select(r => r.Email).ShouldBe(["a@alpha.test", "c@alpha.test", "z@alpha.test"]);
    }

    [Fact]
    public async Task A_cursor_goes_with_its_order_alone()
    {
        await using var world = await ListConversationsTests.WorldAsync(DatabaseProvider.Sqlite);
        foreach (var order in Orders)
        {
            var next = (await ListAsync(world, new ConversationFilter(), null, order, 5)).Value.Next;
            foreach (var other in Orders.Where(o => o != order))
                (await ListAsync(world, new ConversationFilter(), next, other, 5)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("cursor");
            (await ListAsync(world, new ConversationFilter { Reference = "24/B" }, next, order, 5)).Succeeded.ShouldBeTrue("whatever the filter");
        }

        foreach (var text in new[] { "recipient:x:a", "status:00000000000000000000000000000000:x", "-last-event:00000000000000000000000000000000:-5", "recipient:00000000000000000000000000000000:a\0", new string('a', 2_000) })
        {
            var cursor = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(text));
            (await ListAsync(world, new ConversationFilter(), cursor, RowOrder.Parse(text.Split(':')[0]) ?? RowOrder.Usual, 5)).Problem!.Errors.ShouldHaveSingleItem().Field.ShouldBe("cursor", text);
        }
    }

    [Theory]
    [InlineData("recipient", RowSort.Recipient, false)]
    [InlineData("-last-event", RowSort.LastEvent, true)]
    [InlineData("reply-due", RowSort.ReplyDue, false)]
    public void An_order_has_a_word(string word, RowSort by, bool descending) => RowOrder.Parse(word).ShouldBe(new RowOrder(by, descending));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("--status")]
    [InlineData("Status")]
    [InlineData("price")]
    public void Another_word_names_none(string? word) => RowOrder.Parse(word).ShouldBeNull();

    [Theory]
    [InlineData("« Éclair & Œuvre »", "eclair & oeuvre »")]
    [InlineData("  ---  ", "  ---  ")]
    [InlineData("", "")]
    public void A_key_is_folded_from_its_first_letter_on(string text, string key) => SortKey.Of(text).ShouldBe(key);

    [Fact]
    public void A_key_is_never_longer_than_its_column()
    {
        SortKey.Of(new string('ﷺ', 300)).Length.ShouldBeLessThanOrEqualTo(SortKey.Longest);
        SoundText.IsUnicode(SortKey.Of("a" + string.Concat(Enumerable.Repeat("😀", 300)))).ShouldBeTrue();
    }

    private static IEnumerable<ConversationRow> ByHand(IEnumerable<ConversationRow> rows, RowOrder order)
    {
        IComparer<object> keys = Comparer<object>.Create((a, b) => a is string text ? string.CompareOrdinal(text, (string)b) : Comparer<object>.Default.Compare(a, b));
        var alike = rows.OrderByDescending(r => (r.Id ?? r.LetterId).ToString(), StringComparer.Ordinal);
        return order.By switch
        {
            RowSort.ReplyDue => [.. In(alike.Where(r => Due(r) is not null), r => Due(r)!), .. alike.Where(r => Due(r) is null)],
            RowSort.Recipient => [.. In(alike.Where(r => r.Id is not null), Key), .. alike.Where(r => r.Id is null)],
            _ => In(alike, Key),
        };

        IEnumerable<ConversationRow> In(IEnumerable<ConversationRow> given, Func<ConversationRow, object> key) => order.Descending ? given.OrderByDescending(key, keys) : given.OrderBy(key, keys);

        object Key(ConversationRow r) => order.By switch
        {
            RowSort.LastEvent => r.LastEventAt,
            RowSort.Status => (int)r.Status,
            RowSort.Type => (int)r.Type,
            RowSort.Subject => SortKey.Of(r.Subject),
            RowSort.Recipient => SortKey.Of(r.Company ?? r.Name ?? r.Email),
            _ => throw new ArgumentOutOfRangeException(nameof(order)),
        };

        static object? Due(ConversationRow r) => r.Status is Status.ReplyUnread or Status.ReplyRead ? null : r.ReplyDue;
    }

    private static IEnumerable<string> FoldedByHand(List<ConversationRow> rows, RowOrder order)
    {
        // A letter is put before its own rows are sorted: as a row of its own, with its latest event and its deadline.
        var letters = rows.GroupBy(r => (r.LetterId, r.Id is null)).Select(g => (Row: g.First() with { Id = null, LastEventAt = g.Max(r => r.LastEventAt), Status = Status.Draft }, Counts: g.Where(r => r.Id is not null).CountBy(r => r.Status))).ToDictionary(l => l.Row.LetterId);
        return ByHand(letters.Values.Select(l => l.Row), order).Select(row => Told(row.LetterId, row.LastEventAt, letters[row.LetterId].Counts));
    }

    private static string Told(LetterRow letter) => Told(letter.LetterId, letter.LastEventAt, letter.Counts.Select(c => KeyValuePair.Create(c.Status, c.Count)));

    private static string Told(Guid letter, DateTimeOffset at, IEnumerable<KeyValuePair<Status, int>> counts) => $"{letter} {at:O} {string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"))}";

    private static async Task<List<ConversationRow>> WholeAsync(TestWorld world, ConversationFilter filter, RowOrder order, int limit) =>
        await WholeAsync(async next => (await ListAsync(world, filter, next, order, limit)).Value);

    private static async Task<List<LetterRow>> FoldedAsync(TestWorld world, ConversationFilter filter, RowOrder order, int limit) =>
        await WholeAsync(async next => (await world.RunAsync((ListLetters o) => o.RunAsync(world.Caller, filter, next, limit, default, order))).Value);

    private static async Task<List<T>> WholeAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        var rows = new List<T>();
        string? next = null;
        do
        {
            var page = await read(next);
            rows.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null && rows.Count < 300);
        return rows;
    }

    private static Task<Result<Page<ConversationRow>>> ListAsync(TestWorld world, ConversationFilter filter, string? after, RowOrder order, int limit) =>
        world.RunAsync((ListConversations o) => o.RunAsync(world.Caller, filter, after, limit, default, order));
}
