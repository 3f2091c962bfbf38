using Vaguemestre.Core.Data;
using Vaguemestre.Core.Journal;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Tests.Letters;

/// <summary>
/// The table of statuses. A story is the facts of one conversation in the order of their chain, each with the number of
/// what it concerns: a sending (<c>delivered#1</c>) or a reply (<c>replied#7</c>).
/// </summary>
public sealed class ConversationStatusTests
{
    [Theory]

    // Brouillon: nothing was sent; sending leaves it.
    [InlineData("draft", "")]
    [InlineData("sending", "submitted#1")]

    // En cours d'envoi: until a server beyond ours answers; our relay's word and delays leave it as it is.
    [InlineData("sending", "submitted#1 accepted-by-relay#1")]
    [InlineData("sending", "submitted#1 delayed#1 delayed#1")]
    [InlineData("sending", "submitted#1 accepted-by-relay#1 delayed#1")]

    // Transmis: a report without more, or silence; left by a report, a bounce, a reading.
    [InlineData("relayed", "submitted#1 accepted-by-relay#1 relayed#1")]
    [InlineData("relayed", "submitted#1 accepted-by-relay#1 no-report#1")]
    [InlineData("relayed", "submitted#1 accepted-by-relay#1 no-report#1 delayed#1")]
    [InlineData("delivered", "submitted#1 accepted-by-relay#1 no-report#1 delivered#1")]
    [InlineData("delivered", "submitted#1 relayed#1 delivered#1")]
    [InlineData("undelivered", "submitted#1 relayed#1 undelivered#1")]
    [InlineData("undelivered", "submitted#1 no-report#1 undelivered#1")]
    [InlineData("read", "submitted#1 relayed#1 opened")]

    // Délivré: left by a late bounce, a reading.
    [InlineData("delivered", "submitted#1 accepted-by-relay#1 delivered#1")]
    [InlineData("delivered", "submitted#1 delivered#1 delivered#1")]
    [InlineData("delivered", "submitted#1 delivered#1 no-report#1")]
    [InlineData("delivered", "submitted#1 delivered#1 delayed#1")]
    [InlineData("undelivered", "submitted#1 delivered#1 undelivered#1")]
    [InlineData("read", "submitted#1 delivered#1 opened")]

    // Non délivré: left by a resending, a reading.
    [InlineData("undelivered", "submitted#1 undelivered#1")]
    [InlineData("undelivered", "submitted#1 undelivered#1 undelivered#1")]
    [InlineData("undelivered", "submitted#1 undelivered#1 delayed#1")]
    [InlineData("sending", "submitted#1 undelivered#1 resubmitted#2")]
    [InlineData("read", "submitted#1 undelivered#1 opened")]

    // After a resending only the new sending counts, whatever still comes of the old one.
    [InlineData("delivered", "submitted#1 undelivered#1 resubmitted#2 delivered#2")]
    [InlineData("delivered", "submitted#1 undelivered#1 resubmitted#2 delivered#2 undelivered#1")]
    [InlineData("sending", "submitted#1 undelivered#1 resubmitted#2 undelivered#1")]
    [InlineData("sending", "submitted#1 undelivered#1 resubmitted#2 delivered#1")]
    [InlineData("undelivered", "submitted#1 undelivered#1 resubmitted#2 delivered#2 undelivered#2")]
    [InlineData("undelivered", "submitted#1 undelivered#1 resubmitted#2 undelivered#2")]
    [InlineData("sending", "submitted#1 undelivered#1 resubmitted#2 undelivered#2 resubmitted#3")]

    // Lu: outweighs any bounce, before or after; left by a reply.
    [InlineData("read", "submitted#1 opened")]
    [InlineData("read", "submitted#1 opened undelivered#1")]
    [InlineData("read", "submitted#1 undelivered#1 resubmitted#2 opened undelivered#2")]
    [InlineData("read", "submitted#1 opened delivered#1")]
    [InlineData("read", "submitted#1 opened opened")]
    [InlineData("reply-unread", "submitted#1 opened replied#7")]

