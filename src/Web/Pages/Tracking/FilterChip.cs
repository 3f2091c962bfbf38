using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Tracking;

/// <summary>One thing that the list is narrowed to, to be taken off by a link.</summary>
/// <param name="Key">Its name in the address.</param>
/// <param name="Label">What it narrows: the label of its field.</param>
/// <param name="Value">To what; null where the label says it.</param>
public sealed record FilterChip(string Key, string Label, string? Value)
{
    /// <summary>Its field stands in « Recherche détaillée ».</summary>
    public bool IsDetail => Key is not (nameof(FollowModel.Q) or nameof(FollowModel.Status) or nameof(FollowModel.Letter));

    /// <summary>In the order of the form.</summary>
    public static IReadOnlyList<FilterChip> Of(FollowModel list)
    {
        var chips = new List<FilterChip>();
        Text(nameof(list.Q), list.Q);
        Text(nameof(list.Status), list.Only is { } status ? Look.StatusWord(Core.Data.Words.Of(status)) : null);
        Text(nameof(list.Letter), list.Letter is null ? null : list.Shown.FirstOrDefault()?.Subject is { Length: > 0 } subject ? subject : "un seul");
        Text(nameof(list.Type), TextOf(FollowSearch.Types, list.Type));
        Text(nameof(list.Mode), TextOf(FollowSearch.Modes, list.Mode));
        Text(nameof(list.Recipient), list.Recipient);
        Text(nameof(list.Company), list.Company);
        Text(nameof(list.Lot), TextOf(list.Lots, list.Lot) ?? list.Lot);
        Text(nameof(list.Sender), list.Sender);
        Day(nameof(list.SentFrom), list.SentFrom);
        Day(nameof(list.SentTo), list.SentTo);
        Day(nameof(list.ReadFrom), list.ReadFrom);
        Day(nameof(list.ReadTo), list.ReadTo);
        Day(nameof(list.RepliedFrom), list.RepliedFrom);
        Day(nameof(list.RepliedTo), list.RepliedTo);
        Flag(nameof(list.ReplyExpected), list.ReplyExpected);
        Flag(nameof(list.Late), list.Late);
        Flag(nameof(list.Favourite), list.Favourite);
        Flag(nameof(list.WithAttachments), list.WithAttachments);
        return chips;

        void Text(string key, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
                chips.Add(new FilterChip(key, LabelOf(key), value));
        }

        void Day(string key, DateOnly? day)
        {
            if (day is { } given)
                chips.Add(new FilterChip(key, LabelOf(key), French.Date(given)));
        }

        void Flag(string key, bool on)
        {
            if (on)
                chips.Add(new FilterChip(key, LabelOf(key), null));
        }
    }

    private static string? TextOf(IReadOnlyList<Option> options, string? value) => options.FirstOrDefault(o => o.Value == value)?.Text;

    private static string LabelOf(string property) => typeof(FollowModel).GetProperty(property)!.GetCustomAttribute<DisplayAttribute>()!.Name!;
}
