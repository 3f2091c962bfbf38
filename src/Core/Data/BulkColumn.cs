using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Vaguemestre.Core.Data;

/// <summary>The values of one column for many rows, as the database takes them.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="StoreType">The column's type in the database.</param>
/// <param name="ValueType">What every value is, where it is not null.</param>
/// <param name="Values">One a row.</param>
internal sealed record BulkColumn(string Name, string StoreType, Type ValueType, IReadOnlyList<object?> Values)
{
    public static BulkColumn Of(IProperty property, IEnumerable<object?> values)
    {
        var converter = property.GetTypeMapping().Converter;
        var type = converter?.ProviderClrType ?? property.ClrType;
        return new BulkColumn(property.GetColumnName(), property.GetColumnType(), Nullable.GetUnderlyingType(type) ?? type,
            [.. converter is null ? values : values.Select(v => v is null ? null : converter.ConvertToProvider(v))]);
    }
}
