using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Vaguemestre.Core.Data.Postgres;

/// <summary>Each column goes as one array: one statement whatever the number of rows.</summary>
internal static class PostgresBulk
{
    /// <summary>By connection string: who sets Max Auto Prepare to 0 has a pooler between that knows no prepared statements.</summary>
    private static readonly ConcurrentDictionary<string, bool> MayPrepare = new(StringComparer.Ordinal);

    public static Task InsertAsync(DatabaseFacade database, string table, IReadOnlyList<BulkColumn> columns, CancellationToken cancel) =>
        RunAsync(database, $"INSERT INTO {table} ({string.Join(", ", columns.Select(Quoted))}) SELECT * FROM unnest({Arrays(columns)})", columns, cancel);

    public static Task UpdateAsync(DatabaseFacade database, string table, BulkColumn key, IReadOnlyList<BulkColumn> columns, CancellationToken cancel)
    {
        IReadOnlyList<BulkColumn> all = [key, .. columns];
        var sql = $"UPDATE {table} AS row SET {string.Join(", ", columns.Select(c => $"{Quoted(c)} = new.{Quoted(c)}"))} FROM unnest({Arrays(all)}) AS new ({string.Join(", ", all.Select(Quoted))}) WHERE row.{Quoted(key)} = new.{Quoted(key)}";
        return RunAsync(database, sql, all, cancel);
    }

    private static async Task RunAsync(DatabaseFacade database, string sql, IReadOnlyList<BulkColumn> columns, CancellationToken cancel)
    {
#pragma warning disable CA2100 // Names come from the model, values are parameters.
        await using var command = new NpgsqlCommand(sql, (NpgsqlConnection)database.GetDbConnection(), (NpgsqlTransaction)database.CurrentTransaction!.GetDbTransaction());
#pragma warning restore CA2100
        foreach (var column in columns)
            command.Parameters.Add(new NpgsqlParameter { Value = ArrayOf(column) });
        if (MayPrepare.GetOrAdd(command.Connection!.ConnectionString, text => new NpgsqlConnectionStringBuilder(text).MaxAutoPrepare > 0))
            await command.PrepareAsync(cancel);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static Array ArrayOf(BulkColumn column)
    {
        var type = column.ValueType.IsValueType ? typeof(Nullable<>).MakeGenericType(column.ValueType) : column.ValueType;
        var array = Array.CreateInstance(type, column.Values.Count);
        for (var i = 0; i < array.Length; i++)
            array.SetValue(column.Values[i], i);
        return array;
    }

    private static string Arrays(IReadOnlyList<BulkColumn> columns) =>
        string.Join(", ", columns.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}::{ElementType(c)}[]")));

    /// <summary>A cast to a bounded text would cut what is too long without a word; the column itself refuses it.</summary>
    private static string ElementType(BulkColumn column) => column.StoreType.StartsWith("character varying", StringComparison.Ordinal) ? "text" : column.StoreType;

    private static string Quoted(BulkColumn column) => $"\"{column.Name}\"";
}
