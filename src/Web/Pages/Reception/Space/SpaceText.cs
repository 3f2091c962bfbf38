using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core.Reception.Space;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Pages.Reception.Space;

/// <summary>How a letter stands in the list of a company's space.</summary>
internal static class SpaceText
{
    public static string Status(SpaceStatus status) => status switch
    {
        SpaceStatus.InFull => Company.StatusInFull,
        SpaceStatus.Unread => Company.StatusUnread,
        SpaceStatus.Opened => Company.StatusOpened,
        SpaceStatus.ReplyExpected => Company.StatusReplyExpected,
        SpaceStatus.Replied => Company.StatusReplied,
        _ => Company.StatusClosed,
    };

    public static string Icon(SpaceStatus status) => status switch
    {
        SpaceStatus.InFull => "envelope-paper",
        SpaceStatus.Unread => "envelope",
        SpaceStatus.Opened => "envelope-open",
        SpaceStatus.ReplyExpected => "reply",
        SpaceStatus.Replied => "reply-fill",
        _ => "x-circle",
    };

    /// <summary>The sentence below the status; null where the word says all.</summary>
    public static IHtmlContent? Detail(SpaceLetter letter, SpaceStatus status) => status switch
    {
        SpaceStatus.InFull => Markup.Text(Company.DetailInFull),
        SpaceStatus.Closed when letter.LinkEnded => Markup.Text(Company.DetailLinkEnded),
        SpaceStatus.Closed => At(Company.DetailRepliesClosed, letter.ReplyDue),
        SpaceStatus.Replied => At(Company.DetailReplied, letter.RepliedAt),
        SpaceStatus.Opened => At(Company.DetailOpened, letter.OpenedAt),
        _ when letter is { ReplyExpected: true, ReplyDue: not null } => At(Company.DetailReplyBefore, letter.ReplyDue),
        SpaceStatus.ReplyExpected => At(Company.DetailOpened, letter.OpenedAt),
        _ => null,
    };

    private static IHtmlContent? At(string sentence, DateTimeOffset? at) => at is { } instant ? sentence.WithHtml(Localised.InstantHtml(instant)) : null;
}

internal static class SpacePages
{
    /// <summary>The session is over, or never was: back to the form.</summary>
    public static async Task<IActionResult> OutOfSpaceAsync(this PageModel page)
    {
        if (await page.HttpContext.SpaceAsync() is not null)
        {
            await page.HttpContext.LeaveSpaceAsync();
            page.TempData.Flash(Company.SpaceOver, "info");
        }

        return new RedirectResult(CompanyLinks.Space);
    }
}
