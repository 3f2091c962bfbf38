using System.Runtime.CompilerServices;
using Vaguemestre.Core.Access;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Tracking.Sorting;

namespace Vaguemestre.Core.Tracking.Exports;

/// <summary>What a tracking table is exported to.</summary>
public enum TableFormat
{
    /// <summary>Text with semicolons (RFC 4180 but for the separator), UTF-8 with a byte order mark: what a French Excel opens by a double click.</summary>
    Csv,

    /// <summary>Office Open XML workbook (ISO/IEC 29500) of one sheet.</summary>
    Xlsx,
}

/// <summary>
/// The tracking table as a file, whole: every row that the filter leaves, as all of them stand when the writing begins, so that none is passed over
/// because it moved meanwhile. Rows are read a page at a time and written as they come, so that memory does not grow with their number.
/// </summary>
public sealed class ExportConversations(VaguemestreDb db, ListConversations list)
{
    /// <returns>What writes the file; or the fault of the filter.</returns>
    public async Task<Result<Func<Stream, CancellationToken, Task>>> RunAsync(Caller caller, ConversationFilter filter, TableFormat format, CancellationToken cancel, RowOrder? order = null)
    {
        if ((await list.RunAsync(caller, filter, null, 1, cancel, order)).Problem is { } fault)
            return fault;
        return new Func<Stream, CancellationToken, Task>((target, stop) => format switch
        {
            TableFormat.Csv => TableFile.WriteCsvAsync(target, RowsAsync(caller, filter, order, stop), stop),
            TableFormat.Xlsx => TableFile.WriteXlsxAsync(target, RowsAsync(caller, filter, order, stop), stop),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This format has no writer yet."),
        });
    }

    private async IAsyncEnumerable<ConversationRow> RowsAsync(Caller caller, ConversationFilter filter, RowOrder? order, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var snapshot = await db.BeginSnapshotAsync(cancel);
        filter = await filter.LocateAsync(db, caller, cancel);
        string? after = null;
        do
        {
            var page = (await list.RunAsync(caller, filter, after, ListConversations.MostItems, cancel, order)).Value;
            foreach (var row in page.Items)
                yield return row;
            after = page.Next;
        }
        while (after is not null);
    }
}
