using Vaguemestre.Core.Access;
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
/// The tracking table as a file, whole: every row that the filter leaves, as it stands when its turn comes. Rows are read a page at a time
/// and written as they come, so that memory does not grow with their number.
/// </summary>
public sealed class ExportConversations(ListConversations list)
{
    /// <returns>What writes the file; or the fault of the filter.</returns>
    public async Task<Result<Func<Stream, CancellationToken, Task>>> RunAsync(Caller caller, ConversationFilter filter, TableFormat format, CancellationToken cancel, RowOrder? order = null)
    {
        var first = await list.RunAsync(caller, filter, null, ListConversations.MostItems, cancel, order);
        if (!first.Succeeded)
            return first.Problem!;
        return new Func<Stream, CancellationToken, Task>((target, stop) => format switch
        {
            TableFormat.Csv => TableFile.WriteCsvAsync(target, RowsAsync(caller, filter, order, first.Value, stop), stop),
            TableFormat.Xlsx => TableFile.WriteXlsxAsync(target, RowsAsync(caller, filter, order, first.Value, stop), stop),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "This format has no writer yet."),
        });
    }

    private async IAsyncEnumerable<ConversationRow> RowsAsync(Caller caller, ConversationFilter filter, RowOrder? order, Page<ConversationRow> page, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            foreach (var row in page.Items)
                yield return row;
            if (page.Next is null)
                yield break;
            page = (await list.RunAsync(caller, filter, page.Next, ListConversations.MostItems, cancel, order)).Value;
        }
    }
}
