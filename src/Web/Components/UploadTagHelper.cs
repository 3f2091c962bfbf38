using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Vaguemestre.Core.Files;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>
/// Files to add. Says the limit of their sum and what is left of it; with script, names the files chosen and their sizes before they leave,
/// or, given <c>tus</c>, sends them at once with their progress. The form needs <c>enctype="multipart/form-data"</c>.
/// </summary>
[HtmlTargetElement("v-upload", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class UploadTagHelper : ControlTagHelper
{
    public bool Multiple { get; set; } = true;

    /// <summary>Bytes that all files may have together.</summary>
    public long? Limit { get; set; }

    /// <summary>Bytes already there.</summary>
    public long Used { get; set; }

    /// <summary>Where files go by tus as soon as they are chosen or dropped.</summary>
    public string? Tus { get; set => field = value.OrNull(); }

    /// <summary>Ids of what a joined file changes on the page, separated by spaces.</summary>
    public string? Refresh { get; set => field = value.OrNull(); }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        Hint ??= Limit switch
        {
            null => null,
            { } limit when Used == 0 => string.Format(CultureInfo.CurrentCulture, Multiple ? Words.UploadLimit : Words.UploadLimitOfOne, Localised.Size(limit)),
            { } limit => string.Format(CultureInfo.CurrentCulture, Words.UploadLeft, Localised.Size(Math.Max(0, limit - Used)), Localised.Size(limit)),
        };
        var control = Markup.Tag("input", "form-control").With("type", "file").With("multiple", Multiple).With("data-files", "")
            .With("data-limit", Limit?.ToString(CultureInfo.InvariantCulture)).With("data-used", Used.ToString(CultureInfo.InvariantCulture));
        if (Tus is not null)
        {
            control.With("data-tus", Tus).With("data-tus-refresh", Refresh).With("data-refused", string.Join(' ', RefusedFiles.Extensions)).With("data-words", JsonSerializer.Serialize(TusWords));
        }

        control.TagRenderMode = TagRenderMode.SelfClosing;
        Control(control, output);
        Frame(output, "div");
        output.Content.AppendHtml(LabelTag("label"));
        if (HintTag() is { } hint) output.Content.AppendHtml(hint);
        if (ErrorTag() is { } error) output.Content.AppendHtml(error);
        output.Content.AppendHtml(Markup.Tag("div", "upload").With(Tus is null ? null : Markup.Tag("p", "upload-drop", Words.UploadDrop), control));
    }

    /// <summary>What the script says; <c>{0}</c> and <c>{1}</c> are filled there.</summary>
    private static Dictionary<string, string> TusWords => new(StringComparer.Ordinal)
    {
        ["list"] = Words.UploadList,
        ["waiting"] = Words.UploadWaiting,
        ["sending"] = Words.UploadSending,
        ["paused"] = Words.UploadPaused,
        ["lost"] = Words.UploadLost,
        ["failed"] = Words.UploadFailed,
        ["started"] = Words.UploadStarted,
        ["done"] = Words.UploadDone,
        ["total"] = Words.UploadTotal,
        ["wait"] = Words.UploadWait,
        ["empty"] = Words.UploadEmpty,
        ["folder"] = Words.UploadFolder,
        ["kind"] = Words.UploadKind,
        ["large"] = Words.UploadLarge,
        ["pause"] = Words.UploadPause,
        ["resume"] = Words.UploadResume,
        ["cancel"] = Words.UploadCancel,
        ["dismiss"] = Words.UploadDismiss,
    };
}
