using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Letters.Bodies;

namespace Vaguemestre.Core.Letters.Writing;

/// <summary>
/// What a writer had before their eyes: the draft's version, and a fingerprint of each field that is written as a whole, by
/// which it is known who of two changed what. Travels in the form; says nothing of the content.
/// </summary>
public sealed record DraftShown(int Version, string Options, string Subject, string Body)
{
    /// <summary>The writer saw nothing: whatever differs is weighed.</summary>
    public static DraftShown Nothing { get; } = new(0, "", "", "");

    public static DraftShown Of(Letter letter) => new(letter.Version, OptionsOf(letter.Mode, letter.ReplyExpected, letter.ReplyDue), Fingerprint(letter.Subject), Fingerprint(letter.Body));

    /// <summary>Null when the text is not what <see cref="ToString"/> writes.</summary>
    public static DraftShown? Parse(string? text) =>
        text is { Length: < 200 } && text.Split('.') is [var version, var options, var subject, var body] && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new DraftShown(number, options, subject, body)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}.{Options}.{Subject}.{Body}");

    /// <summary>After a saving: what the writer sees now, who still has before them what somebody else has changed.</summary>
    public DraftShown After(SavedDraft saved)
    {
        var now = Of(saved.Letter);
        return saved.TakenOver.Count == 0 ? now : new(
            Version,
            Seen(DraftField.Options) ? now.Options : Options,
            Seen(DraftField.Subject) ? now.Subject : Subject,
            Seen(DraftField.Body) ? now.Body : Body);

        bool Seen(DraftField field) => saved.TakenOver.All(c => c.Field != field);
    }

    internal static DraftShown Of(DraftContent content) =>
        new(0, OptionsOf(content.Mode, content is { Mode: DeliveryMode.Tracked, ReplyExpected: true }, content.ReplyDue), Fingerprint(content.Subject), Fingerprint(content.Body));

    private static string OptionsOf(DeliveryMode mode, bool replyExpected, DateTimeOffset? due) =>
        Fingerprint(string.Create(CultureInfo.InvariantCulture, $"{mode} {replyExpected} {(replyExpected ? due?.ToMicroseconds().ToUnixTimeMilliseconds() : null)}"));

    internal static string Fingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

/// <param name="Letter">The draft as it is now.</param>
/// <param name="TakenOver">What somebody else changed since the writer looked, and was kept.</param>
public sealed record SavedDraft(Letter Letter, IReadOnlyList<DraftChange> TakenOver);

/// <summary>
/// Saves what a writer made of a draft, beside what somebody else did to it meanwhile: fields that only one of them changed
/// come together; where both changed one field, nothing is saved and problem <c>stale</c> names the field, who, and when.
/// Recipients and files are added and removed one by one, so that they never clash.
/// </summary>
public sealed class SaveDraft(VaguemestreDb db, Journal.Journal journal, Files.FileStore files, TimeProvider clock)
{
    /// <param name="shown">What the writer saw.</param>
    /// <param name="input">Makes the input of the draft as it is now.</param>
    public async Task<Result<SavedDraft>> RunAsync(Caller caller, Guid id, DraftShown shown, Func<Letter, DraftInput> input, CancellationToken cancel)
    {
        var orphans = new List<Guid>();
        var saved = await db.WriteAsync(() => InTransactionAsync(caller, id, shown, input, orphans, cancel), cancel);
        if (saved.Succeeded)
            orphans.ForEach(files.Delete);
        return saved;
    }

    private async Task<Result<SavedDraft>> InTransactionAsync(Caller caller, Guid id, DraftShown shown, Func<Letter, DraftInput> input, List<Guid> orphans, CancellationToken cancel)
    {
        var found = await new FindLetter(db).DraftAsync(caller, id, cancel);
        if (!found.Succeeded)
            return found.Problem!;
        var letter = found.Value;
        var mine = input(letter);
        List<DraftChange> takenOver = [];
        if (shown.Version != letter.Version)
        {
            // What cannot be kept is refused as such before two texts are weighed.
            var content = DraftContent.Check(mine.Over(letter));
            if (!content.Succeeded)
                return content.Problem!;
            var merge = Merge.Of(letter, shown, DraftShown.Of(letter), DraftShown.Of(content.Value));
            if (merge.Clashes.Count > 0)
                return Stale(letter, merge.Clashes);
            mine = merge.Apply(mine);
            takenOver = merge.TakenOver;
        }

        var written = await new ChangeDraft(db, journal, files, clock).WriteAsync(caller, letter, mine, orphans, cancel);
        return written.Succeeded ? new SavedDraft(letter, takenOver) : written.Problem!;
    }

    private static Problem Stale(Letter letter, IReadOnlyList<DraftField> clashes)
    {
        var last = letter.Changes.Where(c => clashes.Contains(c.Field)).MaxBy(c => c.At);
        var who = last is null ? "Ce brouillon a été modifié entre-temps" : $"{last.By} a modifié ce brouillon {ParisTime.Text(last.At)}";
        return new Problem(
            ProblemKind.Stale,
            "stale",
            $"{who}, aux mêmes endroits que vous. Votre saisie n'est pas enregistrée et rien n'a été remplacé.",
            [.. clashes.Select(field => new FieldError(NameOf(field), $"{By(letter, field)} a aussi modifié {LetterWords.French(field)}."))]);
    }

    private static string By(Letter letter, DraftField field) => letter.Changes.Find(c => c.Field == field)?.By ?? "Quelqu'un d'autre";

    private static string NameOf(DraftField field) => field switch
    {
        DraftField.Subject => "subject",
        DraftField.Body => "bodyHtml",
        _ => "mode",
    };

    /// <summary>Who of two changed which field.</summary>
    private sealed record Merge(IReadOnlyList<DraftField> Theirs, List<DraftField> Clashes, List<DraftChange> TakenOver)
    {
        public static Merge Of(Letter letter, DraftShown shown, DraftShown now, DraftShown mine)
        {
            (DraftField Field, string Shown, string Now, string Mine)[] fields =
            [
                (DraftField.Options, shown.Options, now.Options, mine.Options),
                (DraftField.Subject, shown.Subject, now.Subject, mine.Subject),
                (DraftField.Body, shown.Body, now.Body, mine.Body),
            ];
            var theirs = fields.Where(f => f.Now != f.Shown && f.Mine == f.Shown).Select(f => f.Field).ToList();
            var clashes = fields.Where(f => f.Now != f.Shown && f.Mine != f.Shown && f.Mine != f.Now).Select(f => f.Field).ToList();
            return new Merge(theirs, clashes, letter.Changes.FindAll(c => theirs.Contains(c.Field)));
        }

        public DraftInput Apply(DraftInput mine) => mine with
        {
            Mode = Theirs.Contains(DraftField.Options) ? null : mine.Mode,
            ReplyExpected = Theirs.Contains(DraftField.Options) ? null : mine.ReplyExpected,
            ReplyDue = Theirs.Contains(DraftField.Options) ? null : mine.ReplyDue,
            ClearReplyDue = !Theirs.Contains(DraftField.Options) && mine.ClearReplyDue,
            Subject = Theirs.Contains(DraftField.Subject) ? null : mine.Subject,
            BodyHtml = Theirs.Contains(DraftField.Body) ? null : mine.BodyHtml,
        };
    }
}
