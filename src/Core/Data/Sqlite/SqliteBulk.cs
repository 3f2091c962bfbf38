using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Vaguemestre.Core.Data.Sqlite;

/// <summary>One statement a table, a row after the other: there is no network to save.</summary>
internal static class SqliteBulk
{
    public static Task InsertAsync(DatabaseFacade database, BulkTable table, IReadOnlyList<object> rows, CancellationToken cancel) =>
        RunAsync(
            database,
            table.Insert(t => $"INSERT INTO {t.Name} ({string.Join(", ", t.Columns.Select(c => c.Quoted))}) VALUES ({string.Join(", ", t.Columns.Select((_, i) => Name(i)))})"),
            table.Columns.Count,
            rows.Count,
            (row, column) => table.Columns[column].Of(rows[row]),
            cancel);

    public static Task UpdateAsync(DatabaseFacade database, BulkTable table, IReadOnlyList<BulkValues> columns, CancellationToken cancel) =>
        RunAsync(
            database,
            $"UPDATE {table.Name} SET {string.Join(", ", columns.Skip(1).Select((c, i) => $"{c.Column.Quoted} = {Name(i + 1)}"))} WHERE {table.Key.Quoted} = {Name(0)}",
            columns.Count,
            columns[0].Values.Count,
            (row, column) => columns[column].Values[row],
            cancel);

    private static async Task RunAsync(DatabaseFacade database, string sql, int columns, int rows, Func<int, int, object?> value, CancellationToken cancel)
    {
        await using var command = database.GetDbConnection().CreateCommand();
        command.Transaction = database.CurrentTransaction!.GetDbTransaction();
#pragma warning disable CA2100 // Names come from the model, values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        var parameters = Enumerable.Range(0, columns).Select(i => Parameter(command, Name(i))).ToArray();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < parameters.Length; column++)
                parameters[column].Value = value(row, column) ?? DBNull.Value;
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private static DbParameter Parameter(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"@p{index}");
}
