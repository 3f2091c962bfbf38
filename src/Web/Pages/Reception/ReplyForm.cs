using Vaguemestre.Core;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Web.Pages.Reception;

/// <summary>A reply in writing, as its form posts it.</summary>
public sealed class ReplyForm
{
    /// <summary>What the form was shown of the draft; see <see cref="ReplyShown"/>.</summary>
    public string? Shown { get; set; }

    public string? Text { get; set; }

    public List<IFormFile> Files { get; set; } = [];

    public static ReplyForm Of(ReplyDraft? draft) => new() { Shown = ReplyShown.Of(draft).ToString(), Text = draft?.Text };

    /// <summary>The page's name of a field of Core's.</summary>
    public static string FieldOf(string field) => field switch
    {
        "text" => "Form.Text",
        "file" => "Form.Files",
        _ => "",
    };
}

/// <summary>A reply in writing, as its form shows it.</summary>
public sealed record ReplyView(string Token, ReplyInWriting Writing, ReplyForm Form, Settings Settings, TimeProvider Clock)
{
    public LetterVisit Visit => Writing.Visit;

    public IReadOnlyList<ReplyDraftFile> Files => Writing.Draft?.Files ?? [];

    /// <summary>A file waits for the antivirus.</summary>
    public bool IsWaiting => Files.Any(f => f.File?.Scan == FileScan.Waiting);

    /// <summary>Bytes of the files that are there.</summary>
    public long Used => Writing.Draft?.FilesSize ?? 0;

    /// <summary>Bytes that all files may have together.</summary>
    public long Limit => Settings.Limits.TrackedAttachments;

    public bool IsLate => Visit.Letter.ReplyDue < Clock.GetUtcNow();

    public bool IsClosed => Visit.RepliesClosedAt(Clock.GetUtcNow());

    /// <summary>When it was last kept; null while nothing was.</summary>
    public DateTimeOffset? SavedAt => Writing.Draft?.ChangedAt;

    /// <summary>The form holds what the draft does not.</summary>
    public bool IsUnsaved => (Form.Text ?? "") != (Writing.Draft?.Text ?? "");
}
