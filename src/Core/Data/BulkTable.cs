using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Vaguemestre.Core.Data;

/// <summary>A table as rows are written to it past the change tracker: worked out once a model, not with every row.</summary>
internal sealed class BulkTable
{
    private static readonly ConditionalWeakTable<IEntityType, BulkTable> Known = [];

    private readonly Dictionary<string, BulkColumn> _columns;
    private string? _insert;

    private BulkTable(IEntityType entity)
    {
        Name = entity.GetTableName()!;
        _columns = entity.GetProperties().ToDictionary(p => p.Name, p => new BulkColumn(p), StringComparer.Ordinal);
        Columns = [.. _columns.Values];
        Key = _columns[entity.FindPrimaryKey()!.Properties[0].Name];
    }

    public string Name { get; }

    public IReadOnlyList<BulkColumn> Columns { get; }

    /// <summary>The primary key, or the first part of one that has several.</summary>
    public BulkColumn Key { get; }

    public BulkColumn this[string property] => _columns[property];

    public static BulkTable Of(IEntityType entity) => Known.GetValue(entity, static e => new BulkTable(e));

    /// <summary>The statement that adds rows, as its database writes it.</summary>
    public string Insert(Func<BulkTable, string> write) => _insert ??= write(this);
}

/// <summary>One column, and how its values stand in the database.</summary>
internal sealed class BulkColumn(IProperty property)
{
    private readonly Func<object?, object?>? _convert = property.GetTypeMapping().Converter?.ConvertToProvider;
    private readonly IClrPropertyGetter _getter = property.GetGetter();

    public string Name { get; } = property.GetColumnName();

    public string Quoted => $"\"{Name}\"";

    /// <summary>The column's type in the database.</summary>
    public string StoreType { get; } = property.GetColumnType();

    /// <summary>What every value is, where it is not null.</summary>
    public Type ValueType { get; } = TypeOf(property);

    public object? Of(object row) => Convert(_getter.GetClrValue(row));

    public object? Convert(object? value) => value is null || _convert is null ? value : _convert(value);

    private static Type TypeOf(IProperty property)
    {
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }
}

/// <summary>Rows to be added to a table.</summary>
internal sealed record BulkRows(BulkTable Table, IReadOnlyList<object> Rows);

/// <summary>What a column becomes, one value a row, as the database takes it.</summary>
internal sealed record BulkValues(BulkColumn Column, IReadOnlyList<object?> Values)
{
    public static BulkValues Of(BulkColumn column, IEnumerable<object?> values) => new(column, [.. values.Select(column.Convert)]);
}
