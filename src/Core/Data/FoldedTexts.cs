using System.Runtime.CompilerServices;
using Vaguemestre.Core.Letters;

namespace Vaguemestre.Core.Data;

/// <summary>
/// The folded texts that lists are sorted by and recipients are looked for in, in SQL: written by migrations for what was there before them, and made of the recipients of drafts,
/// who have none, as they are asked.
/// </summary>
internal static class FoldedTexts
{
    public const string SqliteKeys =
        """
        UPDATE letters SET subject_key = sort_key(subject);
        UPDATE conversations SET recipient_key = sort_key(COALESCE(company, name, email)), own_subject_key = CASE WHEN own_subject IS NOT NULL THEN sort_key(own_subject) END;
        """;

    /// <summary>What <see cref="RecipientLines"/> makes of a row's address, name and company.</summary>
    public const string SqliteRecipientText = "recipient_lines(email, name, company)";

    public const string SqliteRecipients = $"UPDATE conversations SET recipient_text = {SqliteRecipientText}";

    /// <summary>Rows from before lines had a longest length.</summary>
    public static string SqliteLongRecipients { get; } = $"{SqliteRecipients} WHERE length(recipient_text) > {RecipientLines.Longest}";

    public static string PostgresKeys { get; } =
        $"""
        UPDATE letters SET subject_key = {KeyOf("subject")};
        UPDATE conversations SET recipient_key = {KeyOf("COALESCE(company, name, email)")}, own_subject_key = {KeyOf("own_subject")};
        """;

    /// <inheritdoc cref="SqliteRecipientText"/>
    public static string PostgresRecipientText { get; } = $"{Line("email")} || chr(10) || {Line("COALESCE(name, '')")} || chr(10) || {Line("COALESCE(company, '')")}";

    public static string PostgresRecipients { get; } = $"UPDATE conversations SET recipient_text = {PostgresRecipientText}";

    /// <summary>Rows that no index could hold: so much of each line that three of them fit whatever their letters are.</summary>
    public const string PostgresLongRecipients =
        """
        UPDATE conversations SET recipient_text = left(split_part(recipient_text, chr(10), 1), 190) || chr(10) || left(split_part(recipient_text, chr(10), 2), 190) || chr(10) || left(split_part(recipient_text, chr(10), 3), 190)
        WHERE octet_length(recipient_text) > 2290
        """;

    /// <summary>Recipients whose text, made as is said, both patterns find.</summary>
    public static FormattableString RecipientsLike(string text, string any, string company) => FormattableStringFactory.Create(
        $$"""SELECT t.* FROM (SELECT r.*, {{text}} AS text FROM letter_recipients r) t WHERE t.text LIKE {0} ESCAPE '\' AND t.text LIKE {1} ESCAPE '\'""",
        any,
        company);

    /// <summary>As near as the database comes to what <see cref="SortKey"/> makes of a text.</summary>
    private static string KeyOf(string text) => $"left(regexp_replace({Folded(text)}, '^[^[:alnum:]]+(?=[[:alnum:]])', ''), 80)";

    private static string Line(string text) => $"left(regexp_replace({Folded(text)}, '[\r\n]+', ' ', 'g'), {RecipientLines.Longest})";

    private static string Folded(string text) =>
        $"""
        lower(regexp_replace(replace(replace(replace(replace(replace(replace(replace(normalize({text}, NFKD), 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), 'ẞ', 'ss'), '’', ''''), '[\u0300-\u036F]', '', 'g'))
        """;
}
