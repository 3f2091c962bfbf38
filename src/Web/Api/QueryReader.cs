using System.Globalization;
using Vaguemestre.Core;
using Vaguemestre.Core.Data;
using Vaguemestre.Core.Tracking;
using Vaguemestre.Core.Tracking.Sorting;

namespace Vaguemestre.Web.Api;

/// <summary>Reads what an address gives after « ? »; collects everything that cannot be taken.</summary>
internal sealed class QueryReader
{
    public const int UsualLimit = 50;

    private const int LongestText = 500;

    private readonly List<FieldError> errors = [];

    public Problem? Problem => errors.Count == 0 ? null : Core.Problem.Invalid(errors);

    /// <summary>Null for one that is blank.</summary>
    public string? Text(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (text.Length <= LongestText && SoundText.CanBeKept(text))
            return text;
        errors.Add(new FieldError(field, $"Ce texte compte au plus {LongestText} caractères, tous d'Unicode."));
        return null;
    }

    public T? Word<T>(string field, string? text)
        where T : struct, Enum => Read(field, text, t => Words.Parse<T>(t), Admitted.NotAWord<T>);

    public RowOrder? Order(string field, string? text)
    {
        if (string.IsNullOrEmpty(text) || RowOrder.Parse(text) is not null)
            return RowOrder.Parse(text);
        errors.Add(new FieldError(field, $"« {SoundText.Beginning(text, 40)} » n'est pas un tri. Attendu : {string.Join(", ", RowOrder.AllWords)}."));
        return null;
    }

    /// <summary>An unescaped « + » of an offset has come as a space.</summary>
    public DateTimeOffset? Instant(string field, string? text) => Read(field, text?.Replace(' ', '+'), InstantText.Parse, Admitted.NotAnInstant);

    public bool? Flag(string field, string? text) => Read<bool>(field, text, t => t switch { "true" => true, "false" => false, _ => null }, _ => "Attendu : true ou false.");

    public Guid? Id(string field, string? text) => Read<Guid>(field, text, t => Guid.TryParse(t, out var id) ? id : null, _ => "Ce n'est pas un identifiant.");

    public int? Number(string field, string? text) => Read<int>(field, text, t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, _ => "Attendu : un nombre entier.");

    public int Limit(string? text) => Read<int>(
        "limit",
        text,
        t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= ListConversations.MostItems ? limit : null,
        _ => $"La limite est un nombre de 1 à {ListConversations.MostItems}.") ?? UsualLimit;

    private T? Read<T>(string field, string? text, Func<string, T?> parse, Func<string, string> why)
        where T : struct
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (parse(text) is { } value)
            return value;
        errors.Add(new FieldError(field, why(text)));
        return null;
    }
}
