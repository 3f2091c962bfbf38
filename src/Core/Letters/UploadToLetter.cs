using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Files;
using Vaguemestre.Core.Letters.Writing;

namespace Vaguemestre.Core.Letters;

/// <summary>A letter of the caller's organisation as what uploads go to. One that is sent is found too: it tells what became of them.</summary>
public sealed class UploadToLetter(VaguemestreDb db, JoinAttachment join, Settings settings)
{
    public async Task<Result<UploadTarget>> RunAsync(Caller caller, Guid letterId, CancellationToken cancel)
    {
        var found = await new FindLetter(db).RunAsync(caller, letterId, cancel);
        return found.Succeeded ? new Target(caller, found.Value, join, settings) : found.Problem!;
    }

    private sealed class Target(Caller caller, Letter letter, JoinAttachment join, Settings settings) : UploadTarget
    {
        public override Guid Id => letter.Id;

        public override Guid OrganisationId => caller.OrganisationId;

        public override Guid OwnerId => caller.OwnerId;

        public override Problem? WhyNot(long length) => letter switch
        {
            { State: LetterState.Sent } => LetterProblems.AlreadySent,
            { SendAt: not null } => LetterProblems.Scheduled(letter),
            _ => AttachmentLimits.WhyNot(letter, length, settings),
        };

        public override async Task<Problem?> JoinAsync(string name, FileKind kind, StoredFile file, CancellationToken cancel) =>
            (await join.InTransactionAsync(caller, Id, name, kind, file, cancel)).Problem;

        public override (string Name, long Size)? FileOf(Guid upload) =>
            letter.Attachments.Find(a => a.FileId == upload) is { } joined ? (joined.Name, joined.Size) : null;
    }
}
