using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Vaguemestre.Core;

/// <summary>A page of a list, newest first, and where the next begins.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A place in a list sorted by an instant and an identifier, both descending; opaque to callers.</summary>
public sealed record Cursor(DateTimeOffset At, Guid Id)
{
    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}:{Id:N}")));

    /// <summary>Null for no cursor; a problem for a text that is none.</summary>
    public static Result<Cursor?> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return (Cursor?)null;
        var bytes = new byte[64];
        if (text.Length <= 80 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && Encoding.ASCII.GetString(bytes, 0, written).Split(':') is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks && Guid.TryParseExact(id, "N", out var guid))
            return new Cursor(new DateTimeOffset(at, TimeSpan.Zero), guid);
        return Problem.Invalid("cursor", "Ce curseur n'est pas celui d'une page précédente. Reprenez la liste au début.");
    }
}
