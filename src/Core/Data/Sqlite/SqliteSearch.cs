using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Vaguemestre.Core.Tracking.Search;

namespace Vaguemestre.Core.Data.Sqlite;

/// <summary>The index of words: a table of FTS5 that holds terms and no text, a row for each <see cref="SearchRow"/> under its number.</summary>
internal static class SqliteSearch
{
    /// <summary>What reaches it is terms: it parts them at spaces and folds nothing but ASCII capitals, which there are none of.</summary>
    public const string CreateTable =
        """
        CREATE VIRTUAL TABLE search_terms USING fts5(terms, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '_~.@#'")
        """;

    public static async Task PutAsync(SqliteDb db, IReadOnlyList<(Guid Subject, SearchTerms Terms)> rows, CancellationToken cancel)
    {
        var subjects = rows.Select(r => r.Subject).ToList();
        var known = await db.SearchRows.AsNoTracking().Where(r => subjects.Contains(r.SubjectId)).ToDictionaryAsync(r => r.SubjectId, r => r.Number, cancel);
        var added = subjects.Where(s => !known.ContainsKey(s)).Select(s => new SearchRow { SubjectId = s }).ToList();
        db.SearchRows.AddRange(added);
        await db.SaveChangesAsync(cancel);
        added.ForEach(row => known.Add(row.SubjectId, row.Number));

        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = "INSERT OR REPLACE INTO search_terms (rowid, terms) VALUES (@number, @terms)";
        var (number, terms) = (command.CreateParameter(), command.CreateParameter());
        (number.ParameterName, terms.ParameterName) = ("@number", "@terms");
        command.Parameters.Add(number);
        command.Parameters.Add(terms);
        foreach (var row in rows)
        {
            (number.Value, terms.Value) = (known[row.Subject], row.Terms.ForFts5());
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    public static async Task DropAsync(SqliteDb db, IReadOnlyList<Guid> subjects, CancellationToken cancel)
    {
        foreach (var number in await db.SearchRows.Where(r => subjects.Contains(r.SubjectId)).Select(r => r.Number).ToListAsync(cancel))
            await db.Database.ExecuteSqlAsync($"DELETE FROM search_terms WHERE rowid = {number}", cancel);
        await db.SearchRows.Where(r => subjects.Contains(r.SubjectId)).ExecuteDeleteAsync(cancel);
    }
}
