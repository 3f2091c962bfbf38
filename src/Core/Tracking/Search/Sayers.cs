namespace Vaguemestre.Core.Tracking.Search;

/// <summary>Who in a consultation says what is looked for, as the index tells it.</summary>
/// <param name="Count">
/// How many conversations and drafts say it: up to <see cref="Data.VaguemestreDb.Many"/>, from where on
/// <see cref="Data.VaguemestreDb.ManyThatSay"/> has them sooner; one more where so many of the latest say it that a page in their order is sooner full by
/// <see cref="Data.VaguemestreDb.EachThatSays"/> than the index has told all.
/// </param>
/// <param name="Subjects">All conversations and drafts that say it, where they are few enough to be read by their keys; null where they are more.</param>
internal sealed record Sayers(int Count, IReadOnlyList<Guid>? Subjects);
