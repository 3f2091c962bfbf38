using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vaguemestre.Core.Tracking.Search;

/// <summary>
/// Where a text belongs, as six letters that stand in its index, so that a search in one consultation reads that consultation's part alone.
/// Two consultations may share them: whoever searches compares the rows themselves too.
/// </summary>
internal static class SearchScope
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    public static string OfOrganisation(Guid organisationId) => Code(organisationId, "");

    public static string OfConsultation(Guid organisationId, string reference) => Code(organisationId, reference);

    private static string Code(Guid organisationId, string reference)
    {
        var hash = SHA256.HashData([.. organisationId.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(reference)]);
        var bits = BinaryPrimitives.ReadUInt32BigEndian(hash);
        return string.Create(6, bits, static (code, rest) =>
        {
            for (var i = 0; i < code.Length; i++, rest >>= 5)
                code[i] = Letters[(int)(rest & 31)];
        });
    }
}

/// <summary>What a text is that search finds.</summary>
internal enum SearchKind
{
    Conversation,
    Draft,
}

/// <summary>
/// The terms of the index. A word stands as it is, with its place, for phrases; the others have no place: the stem of a word; a word under its
/// consultation, for beginnings of words; the organisation and the consultation. Their first sign, in no word, tells them apart.
/// </summary>
internal static class SearchTerm
{
    public static string Stem(string stem) => "~" + stem;

    public static string Under(string consultation, string word) => $".{consultation}{word}";

    public static string In(string scope, SearchKind kind) => (kind == SearchKind.Draft ? "#" : "@") + scope;
}
