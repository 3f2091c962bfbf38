using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Vaguemestre.Core;
using Vaguemestre.Core.Consultations;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Retention;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Web.Access;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Pages.Consultations;

/// <summary>One consultation: what was written and received, and who may be written to.</summary>
public sealed class ShowModel(ListConsultations consultations, ListConversations conversations, ListMessages messages, ListDocuments documents, ReadRegisters registers, ReadRetention retentions, Settings settings) : PageModel
{
    private const int LatestMessages = 10;

    public ConsultationRow Row { get; private set; } = null!;

    public IReadOnlyList<ConversationRow> Latest { get; private set; } = [];

    /// <summary>The latest lines of the messagerie historique; none in the other edition.</summary>
    public IReadOnlyList<MessageRow> Messages { get; private set; } = [];

    public bool HasMore { get; private set; }

    public IReadOnlyList<DocumentRow> Documents { get; private set; } = [];

    public IReadOnlyList<RegisterView> Registers { get; private set; } = [];

    public RetentionView Retention { get; private set; } = null!;

    public bool IsHistorique => Row.Edition == Edition.Historique;

    public DateTimeOffset V2From => settings.Messaging.V2From;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        var caller = HttpContext.Caller();
        var found = await consultations.OneAsync(caller, HttpContext.Reference(), cancel);
        if (!found.Succeeded)
            return NotFound();
        Row = found.Value;
        var reference = Row.Consultation.Reference;
        if (IsHistorique)
        {
            var lines = (await messages.RunAsync(caller, Row.Consultation, null, LatestMessages, cancel)).Value;
            (Messages, HasMore) = (lines.Items, lines.Next is not null);
        }
        else
        {
            var latest = (await conversations.RunAsync(caller, new ConversationFilter { Reference = reference }, null, LatestMessages, cancel)).Value;
            (Latest, HasMore) = (latest.Items, latest.Next is not null);
        }

        Documents = await documents.RunAsync(caller, reference, cancel);
        Retention = (await retentions.RunAsync(caller, reference, cancel)).Value;
        Registers = await registers.RunAsync(Row.Consultation, cancel);
        return Page();
    }

    /// <summary>What somebody should look at; empty when nothing waits.</summary>
    public IReadOnlyList<(Status Status, int Count)> Waiting =>
        [.. new[] { (Status.Undelivered, Row.Undelivered), (Status.ReplyUnread, Row.UnreadReplies), (Status.Draft, Row.Drafts) }.Where(w => w.Item2 > 0)];

    public string Word(Status status) => Core.Data.Words.Of(status);

    public string Download(DocumentRow document) => document.ImportedId is { } imported ? Links.ImportedFile(imported, document.AttachmentId)
        : document.LetterId is { } letter
        ? Links.LetterFile(letter, document.AttachmentId)
        : Links.ReplyFile(document.ConversationId!.Value, document.ReplyId!.Value, document.AttachmentId);

    public string Source(DocumentRow document) => document.ImportedId is { } imported ? Links.ImportedMessage(imported)
        : document.LetterId is { } letter ? Links.Letter(letter)
        : document.Historique ? Links.MessageReply(document.ReplyId!.Value)
        : Links.Conversation(document.ConversationId!.Value);

    public IEnumerable<string> Details(Contact contact)
    {
        if (contact.Name is { } name && name != contact.Company)
            yield return name;
        if (contact.Email is { } email && email != contact.Company)
            yield return email;
        if (contact.Siret is { } siret)
            yield return "SIRET " + siret;
        if (contact.Lots.Count > 0)
            yield return (contact.Lots.Count == 1 ? "Lot " : "Lots ") + string.Join(", ", contact.Lots);
        if (contact.At is { } at)
            yield return French.Short(at);
    }
}
