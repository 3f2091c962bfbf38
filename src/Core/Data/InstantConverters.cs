using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Vaguemestre.Core.Data;

/// <summary>An instant as whole microseconds since 1970-01-01 UTC: SQLite has no instant, and an integer sorts.</summary>
public sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
    v => (v.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
    v => DateTimeOffset.UnixEpoch.AddTicks(v * TimeSpan.TicksPerMicrosecond));

/// <summary>PostgreSQL's <c>timestamptz</c> takes UTC only.</summary>
public sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(v => v.ToUniversalTime(), v => v.ToUniversalTime());

public static class Clock
{
    /// <summary>Now, in UTC, cut to the microsecond that both databases keep.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => clock.GetUtcNow().ToMicroseconds();

    public static DateTimeOffset ToMicroseconds(this DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
