using Microsoft.EntityFrameworkCore;
using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>Reads what search does not know yet into its index, the latest first, a batch a turn. Of several nodes one does it at a time.</summary>
public sealed class FeedSearch(VaguemestreDb db)
{
    /// <summary>So few that on SQLite whoever writes meanwhile waits a tenth of a second.</summary>
    public const int Batch = 250;

    /// <returns>How many news were read; 0 where there are none, or where another node reads them.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        if (!await db.SearchNews.AnyAsync(cancel))
            return 0;
        var read = (await db.WriteAsync(() => InTransactionAsync(cancel), cancel)).Value;
        if (read > 0 && !await db.SearchNews.AnyAsync(cancel))
            await db.SettleTermsAsync(cancel);
        return read;
    }

    private async Task<Result<int>> InTransactionAsync(CancellationToken cancel)
    {
        if (!await db.MayIndexAsync(cancel))
            return 0;
        var news = await db.SearchNews.AsNoTracking().OrderByDescending(n => n.Id).Take(Batch).ToListAsync(cancel);
        var subjects = news.Select(n => n.SubjectId).Distinct().ToList();

        // Read after the news: it has all that was committed with them. What is written from here on brings news of its own.
        var texts = await new FindableTexts(db).ReadAsync(subjects, cancel);
        await db.PutTermsAsync(texts, cancel);
        await db.DropTermsAsync([.. subjects.Except(texts.Select(t => t.Subject))], cancel);
        var read = news.Select(n => n.Id).ToList();
        await db.SearchNews.Where(n => read.Contains(n.Id)).ExecuteDeleteAsync(cancel);
        return news.Count;
    }
}

/// <summary>Has the index written anew: everything is news again. What was found is found meanwhile.</summary>
public sealed class RebuildSearch(VaguemestreDb db)
{
    /// <returns>How many conversations and drafts are to be read.</returns>
    public async Task<int> RunAsync(CancellationToken cancel) => (await db.WriteAsync<int>(
        async () =>
        {
            await db.SearchNews.ExecuteDeleteAsync(cancel);
            return await db.Database.ExecuteSqlRawAsync(Everything, cancel);
        },
        cancel)).Value;

    /// <summary>Each under its own identifier, which orders it by its age.</summary>
    public const string Everything =
        """
        INSERT INTO search_news (id, subject_id)
        SELECT id, id FROM conversations UNION ALL SELECT id, id FROM letters WHERE state = 'draft' UNION ALL
        SELECT subject_id, subject_id FROM search_rows s
        WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = s.subject_id) AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.id = s.subject_id AND l.state = 'draft')
        """;
}
