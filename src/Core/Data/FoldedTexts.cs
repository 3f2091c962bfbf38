namespace Vaguemestre.Core.Data;

/// <summary>Writes the folded texts that lists are sorted by and recipients are looked for in, of what was written before there were any. Run by migrations.</summary>
internal static class FoldedTexts
{
    public const string SqliteKeys =
        """
        UPDATE letters SET subject_key = sort_key(subject);
        UPDATE conversations SET recipient_key = sort_key(COALESCE(company, name, email)), own_subject_key = CASE WHEN own_subject IS NOT NULL THEN sort_key(own_subject) END;
        """;

    public const string SqliteRecipients = "UPDATE conversations SET recipient_text = recipient_lines(email, name, company)";

    public static string PostgresKeys { get; } =
        $"""
        UPDATE letters SET subject_key = {KeyOf("subject")};
        UPDATE conversations SET recipient_key = {KeyOf("COALESCE(company, name, email)")}, own_subject_key = {KeyOf("own_subject")};
        """;

    public static string PostgresRecipients { get; } = $"UPDATE conversations SET recipient_text = {Line("email")} || chr(10) || {Line("COALESCE(name, '')")} || chr(10) || {Line("COALESCE(company, '')")}";

    /// <summary>As near as the database comes to what <see cref="Letters.SortKey"/> makes of a text.</summary>
    private static string KeyOf(string text) => $"left(regexp_replace({Folded(text)}, '^[^[:alnum:]]+(?=[[:alnum:]])', ''), 80)";

    private static string Line(string text) => $"regexp_replace({Folded(text)}, '[\r\n]+', ' ', 'g')";

    private static string Folded(string text) =>
        $"""
        lower(regexp_replace(replace(replace(replace(replace(replace(replace(replace(normalize({text}, NFKD), 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), 'ẞ', 'ss'), '’', ''''), '[\u0300-\u036F]', '', 'g'))
        """;
}