    // Réponse non lue: until an agent has opened every reply.
    [InlineData("reply-unread", "submitted#1 opened replied#7 undelivered#1")]
    [InlineData("reply-read", "submitted#1 opened replied#7 reply-opened#7")]
    [InlineData("reply-unread", "submitted#1 opened replied#7 replied#8 reply-opened#7")]
    [InlineData("reply-read", "submitted#1 opened replied#7 replied#8 reply-opened#8 reply-opened#7")]

    // Réponse lue: left by a further reply.
    [InlineData("reply-unread", "submitted#1 opened replied#7 reply-opened#7 replied#8")]
    [InlineData("reply-read", "submitted#1 opened replied#7 reply-opened#7 reply-opened#7 undelivered#1")]

    // What tells nothing of delivery, reading or reply.
    [InlineData("sending", "submitted#1 automated-access automated-access")]
    [InlineData("delivered", "submitted#1 delivered#1 automated-access wrong-recipient attestation-issued")]
    [InlineData("delivered", "submitted#1 delivered#1 report-unmatched#1")]
    [InlineData("read", "submitted#1 opened attachment-downloaded#9")]
    public void A_story_has_its_status(string status, string story) =>
        Words.Of(ConversationStatus.From(Read(story))).ShouldBe(status);

    [Theory]
    [InlineData("sending", "accepted-by-relay#1 delayed#1 automated-access")]
    [InlineData("relayed", "accepted-by-relay#1 relayed#1 no-report#1 delayed#1")]
    [InlineData("delivered", "accepted-by-relay#1 relayed#1 no-report#1 delayed#1 delivered#1")]
    [InlineData("undelivered", "accepted-by-relay#1 relayed#1 no-report#1 delivered#1 undelivered#1")]
    [InlineData("read", "accepted-by-relay#1 no-report#1 delivered#1 undelivered#1 opened")]
    [InlineData("reply-unread", "delivered#1 undelivered#1 opened replied#7 automated-access")]
    [InlineData("reply-read", "delivered#1 undelivered#1 opened replied#7 reply-opened#7")]
    public void The_order_in_which_news_of_one_sending_arrives_changes_nothing(string status, string news)
    {
        foreach (var order in Permutations(news.Split(' ')))
        {
            var story = "submitted#1 " + string.Join(' ', order);
            Words.Of(ConversationStatus.From(Read(story))).ShouldBe(status, story);
        }
    }

    [Theory]
    [InlineData("delivered", "undelivered#1 relayed#1 no-report#1 delivered#2")]
    [InlineData("undelivered", "delivered#1 relayed#1 delivered#2 undelivered#2")]
    [InlineData("sending", "undelivered#1 delivered#1 accepted-by-relay#2 delayed#2")]
    public void News_of_the_first_sending_never_touches_the_second(string status, string news)
    {
        foreach (var order in Permutations(news.Split(' ')))
        {
            var story = "submitted#1 undelivered#1 resubmitted#2 " + string.Join(' ', order);
            Words.Of(ConversationStatus.From(Read(story))).ShouldBe(status, story);
        }
    }

    [Fact]
    public void Every_status_is_reached_in_the_table() =>
        typeof(ConversationStatusTests).GetMethod(nameof(A_story_has_its_status))!.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Select(a => (string)((InlineDataAttribute)a).Data[0]!).Distinct(StringComparer.Ordinal)
            .ShouldBe(Words.All<Status>(), ignoreOrder: true);

    private static IEnumerable<(FactKind Kind, Guid? Concerns)> Read(string story)
    {
        foreach (var word in story.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split('#');
            var kind = Words.Parse<FactKind>(parts[0])!.Value;
            yield return (kind, parts.Length == 1 ? null : new Guid(int.Parse(parts[1]), 0, 0, new byte[8]));
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Permutations(IReadOnlyList<string> items) =>
        items.Count <= 1
            ? [items]
            : items.SelectMany((item, i) => Permutations([.. items.Where((_, j) => j != i)]).Select(rest => (IReadOnlyList<string>)[item, .. rest]));
}
