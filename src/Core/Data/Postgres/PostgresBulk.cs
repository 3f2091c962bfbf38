using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Vaguemestre.Core.Data.Postgres;

/// <summary>Each column goes as one array: one statement a table whatever the number of rows, and one way to the server and back for all tables.</summary>
internal static class PostgresBulk
{
    /// <summary>By connection string: who sets Max Auto Prepare to 0 has a pooler between that knows no prepared statements.</summary>
    private static readonly ConcurrentDictionary<string, bool> MayPrepare = new(StringComparer.Ordinal);

    public static Task InsertAsync(DatabaseFacade database, IReadOnlyList<BulkRows> tables, CancellationToken cancel) =>
        RunAsync(
            database,
            tables.Select(t => Command(
                t.Table.Insert(table => $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns.Select(c => c.Quoted))}) SELECT * FROM unnest({Arrays(table.Columns)})"),
                t.Table.Columns.Select(column => ArrayOf(column, t.Rows.Count, row => column.Of(t.Rows[row]))))),
            cancel);

    public static Task UpdateAsync(DatabaseFacade database, BulkTable table, IReadOnlyList<BulkValues> columns, CancellationToken cancel)
    {
        var (key, names) = (table.Key.Quoted, columns.Select(c => c.Column.Quoted).ToList());
        var sql = $"UPDATE {table.Name} AS row SET {string.Join(", ", names.Skip(1).Select(n => $"{n} = new.{n}"))} FROM unnest({Arrays(columns.Select(c => c.Column))}) AS new ({string.Join(", ", names)}) WHERE row.{key} = new.{key}";
        return RunAsync(database, [Command(sql, columns.Select(c => ArrayOf(c.Column, c.Values.Count, row => c.Values[row])))], cancel);
    }

    private static async Task RunAsync(DatabaseFacade database, IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)database.GetDbConnection(), (NpgsqlTransaction)database.CurrentTransaction!.GetDbTransaction());
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        if (MayPrepare.GetOrAdd(batch.Connection!.ConnectionString, text => new NpgsqlConnectionStringBuilder(text).MaxAutoPrepare > 0))
            await batch.PrepareAsync(cancel);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlBatchCommand Command(string sql, IEnumerable<Array> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
            command.Parameters.Add(new NpgsqlParameter { Value = column });
        return command;
    }

    private static Array ArrayOf(BulkColumn column, int rows, Func<int, object?> value)
    {
        var array = Array.CreateInstance(column.ValueType.IsValueType ? typeof(Nullable<>).MakeGenericType(column.ValueType) : column.ValueType, rows);
        for (var row = 0; row < rows; row++)
            array.SetValue(value(row), row);
        return array;
    }

    private static string Arrays(IEnumerable<BulkColumn> columns) =>
        string.Join(", ", columns.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}::{ElementType(c)}[]")));

    /// <summary>A cast to a bounded text would cut what is too long without a word; the column itself refuses it.</summary>
    private static string ElementType(BulkColumn column) => column.StoreType.StartsWith("character varying", StringComparison.Ordinal) ? "text" : column.StoreType;
}
