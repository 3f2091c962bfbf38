namespace Vaguemestre.Core.Data;

/// <summary>Writes the keys that lists are sorted by, of what was written before there were any. Run by a migration.</summary>
internal static class SortKeys
{
    public const string Sqlite =
        """
        UPDATE letters SET subject_key = sort_key(subject);
        UPDATE conversations SET recipient_key = sort_key(COALESCE(company, name, email)), own_subject_key = CASE WHEN own_subject IS NOT NULL THEN sort_key(own_subject) END;
        """;

    public static string Postgres { get; } =
        $"""
        UPDATE letters SET subject_key = {KeyOf("subject")};
        UPDATE conversations SET recipient_key = {KeyOf("COALESCE(company, name, email)")}, own_subject_key = {KeyOf("own_subject")};
        """;

    /// <summary>As near as the database comes to what <see cref="Letters.SortKey"/> makes of a text.</summary>
    private static string KeyOf(string text) =>
        $"""
        left(regexp_replace(lower(regexp_replace(replace(replace(replace(replace(replace(replace(normalize({text}, NFKD), 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '’', ''''), '[\u0300-\u036F]', '', 'g')), '^[^[:alnum:]]+(?=[[:alnum:]])', ''), 80)
        """;
}
