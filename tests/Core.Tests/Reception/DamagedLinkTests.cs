using System.Buffers.Text;
using System.Security.Cryptography;
using Vaguemestre.Core.Letters;
using Vaguemestre.Core.Reception;

namespace Vaguemestre.Core.Tests.Reception;

public sealed class DamagedLinkTests
{
    private const string Token = "mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q";
    private const string Other = "nfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q";
    private static readonly string Former = Base64Url.EncodeToString(SHA256.HashData("former"u8));

    [Theory]
    [InlineData("as it was sent", "/c/{T}")]
    [InlineData("a filter's capitals", "/C/{T:upper}")]
    [InlineData("capitals here and there", "/c/Mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2Q")]
    [InlineData("a slash behind", "/c/{T}/")]
    [InlineData("two slashes before", "/c//{T}")]
    [InlineData("the path twice", "/c/c/{T}")]
    [InlineData("the whole address in the path", "/c/https://courriers.test/c/{T}")]
    [InlineData("the whole address in the query", "/c/?url=https%3A%2F%2Fcourriers.test%2Fc%2F{T}&data=05%7C02")]
    [InlineData("the whole address in the query, escaped twice", "/c?url=https%253A%252F%252Fcourriers.test%252Fc%252F{T}")]
    [InlineData("the end of a sentence", "/c/{T}.")]
    [InlineData("a list", "/c/{T},")]
    [InlineData("parentheses", "/c/({T})")]
    [InlineData("the angle brackets of a text mail", "/c/%3C{T}%3E")]
    [InlineData("an angle bracket, bare", "/c/{T}>")]
    [InlineData("a straight quotation mark", "/c/{T}\"")]
    [InlineData("an apostrophe", "/c/{T}%E2%80%99")]
    [InlineData("French quotation marks", "/c/%C2%AB%C2%A0{T}%C2%A0%C2%BB")]
    [InlineData("a bracket of Markdown", "/c/{T}](https:")]
    [InlineData("emphasis of Markdown", "/c/_{T}_")]
    [InlineData("a no-break space of Windows-1252", "/c/{T}%A0")]
    [InlineData("a space", "/c/%20{T}%20")]
    [InlineData("a word behind a space", "/c/{T}%20Cordialement")]
    [InlineData("a line end", "/c/{T}%0D%0A")]
    [InlineData("an escaped equals sign", "/c/{T}%3D")]
    [InlineData("an escaped equals sign, escaped again", "/c/{T}%253D")]
    [InlineData("escaped more often than is sensible", "/c/{T}%2525252E")]
    [InlineData("a letter escaped", "/c/%6Dfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q")]
    [InlineData("parameters of a campaign", "/c/{T}?utm_source=mail&utm_medium=email")]
    [InlineData("parameters without their question mark", "/c/{T}&utm_source=mail")]
    [InlineData("parameters of an HTML page", "/c/{T}&amp;utm_source=mail")]
    [InlineData("a parameter that is long enough for a former token", "/c/{T}?fbclid=IwAR0abcdefghijklmnopqrstuvwxyz0123456789abc")]
    [InlineData("a fragment that was escaped", "/c/{T}%23top")]
    [InlineData("a zero-width space behind", "/c/{T}%E2%80%8B")]
    [InlineData("a zero-width joiner within", "/c/mfrggzdfmztwq2lknnwg23tpob%E2%80%8Dyxe43uov3ho6dzpiydcmrtgq2q")]
    [InlineData("a soft hyphen within", "/c/mfrggzdfmztwq2lknnwg23tpob%C2%ADyxe43uov3ho6dzpiydcmrtgq2q")]
    [InlineData("a line broken as quoted-printable", "/c/mfrggzdfmztwq2lknnwg23tpob%3D%0D%0Ayxe43uov3ho6dzpiydcmrtgq2q")]
    [InlineData("the same, its line end lost", "/c/mfrggzdfmztwq2lknnwg23tpob=yxe43uov3ho6dzpiydcmrtgq2q")]
    [InlineData("a line broken plainly", "/c/mfrggzdfmztwq2lknnwg23tpob%0A%20yxe43uov3ho6dzpiydcmrtgq2q")]
    [InlineData("the same twice over", "/c/{T}/c/{T}")]
    public void A_token_that_stands_whole_is_found(string what, string address) =>
        DamagedLink.TokenIn(address.Replace("{T:upper}", Token.ToUpperInvariant(), StringComparison.Ordinal).Replace("{T}", Token, StringComparison.Ordinal)).ShouldBe(Token, what);

    [Theory]
    [InlineData("/c/{F}")]
    [InlineData("/c/{F}/")]
    [InlineData("/c/{F}.")]
    [InlineData("/c/%3C{F}%3E")]
    [InlineData("/c//{F}?utm_source=mail")]
    public void So_is_one_of_before_in_the_case_it_was_written_in(string address) =>
        DamagedLink.TokenIn(address.Replace("{F}", Former, StringComparison.Ordinal)).ShouldBe(Former);

    [Theory]
    [InlineData("nothing", "/c/")]
    [InlineData("cut", "/c/mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2")]
    [InlineData("cut and followed by a word", "/c/mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtg%20q2")]
    [InlineData("letters joined to it", "/c/{T}abc")]
    [InlineData("a sign that tokens do not have", "/c/mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq20")]
    [InlineData("two tokens", "/c/{T}/c/{O}")]
    [InlineData("two tokens in the query", "/c/?a={T}&b={O}")]
    public void What_is_cut_or_names_two_names_none(string what, string address) =>
        DamagedLink.TokenIn(address.Replace("{T}", Token, StringComparison.Ordinal).Replace("{O}", Other, StringComparison.Ordinal)).ShouldBeNull(what);

    [Fact]
    public void One_of_before_is_not_read_in_another_case() => DamagedLink.TokenIn("/c/" + Former.ToUpperInvariant()).ShouldNotBe(Former);

    [Fact]
    public void Every_token_is_read_as_itself()
    {
        for (var turn = 0; turn < 500; turn++)
        {
            var secret = RandomNumberGenerator.GetBytes(32);
            var (token, former) = (LinkToken.Write(secret), Base64Url.EncodeToString(secret));
            DamagedLink.TokenIn("/c/" + token).ShouldBe(token);
            DamagedLink.TokenIn("/c/" + former).ShouldBe(former);
        }
    }

    [Fact]
    public void However_long_the_address_it_is_answered() => DamagedLink.TokenIn("/c/" + new string('a', 1_000_000) + "/" + Token).ShouldBeNull();
}
