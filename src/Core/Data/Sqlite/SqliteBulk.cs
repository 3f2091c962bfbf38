using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Vaguemestre.Core.Data.Sqlite;

/// <summary>One prepared statement, a row after the other: there is no network to save.</summary>
internal static class SqliteBulk
{
    public static Task InsertAsync(DatabaseFacade database, string table, IReadOnlyList<BulkColumn> columns, CancellationToken cancel) =>
        RunAsync(database, $"INSERT INTO {table} ({string.Join(", ", columns.Select(Quoted))}) VALUES ({string.Join(", ", columns.Select((_, i) => Name(i)))})", columns, cancel);

    public static Task UpdateAsync(DatabaseFacade database, string table, BulkColumn key, IReadOnlyList<BulkColumn> columns, CancellationToken cancel) =>
        RunAsync(database, $"UPDATE {table} SET {string.Join(", ", columns.Select((c, i) => $"{Quoted(c)} = {Name(i)}"))} WHERE {Quoted(key)} = {Name(columns.Count)}", [.. columns, key], cancel);

    private static async Task RunAsync(DatabaseFacade database, string sql, IReadOnlyList<BulkColumn> columns, CancellationToken cancel)
    {
        await using var command = database.GetDbConnection().CreateCommand();
        command.Transaction = database.CurrentTransaction!.GetDbTransaction();
#pragma warning disable CA2100 // Names come from the model, values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        var parameters = columns.Select((_, i) => Parameter(command, Name(i))).ToArray();
        for (var row = 0; row < columns[0].Values.Count; row++)
        {
            for (var column = 0; column < parameters.Length; column++)
                parameters[column].Value = columns[column].Values[row] ?? DBNull.Value;
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

    private static string Quoted(BulkColumn column) => $"\"{column.Name}\"";
}
